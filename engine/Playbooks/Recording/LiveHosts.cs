using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Recording;

/// <summary>What `play record` is told.</summary>
public sealed record RecordWishes
{
    /// <summary>As it was typed, for the file's first line.</summary>
    public required string Command { get; init; }

    /// <summary>Whom to look at.</summary>
    public required HostPattern Hosts { get; init; }

    /// <summary>As whom it looks; null: as who logs in.</summary>
    public string? Sudo { get; init; }

    /// <summary>Further ports that are asked for a certificate.</summary>
    public IReadOnlyCollection<int> Tls { get; init; } = [];

    /// <summary>The first line where there is a schema to name; null: none.</summary>
    public string? Modeline { get; init; }
}

/// <summary>What came of looking at hosts.</summary>
/// <param name="Text">The playbook; null: there is nothing to write.</param>
/// <param name="Notes">What is not in it, and why.</param>
/// <param name="ExitCode">As a run would have it.</param>
public sealed record RecordedHosts(string? Text, IReadOnlyList<string> Notes, ExitCode ExitCode);

/// <summary>Looks at hosts, and writes a playbook that holds as long as they stay as they are. It is run once before it is handed out.</summary>
/// <param name="inventory">For the names of groups.</param>
/// <param name="hosts">Whom to look at.</param>
/// <param name="wishes">How.</param>
/// <param name="run">Plans and runs a playbook, and gives all its events.</param>
public sealed class LiveHosts(Inventory inventory, IReadOnlyList<Host> hosts, RecordWishes wishes, Func<Playbook, Task<IReadOnlyList<RunEvent>>> run)
{
    private readonly Notes notes = new() { HasSudo = wishes.Sudo is not null };
    private readonly Verdict verdict = new();

    private readonly Dictionary<string, (Host Host, int Order)> byName = hosts.Index().ToDictionary(h => h.Item.Name, h => (h.Item, h.Index));

    private Host? Find(string name) => byName.GetValueOrDefault(name).Host;

    /// <summary>What is written has the inventory's order, not that in which answers came.</summary>
    private int Order(string name) => byName.GetValueOrDefault(name).Order;

    public async Task<RecordedHosts> Record(DateTimeOffset now)
    {
        var ports = new Ports(notes);
        var certificates = new Certificates(notes, ports, wishes.Tls);
        Subject[] subjects = [ports, new Services(notes), certificates, new Tomcats(notes), new Balancers(notes, ports)];

        await First(subjects);
        foreach (var host in hosts) certificates.Choose(host);
        await Second(subjects);
        certificates.Say();
        if (notes.HasFailures) verdict.Add(ExitCode.Error);

        var book = Written("What was recorded", subjects.SelectMany(subject => subject.Steps));
        if (book.IsEmpty) return new RecordedHosts(null, notes.Sentences, verdict.ExitCode);
        await Third(book.Text());
        return new RecordedHosts(Written(Title, subjects.SelectMany(subject => subject.Steps), now).Text(), notes.Sentences, verdict.ExitCode);
    }

    private string Title => $"{new Whom(inventory, hosts).Pattern(hosts)} as recorded";

    /// <summary>Our own scripts, each on all hosts side by side.</summary>
    private async Task First(IReadOnlyList<Subject> subjects)
    {
        var at = Position.In("play record");
        var scripts = subjects.SelectMany(subject => subject.Scripts.Select(script => (Subject: subject, script.Id, script.Work))).ToList();
        var problems = new ProblemList();
        var playbook = new Playbook
        {
            Source = at.Source,
            Name = "record",
            Defaults = new StepDefaults
            {
                Hosts = wishes.Hosts,
                Sudo = wishes.Sudo is { } user ? Setting<string?>.Of(DataTemplate.Constant(user, at), SettingTypes.Sudo, problems) : null,
                OnFailure = OnFailure.Continue,
                Effect = Effect.None,
            },
            Steps = [.. scripts.Select(script => new Step { At = at, Title = script.Subject.Name, Id = script.Id, Work = script.Work })],
        };
        if (problems.Count > 0) throw new InvalidOperationException(problems.First().Message);
        var events = await run(playbook);
        foreach (var (id, host, result) in Finished(events))
        {
            var (subject, _, _) = scripts.Find(script => script.Id == id);
            if (result.Outcome == Outcome.Passed) subject.Read(host, id, result.Fields.GetValueOrDefault("stdout") as string ?? "", result.Fields.GetValueOrDefault("stderr") as string ?? "");
            else Note(host, subject, result);
        }
    }

    private static IEnumerable<(string Key, string? Id)> Ids(IReadOnlyList<RunEvent> events) => events.OfType<RunEvent.StepStarted>().Select(step => (step.Step.Path, step.Id));

