using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Reporting.Files.Html;

/// <summary>What is read first: how the run ended, what is not put back, what has changed since the run before, and what was proven and what was not.</summary>
internal sealed class Overview(ShownRun run)
{
    private const int MostAtOnce = 10, MostOfOne = 200, LongestLine = 400;

    private readonly RunResults results = run.Results;
    private readonly Markup html = run.Html;

    public void Write()
    {
        Verdict();
        Loud("not-put-back", "NOT put back: look at your systems", results.NotPutBack);
        Loud("guards", "Stopped by a guard", results.Guards);
        if (results.IsAlwaysLeftOut) Loud("left-out", "`always` was not run", ["The run was told to leave at once."]);
        Compared();
        Account();
    }

    private void Verdict()
    {
        var (tone, sign) = results.ExitCode switch { ExitCode.Passed => ("good", "✓"), null or ExitCode.Interrupted => ("warn", "■"), _ => ("bad", "✗") };
        using var header = html.Open("header", ("class", $"verdict {tone}"));
        html.Add("p", ShownRun.Short(results.Playbook), ("class", "playbook"));
        using (html.Open("h1"))
        {
            html.Add("span", sign, ("class", "sign"), ("aria-hidden", "true"));
            html.Text(" " + run.Results.Verdict);
        }
        using var facts = html.Open("dl", ("class", "facts"));
        if (results.ExitCode is { } exit) Fact("exit code", $"{(int)exit}");
        Fact("began", $"{run.When(results.StartedAt, "ddd yyyy-MM-dd HH:mm:ss zzz")} ({ShownRun.Short(run.Run.Zone.Id)})");
        Fact("took", ProgressReport.Short(results.Elapsed));
        Fact("steps", Steps());
        Fact("hosts", Hosts());
        Fact("run", ShownRun.Short(results.Run));
        Fact("file", ShownRun.Short(Path.GetFileName(results.File)));
    }

    private void Fact(string name, string value)
    {
        using var fact = html.Open("div");
        html.Add("dt", name).Add("dd", value);
    }

    /// <summary>How many there are of each kind, from grave to good.</summary>
    private string Steps()
    {
        var kinds = run.Steps.GroupBy(step => step.Mark).OrderByDescending(g => g.Key.IsBad).ThenBy(g => g.Key == Mark.NotReached).ThenByDescending(g => g.Key.Rank);
        return $"{run.Steps.Count}: {string.Join(", ", kinds.Select(g => $"{g.Count()} {g.Key.Word}"))}";
    }

    private string Hosts()
    {
        var used = results.Steps.SelectMany(step => step.Hosts).GroupBy(host => host.Host).ToList();
        var bad = used.Count(host => host.Key.Length > 0 && host.Any(h => h.IsHeld));
        return $"{used.Count(host => host.Key.Length > 0)} of {results.Hosts.Count}{(bad > 0 ? $", something failed on {bad}" : "")}";
    }

    private void Loud(string id, string title, IEnumerable<string> texts)
    {
        var all = texts.ToList();
        if (all.Count == 0) return;
        using var section = html.Open("section", ("class", "loud"), ("aria-labelledby", id));
        html.Add("h2", title, ("id", id));
        List([.. all.Select(text => (text, (ShownStep?)null))]);
    }

    private void Compared()
    {
        using var section = html.Open("section", ("aria-labelledby", "compared"));
        if (run.Run is not { Comparison: { } comparison, Past: { } past })
        {
            html.Add("h2", "Compared with the run before", ("id", "compared")).Add("p", "There is no run of this playbook before it to compare with.", ("class", "muted"));
            return;
        }
        using (html.Open("h2", ("id", "compared"))) html.Text("Compared with the run of ").Add("span", run.When(comparison.Before.StartedAt), ("class", "nobreak"));
        var told = false;
        var steps = new Dictionary<string, ShownStep>();
        foreach (var step in run.Steps) steps.TryAdd(step.Results.Name, step);
        foreach (var (_, title, tone, texts) in new CompareReport(comparison, past, run.Run.Zone, 100).Sections)
        {
            var all = texts.ToList();
            if (all.Count == 0) continue;
            told = true;
            html.Add("h3", title.TrimEnd(':'), ("class", Tones(tone)));
            List([.. all.Select(line => (line.Text, steps.GetValueOrDefault(line.Step)))]);
        }
        if (!told) html.Add("p", "nothing has changed", ("class", "good"));
    }

    private static string Tones(Tone tone) => tone switch { Tone.Good => "good", Tone.Bad => "bad", Tone.Warning => "warn", _ => "plain" };

