using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting.Plans;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Reporting;

/// <summary>Tells a plan to people, who may approve it: each step in its order with its hosts, its effect and what it would do, and at the end what changes.</summary>
public sealed class PlanReport(Plan plan, int width)
{
    private const int NarrowBelow = 60, MostGroups = 12;

    private readonly bool narrow = width < NarrowBelow;

    /// <summary>All that is known.</summary>
    public IEnumerable<ReportLine> Lines() => Told(Head(), new PlanSummary(), Lines);

    /// <summary>A line for each step and the summary, for a phone: undos are listed, what is inside actions is not.</summary>
    public IEnumerable<ReportLine> Brief() => Told(
        [.. Title(), new(Tone.Quiet, DisplayText.Fit("! ONCE  ~ CHANGES  - skipped", width))],
        new PlanSummary(),
        entry => entry.IsOfRun || entry.IsProbe || entry.Part == "undo" ? [Line(entry)] : Array.Empty<ReportLine>());

    private IEnumerable<ReportLine> Told(IEnumerable<ReportLine> head, PlanSummary summary, Func<Entry, IEnumerable<ReportLine>> tell)
    {
        foreach (var line in head) yield return line;
        foreach (var entry in new Outline(plan).Entries())
        {
            summary.Add(entry);
            foreach (var line in tell(entry)) yield return line;
        }
        foreach (var line in Summary(summary)) yield return line;
    }

    private IEnumerable<ReportLine> Title() => Wrap($"{plan.Playbook.Name} · {Path.GetFileName(plan.Playbook.Source.Name)}", 0, 2, Tone.Title);

    private List<ReportLine> Head()
    {
        List<ReportLine> lines = [.. Title()];
        if (plan.Playbook.Description is { } about) lines.AddRange(Wrap(about.ReplaceLineEndings(" ").Trim(), 0, 0, Tone.Plain));
        lines.Add(new(Tone.Plain, ""));
        var touched = plan.All.SelectMany(step => step.Hosts.Widest.Concat(step.Runs.Pattern?.Widest(plan.Inventory) ?? [])).ToHashSet();
        var (some, others) = (plan.Inventory.Hosts.Where(touched.Contains).ToList(), plan.Inventory.Hosts.Where(h => !touched.Contains(h)).ToList());
        lines.AddRange(Field("hosts", (some.Count == 0 ? "no step is about a host of the inventory" : PlanWords.Labels(some)) + (some.Count > 0 && others.Count > 0 ? $"; no step is about {PlanWords.Labels(others)}" : "")));
        var groups = plan.Inventory.Groups.Where(g => g.Value.Count > 0).Select(g => $"{g.Key}: {PlanWords.Labels(g.Value)}").ToList();
        if (groups.Count > 0) lines.AddRange(Field("groups", string.Join(" · ", groups.Take(MostGroups)) + (groups.Count > MostGroups ? $" · and {groups.Count - MostGroups} more" : "")));
        foreach (var (word, names) in new[] { ("params", plan.Playbook.Params.Select(p => p.Name)), ("vars", plan.Playbook.Vars.Select(v => v.Name)) })
            foreach (var (place, name) in names.Index())
                lines.AddRange(Field(place == 0 ? word : "", $"{name} = {(plan.Values.TryGetValue(name, out var value) ? Data.Show(value) : PlanWords.After(["the run begins"]))}"));
        foreach (var (place, notify) in plan.Playbook.Notify.Index()) lines.AddRange(Field(place == 0 ? "tells" : "", $"{notify.Whom} on {string.Join(", ", notify.On.Select(on => on.ToString().ToLowerInvariant()))}"));
        lines.AddRange(Field("order", $"one step after the other, each on its hosts side by side, at most {plan.Forks} at once"));
        lines.AddRange(Field("effects", "looks: changes nothing; CHANGES: a second time it changes nothing more; ONCE: each time it runs it may change something"));
        return lines;
    }

    private IEnumerable<ReportLine> Field(string word, string text) => Wrap(narrow ? $"{(word.Length > 0 ? word + ":" : " ")} {text}" : $"{word,-8} {text}", 0, narrow ? 2 : 9, Tone.Plain);

    /// <summary>The one line of a step in the short form.</summary>
    private ReportLine Line(Entry entry)
    {
        var mark = PlanWords.Effect(entry) switch { "CHANGES" => "~", "ONCE" => "!", "skipped" => "-", "looks" or "compares" => " ", _ => "▸" };
        var hosts = entry.Step.Hosts switch
        {
            PlannedHosts.After after => $"{after.AtWidest.Count}?",
            PlannedHosts.Known { Hosts.Count: > 2 and var count } => $"{count} hosts",
            PlannedHosts.Known => PlanWords.Hosts(entry),
            _ => "",
        };
        var (start, end) = ($"{mark} {entry.Number} ", hosts.Length > 0 ? " · " + DisplayText.Fit(DisplayText.Safe(hosts), Math.Max(8, width / 3)) : "");
        var title = entry.Part == "undo" ? $"undo: {entry.Title}" : entry.Title;
        return new(ToneOf(entry), start + DisplayText.Fit(DisplayText.Safe(title), Math.Max(8, width - DisplayText.Width(start) - DisplayText.Width(end))) + end);
    }