    private IEnumerable<(string Id, Host Host, HostResult Result)> Finished(IReadOnlyList<RunEvent> events)
    {
        var ids = Ids(events).ToDictionary(step => step.Key, step => step.Id ?? "");
        return events.OfType<RunEvent.HostFinished>().Where(e => Find(e.At.Host) is not null).OrderBy(e => Order(e.At.Host)).Select(e => (ids[e.At.Step.Path], Find(e.At.Host)!, e.Result));
    }

    /// <summary>The kinds themselves, on what the scripts have found.</summary>
    private async Task Second(IReadOnlyList<Subject> subjects)
    {
        var asks = subjects.SelectMany(subject => subject.Asks.Select(step => (Subject: subject, Step: step))).ToList();
        if (asks.Count == 0) return;
        var events = await run(Loaded(Written("record", asks.Select(ask => ask.Step)).Text()));
        var ids = Ids(events).ToDictionary(step => step.Key, step => step.Id);
        foreach (var item in events.OfType<RunEvent.ItemFinished>().OrderBy(e => Order(e.At.Host)))
        {
            if (Find(item.At.Host) is not { } host || asks.Find(ask => ask.Step.Id == ids[item.At.Step.Path]) is not (var subject, { } step)) continue;
            subject.Read(host, step.Id!, item.At.Item, item.Result);
            if (item.Result.Outcome is Outcome.Unreachable or Outcome.Unknown) verdict.Add(ExitCode.Unreachable);
        }
        // What was skipped has a place among a host's items, too.
        var done = Finished(events).ToDictionary(step => (step.Id, step.Host), step => step.Result.Items?.Count ?? 0);
        foreach (var (subject, step) in asks)
            foreach (var (host, items) in step.Table!.Value.Each)
                if (items.Count - done.GetValueOrDefault((step.Id!, host)) is > 0 and var missing)
                {
                    verdict.Add(ExitCode.Unreachable);
                    notes.Add(host, $"{subject.Name}: {missing} of {items.Count} could not be looked at, because the host was gone");
                }
    }

    /// <summary>What does not hold a moment later is said: it comes and goes.</summary>
    private async Task Third(string text)
    {
        foreach (var step in await run(Loaded(text)) is var events ? events.OfType<RunEvent.HostFinished>().Where(e => e.Result.IsFailure) : [])
            if (Find(step.At.Host) is { } host)
            {
                notes.Add(host, $"it did not hold any more a moment after it was recorded: {events.OfType<RunEvent.StepStarted>().First(s => s.Step == step.At.Step).Title}: {step.Result.Error}");
                verdict.Add(step.Result.Outcome == Outcome.Unreachable ? ExitCode.Unreachable : ExitCode.Failed);
            }
    }

    private void Note(Host host, Subject subject, HostResult result)
    {
        verdict.Add(result.Outcome is Outcome.Unreachable ? ExitCode.Unreachable : ExitCode.Error);
        notes.Add(host, result.Outcome is Outcome.Unreachable or Outcome.NotRun ? $"it could not be reached, and nothing is recorded of it: {result.Error}" : $"{subject.Name} could not be looked at: {result.Error}");
    }

    private WrittenPlaybook Written(string name, IEnumerable<WrittenStep> steps, DateTimeOffset? now = null)
    {
        List<string> comments = [];
        if (wishes.Modeline is { } modeline) comments.Add(modeline);
        if (now is { } time)
        {
            comments.Add($"Written by `{wishes.Command}` on {time:yyyy-MM-dd HH:mm}. It only looks: it holds as long as all stays as it was, and is yours to change.");
            if (notes.Sentences is { Count: > 0 } sentences) comments.AddRange(["", "Not recorded:", .. sentences.Select(sentence => $"- {sentence}")]);
        }
        var all = steps.ToList();
        var book = new WrittenPlaybook(new Whom(inventory, hosts)) { Name = name, Comments = comments, Sudo = wishes.Sudo };
        foreach (var step in all) book.Add(step);
        // Behind the tables, which are what people change.
        foreach (var program in new[] { Tomcats.Program, Balancers.Program })
            if (all.Exists(step => step.Uses(program.Name))) book.Add(program);
        return book;
    }

    /// <summary>By the loader itself. What we write it takes: what a host printed changes nothing about that.</summary>
    private static Playbook Loaded(string text)
    {
        var problems = new ProblemList();
        var source = new SourceText("the recorded playbook", text);
        var playbook = Yaml.Read(source, problems) is { } root ? new PlaybookLoader(problems).Load(source.Name, root) : null;
        return playbook is not null && problems.Count == 0 ? playbook : throw new InvalidOperationException($"what was written cannot be read: {string.Join("; ", problems.Select(ProblemPrinter.Print))}");
    }
}
