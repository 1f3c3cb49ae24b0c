using Playbooks.Model;

namespace Playbooks.Reporting.Plans;

/// <summary>Counts a plan's steps as they pass, and keeps those that change something: what is to be approved.</summary>
internal sealed class PlanSummary
{
    private readonly List<Entry> changing = [];
    private readonly List<Entry> always = [];

    public int Looks { get; private set; }

    public int Skipped { get; private set; }

    /// <summary>Steps of the run that change something, those of `rescue` and `always` included.</summary>
    public IReadOnlyList<Entry> Changing => changing;

    public IReadOnlyList<Entry> Always => always;

    /// <summary>Those that change something and have nothing that puts it back.</summary>
    public IEnumerable<Entry> WithoutUndo => changing.Where(e => e.Step is { Undo.Count: 0, PutsBack: null } && !IsIn(e, "always") && !IsIn(e, "rescue"));

    public void Add(Entry entry)
    {
        if (!entry.IsOfRun || entry.Step.IsGroup) return;
        if (IsIn(entry, "always")) always.Add(entry);
        if (entry.IsSkipped) Skipped++;
        else if (PlanWords.Changes(entry)) changing.Add(entry);
        else Looks++;
    }

    public string Count => changing.Count == 0
        ? $"No step changes anything: {Looks} only {(Looks == 1 ? "looks" : "look")}{Rest}."
        : $"{changing.Count} {(changing.Count == 1 ? "step changes" : "steps change")} something, {Looks} only {(Looks == 1 ? "looks" : "look")}{Rest}.";

    private string Rest => Skipped > 0 ? $", {Skipped} {(Skipped == 1 ? "is" : "are")} skipped" : "";

    /// <summary>What is told below the count.</summary>
    public IEnumerable<(string Title, IEnumerable<string> Texts)> Sections => new (string Title, IEnumerable<string> Texts)[]
    {
        ("Each time it runs (ONCE):", changing.Where(e => e.Step.Effect == Effect.Once).Select(Text)),
        ("A second time nothing more (CHANGES):", changing.Where(e => e.Step.Effect == Effect.Repeatable).Select(Text)),
        ("Nothing puts these back:", WithoutUndo.Select(e => $"{e.Number} {e.Step.Step.Title}")),
        ("always runs:", always.Select(e => $"{e.Number} {e.Step.Step.Title} ({PlanWords.Effect(e)})")),
    }.Where(section => section.Texts.Any());

    private static string Text(Entry entry)
    {
        var hosts = PlanWords.Hosts(entry);
        var more = IsIn(entry, "rescue") ? " (only in a rescue)" : IsIn(entry, "always") ? " (always)" : entry.Step.Undo.Count > 0 ? $" (undo: {entry.Number}.u1{(entry.Step.Undo.Count > 1 ? " …" : "")})" : "";
        return $"{entry.Number} {entry.Step.Step.Title}{(hosts.Length > 0 ? " · " + hosts : "")}{more}";
    }

    private static bool IsIn(Entry entry, string part) => entry.Part == part || entry.Parent is { } parent && IsIn(parent, part);
}