    private static Tone ToneOf(Entry entry) => PlanWords.Changes(entry) ? Tone.Warning : entry.IsSkipped ? Tone.Quiet : Tone.Plain;

    private IEnumerable<ReportLine> Lines(Entry entry)
    {
        var (indent, step) = (entry.Depth * (narrow ? 2 : 4), entry.Step.Step);
        if (entry.Depth == 0) yield return new(Tone.Plain, "");
        if (entry.IsFirst && Heading(entry) is { } heading) foreach (var line in Wrap(heading, indent, 2, Tone.Quiet)) yield return line;

        var (hosts, effect) = (PlanWords.Hosts(entry), PlanWords.Effect(entry));
        var title = $"{entry.Number} {(narrow ? effect : effect.PadRight(7))} {entry.Title}{(step.Id is { } id ? $" [{id}]" : "")}{(hosts.Length > 0 ? " · " + hosts : "")}";
        foreach (var line in Wrap(title, indent, narrow ? 2 : entry.Number.Length + 9, ToneOf(entry))) yield return line;
        foreach (var line in Details(entry, indent + (narrow ? 2 : 4))) yield return line;
    }

    /// <summary>What the steps from here on are, where that is not simply what comes next.</summary>
    private static string? Heading(Entry entry) => (entry.Part, entry.Parent) switch
    {
        ("undo", { Step.Compares: true } of) => $"undo of {of.Number}, never run: that only compares",
        ("undo", { } of) => $"undo of {of.Number}, if anything later in its block goes wrong:",
        ("probes", { } of) => $"beside the steps of {of.Number}, again and again:",
        ("probes", null) => "beside all steps, again and again:",
        ("rescue", { } of) => $"rescue, if {of.Number} fails:",
        ("always", { } of) => $"always, when {of.Number} ends, however it ends:",
        ("always", null) => "always, at the end, however it ends:",
        ("steps", { Kind: "parallel" }) => "side by side, in no order:",
        _ => null,
    };

    private List<ReportLine> Details(Entry entry, int indent)
    {
        var step = entry.Step.Step;
        List<ReportLine> lines = [];
        if (entry.When is { } when) lines.AddRange(Detail("when:", entry.Around.See(when), indent, known => $"{step.When!.Text} {(known is true ? "(true)" : "(false: skipped)")}"));
        if (entry.IsSkipped) return lines;
        if (Entry.Items(step.Loop) is { } loop) lines.AddRange(Detail(step.Loop!.As == "item" ? "loop:" : $"loop as {step.Loop.As}:", entry.Around.See(loop), indent, Items));
        if (entry.At(plan.Inventory) is { } at) lines.AddRange(Detail("at:", entry.Seen.See(at), indent, Place));
        lines.AddRange(Work(entry, indent));
        lines.AddRange(Together(entry, entry.Settings.Where(s => !(s.Name == "sudo" && s.Names.Count == 0 && s.Fill(Scope.Empty) is false)), indent, Said(entry)));
        foreach (var (place, assert) in entry.Assertions.Index()) lines.AddRange(Wrap($"{(place == 0 ? "assert: " : "        ")}{assert}", indent, 10, Tone.Plain));
        foreach (var (place, capture) in step.Capture.Index()) lines.AddRange(Wrap($"{(place == 0 ? "capture: " : "         ")}{capture.Name} = {capture.Value.Text.Trim()}", indent, 11, Tone.Plain));
        return lines;
    }

    private static IEnumerable<string> Said(Entry entry)
    {
        if (entry.Step.OnFailure != OnFailure.Stop) yield return $"on_failure: {entry.Step.OnFailure.ToString().ToLowerInvariant()}";
        if (entry.Step.Step.Severity == Severity.Warning) yield return "severity: warning";
    }

    private static string Items(object? known) => known is IReadOnlyList<object?> list
        ? $"{string.Join(", ", list.Take(20).Select(PlanWords.Item))}{(list.Count > 20 ? ", …" : "")} ({list.Count} {(list.Count == 1 ? "time" : "times")})"
        : PlanWords.Value(known);

    private string Place(object? known) => known switch
    {
        "host" => "the host itself",
        "localhost" => PlanWords.Label(Host.Control),
        IReadOnlyList<object?> names => PlanWords.Labels([.. names.Select(name => plan.Inventory.Find((string)name!)!)]),
        _ => PlanWords.Value(known),
    };

