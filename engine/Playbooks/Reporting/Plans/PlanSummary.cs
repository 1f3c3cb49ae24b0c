using Playbooks.Model;

namespace Playbooks.Reporting.Plans;

/// <summary>Counts a plan's steps as they pass, and keeps of those that change something what is to be approved.</summary>
internal sealed class PlanSummary
{
    private readonly List<Kept> changing = [];
    private readonly List<Kept> always = [];

    /// <summary>What is kept of a step: texts alone, because what is known of its hosts takes memory.</summary>
    private sealed record Kept(string Key, string Title, Effect Effect, string Text, bool LacksUndo);

    public int Looks { get; private set; }

    public int Skipped { get; private set; }

    /// <summary>The keys of those that change something, `rescue` and `always` included.</summary>
    public IEnumerable<string> Changing(Effect effect) => changing.Where(k => k.Effect == effect).Select(k => k.Key);

    public IEnumerable<string> Always => always.Select(k => k.Key);

    /// <summary>The keys of those that change something and have nothing that puts it back.</summary>
    public IEnumerable<string> WithoutUndo => changing.Where(k => k.LacksUndo).Select(k => k.Key);

    public void Add(Entry entry)
    {
        if (!entry.IsOfRun || entry.Step.IsGroup) return;
        var (isAlways, isRescue, title) = (IsIn(entry, "always"), IsIn(entry, "rescue"), $"{entry.Number} {entry.Title}");
        if (isAlways) always.Add(new(entry.Step.Key.Path, title, entry.Step.Effect, $"{title} ({PlanWords.Effect(entry)})", false));
        if (entry.IsSkipped) Skipped++;
        else if (!PlanWords.Changes(entry)) Looks++;
        else
        {
            var undo = entry.Step.Undo.Count;
            var more = isRescue ? " (only in a rescue)" : isAlways ? " (always)" : undo > 0 ? $" (undo: {entry.Number}.u1{(undo > 1 ? " …" : "")})" : "";
            var hosts = PlanWords.Hosts(entry);
            changing.Add(new(entry.Step.Key.Path, title, entry.Step.Effect, $"{title}{(hosts.Length > 0 ? " · " + hosts : "")}{more}", undo == 0 && entry.PutsBack is null && !isAlways && !isRescue));
        }
    }

    public string Count => changing.Count == 0
        ? $"No step changes anything: {Looks} only {(Looks == 1 ? "looks" : "look")}{Rest}."
        : $"{changing.Count} {(changing.Count == 1 ? "step changes" : "steps change")} something, {Looks} only {(Looks == 1 ? "looks" : "look")}{Rest}.";

    private string Rest => Skipped > 0 ? $", {Skipped} {(Skipped == 1 ? "is" : "are")} skipped" : "";

    /// <summary>What is told below the count.</summary>
    public IEnumerable<(string Title, IEnumerable<string> Texts)> Sections => new (string Title, IEnumerable<string> Texts)[]
    {
        ("Each time it runs (ONCE):", changing.Where(k => k.Effect == Effect.Once).Select(k => k.Text)),
        ("A second time nothing more (CHANGES):", changing.Where(k => k.Effect == Effect.Repeatable).Select(k => k.Text)),
        ("Nothing puts these back:", changing.Where(k => k.LacksUndo).Select(k => k.Title)),
        ("always runs:", always.Select(k => k.Text)),
    }.Where(section => section.Texts.Any());

    private static bool IsIn(Entry entry, string part) => entry.Part == part || entry.Parent is { } parent && IsIn(parent, part);
}