    private void Account()
    {
        var done = run.Steps.SelectMany(step => step.Results.Hosts.Where(host => host.Result is not null).Select(host => (Step: step, Host: host))).ToList();
        var proven = run.Steps.Where(step => (step.Results.Step.Proves || step.Results.Part == StepPart.Probe) && step.Results.Hosts.Count > 0 && step.Results.Hosts.All(host => host.Result is { Outcome: Outcome.Passed }))
            .Select(step => (step.Results.Part == StepPart.Probe ? $"{step.Name} (probe, within its budget)" : step.Name, (ShownStep?)step)).ToList();
        var broken = done.Where(d => d.Host.IsHeld).ToList();
        using var section = html.Open("section", ("aria-labelledby", "account"));
        html.Add("h2", "What was proven, and what was not", ("id", "account"));
        if (proven.Count == 0 && broken.Count == 0 && !run.Steps.Any(step => step.Results.Step.IsPrint && step.Results.Began is not null)) html.Add("p", "Nothing was proven: no step asserted anything, or all were skipped.", ("class", "warn"));
        Section("✗ Not proven", "bad", Named(broken));
        Section("R Failed, and rescued", "warn", Named(done.Where(d => d.Host.IsForgiven)));
        Section("! Warnings", "warn", Named(done.Where(d => d.Host.Result is { IsBad: true, IsFailure: false })));
        Section("✗ Take no further part", "warn", [.. results.Dropped.Select(drop => ($"{results.Label(drop.Host)}: failed in {ShownRun.Short(results.Find(drop.Step)?.Name ?? drop.Step.Path)}", (ShownStep?)null)).Distinct()]);
        Section("↺ Not put back", "bad", [.. results.Undos.Where(undo => !undo.Passed).Select(undo => ($"{Undone(undo)}: {undo.Reason}", (ShownStep?)null))]);
        Section("↺ Put back", "warn", [.. results.PutBack.Select(undo => (Undone(undo), (ShownStep?)null))]);
        Section("- Not reached", "quiet", [.. run.Steps.Where(step => step.Results is { Began: null, Part: StepPart.Step }).Select(step => (step.Name, (ShownStep?)step))]);
        Section("✓ Proven", "good", proven, isFolded: true);
    }

    private void Section(string title, string tone, List<(string Text, ShownStep? Step)> items, bool isFolded = false)
    {
        if (items.Count == 0) return;
        if (!isFolded)
        {
            html.Add("h3", title, ("class", tone));
            List(items);
            return;
        }
        using var folded = html.Open("details");
        using (html.Open("summary")) html.Add("h3", $"{title} ({items.Count})", ("class", tone));
        List(items, MostOfOne);
    }

    /// <summary>Of many the first are seen at once, and the others unfolded.</summary>
    private void List(List<(string Text, ShownStep? Step)> items, int atOnce = MostAtOnce)
    {
        // One alone is not worth a click.
        if (items.Count == atOnce + 1) atOnce++;
        Items(items.Take(atOnce));
        if (items.Count <= atOnce) return;
        using var more = html.Open("details");
        html.Add("summary", $"… {items.Count - atOnce} more");
        Items(items.Skip(atOnce).Take(MostOfOne));
        if (items.Count > atOnce + MostOfOne) html.Add("p", $"… {items.Count - atOnce - MostOfOne} more", ("class", "muted"));
    }

    private void Items(IEnumerable<(string Text, ShownStep? Step)> items)
    {
        using var list = html.Open("ul");
        foreach (var (text, step) in items)
        {
            using var item = html.Open("li");
            if (step is null) html.Text(ShownRun.Short(text, LongestLine));
            else html.Add("a", ShownRun.Short(text, LongestLine), ("href", $"#{step.Id}"));
        }
    }

    /// <summary>Hosts on which the same went wrong in a step stand together.</summary>
    private static List<(string, ShownStep?)> Named(IEnumerable<(ShownStep Step, HostResults Host)> some) =>
    [
        .. some.GroupBy(d => (d.Step, d.Host.Result!.Outcome, Why: FailureText.FirstLine(d.Host.Result)))
            .Select(g => ($"{Words.Of(g.Key.Outcome)}: {g.Key.Step.Name}{On(g.Select(d => d.Host))}{(g.Key.Why.Length > 0 ? ": " + g.Key.Why : "")}", (ShownStep?)g.Key.Step)),
    ];

    private static string On(IEnumerable<HostResults> hosts)
    {
        var labels = hosts.Select(host => host.Label).Where(label => label.Length > 0).ToList();
        return labels.Count == 0 ? "" : $" · {ShownRun.Hosts(labels, 5)}";
    }

    private string Undone(UndoResult undo) => ShownRun.Short(undo.Owed.Title) + (undo.Owed.At.Host.Length > 0 ? $" · {results.Label(undo.Owed.At.Host)}" : "");
}