    /// <summary>The kind with what it is given: what stands bare behind its word, then the others by their names.</summary>
    private IEnumerable<ReportLine> Work(Entry entry, int indent)
    {
        if (entry.Kind is not { } kind || entry.Step.Step.Work is Block) return [];
        if (entry.PutsBack is { } target) return Wrap($"put_back: the undo of {target}, now", indent, 2, Tone.Plain);
        var parameters = entry.Parameters;
        var bare = entry.Step.Step.Work is KindWork { Kind.BareParameter: { } name } ? parameters.FirstOrDefault(p => p.Name == name) : null;
        var head = bare is not null ? Detail($"{kind}: {bare.Lead}".TrimEnd(), entry.Seen.See(bare), indent)
            : Wrap(entry.Step.Step.Work is Include include ? $"include: {include.Playbook.Name} · {Path.GetFileName(include.Playbook.Source.Name)}" : kind, indent, 2, Tone.Plain);
        return head.Concat(Together(entry, parameters.Where(p => p != bare && p.IsTold), indent + 2, []));
    }

    /// <summary>Short ones share a line.</summary>
    private IEnumerable<ReportLine> Together(Entry entry, IEnumerable<ShownParameter> parameters, int indent, IEnumerable<string> more)
    {
        var shared = new List<string>();
        foreach (var parameter in parameters)
        {
            var seen = entry.Seen.See(parameter);
            if (seen is [{ Cases: [], Value: var only }] && PlanWords.Value(only) is { Length: <= 60 } text && !text.Contains('\n', StringComparison.Ordinal))
            {
                shared.Add($"{parameter.Name}: {parameter.Lead}{text}");
                continue;
            }
            foreach (var line in Joined(shared, indent)) yield return line;
            shared.Clear();
            foreach (var line in Detail($"{parameter.Name}: {parameter.Lead}".TrimEnd(), seen, indent)) yield return line;
        }
        shared.AddRange(more);
        foreach (var line in Joined(shared, indent)) yield return line;
    }

    /// <summary>Side by side as long as there is room for the next.</summary>
    private IEnumerable<ReportLine> Joined(List<string> texts, int indent)
    {
        var line = "";
        foreach (var text in texts)
        {
            var longer = line.Length == 0 ? text : $"{line} · {text}";
            if (line.Length == 0 || indent + DisplayText.Width(DisplayText.Safe(longer)) <= width)
            {
                line = longer;
                continue;
            }
            foreach (var wrapped in Wrap(line, indent, narrow ? 2 : 4, Tone.Plain)) yield return wrapped;
            line = text;
        }
        if (line.Length > 0) foreach (var wrapped in Wrap(line, indent, narrow ? 2 : 4, Tone.Plain)) yield return wrapped;
    }

    private IEnumerable<ReportLine> Detail(string word, IReadOnlyList<ForeseenFor> seen, int indent, Func<object?, string>? show = null)
    {
        string Shown(Foreseen value) => value is Foreseen.Known known && show is not null ? show(known.Value) : PlanWords.Value(value);
        if (seen is [{ Cases: [], Value: var only }]) return Text(word, Shown(only), indent);
        return Wrap(word, indent, 2, Tone.Plain)
            .Concat(seen.Take(MostGroups).SelectMany(one => Text($"{PlanWords.Cases(one.Cases)}:", Shown(one.Value), indent + 2)))
            .Concat(seen.Count > MostGroups ? Wrap($"… and {seen.Count - MostGroups} others (all of them: --output json)", indent + 2, 2, Tone.Quiet) : []);
    }

    /// <summary>A text of several lines stands below its word, each line behind a bar.</summary>
    private IEnumerable<ReportLine> Text(string word, string text, int indent)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        if (lines is [var only]) return Wrap($"{word} {only}", indent, narrow ? 2 : 4, Tone.Plain);
        return Wrap(word, indent, 2, Tone.Plain).Concat(lines.SelectMany(line => Wrap("| " + line, indent + 2, 4, Tone.Plain)));
    }

    private List<ReportLine> Summary(PlanSummary summary)
    {
        List<ReportLine> lines = [new(Tone.Plain, ""), .. Wrap(summary.Count, 0, 2, Tone.Title)];
        foreach (var (title, texts) in summary.Sections)
        {
            lines.AddRange(Wrap(title, 0, 2, Tone.Plain));
            foreach (var text in texts) lines.AddRange(Wrap(text, 2, narrow ? 2 : 4, Tone.Warning));
        }
        lines.AddRange(Wrap("No host was touched. A run may still differ in what stands behind `known after`, in what fails, and in what is changed until then.", 0, 0, Tone.Quiet));
        return lines;
    }

    private IEnumerable<ReportLine> Wrap(string text, int indent, int hang, Tone tone) =>
        Layout.Wrap(new string(' ', indent) + text, width, indent + Math.Max(1, hang)).Select(line => new ReportLine(tone, indent + hang == 0 ? line.TrimStart() : line));
}
