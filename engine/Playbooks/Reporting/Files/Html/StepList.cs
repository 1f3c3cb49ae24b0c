using Playbooks.Reporting.Results;
using Playbooks.Running;

namespace Playbooks.Reporting.Files.Html;

/// <summary>Each step, folded: where it stands, what came of it, and the evidence. Hosts whose results look the same stand together.</summary>
internal sealed class StepList(ShownRun run)
{
    /// <summary>Bytes of the page.</summary>
    private const int Room = 1_600_000, MostOfBad = 24_000, MostOfGood = 4_000;

    /// <summary>So many steps that failed are unfolded, and so many results of a step where nothing did.</summary>
    private const int MostOpen = 10, MostOpenOfStep = 3;

    private readonly Markup html = run.Html;
    private readonly RunResults results = run.Results;
    private Purse bad = null!, good = null!;
    private int opened;

    public void Write()
    {
        var all = run.Steps.SelectMany(step => step.Results.Hosts).ToList();
        var failed = all.Count(IsBad);
        (bad, good) = (new Purse(Room, failed, MostOfBad), new Purse(Room, all.Count - failed, MostOfGood));
        using var section = html.Open("section", ("aria-labelledby", "steps"));
        html.Add("h2", "Steps", ("id", "steps"));
        Tools();
        html.Add("p", $"Long output is cut here; all that is kept of it: `play show {ShownRun.Short(results.Run)} --report json=FILE`", ("class", "muted"));
        foreach (var step in run.Steps) Write(step);
        if (results.Undos.Count > 0) Undos();
    }

    /// <summary>They need the script, which shows them.</summary>
    private void Tools()
    {
        using var tools = html.Open("form", ("id", "tools"), ("hidden", ""), ("role", "search"));
        html.Void("input", ("type", "search"), ("id", "find"), ("placeholder", "Search titles, hosts, messages"), ("aria-label", "Search titles, hosts, messages"), ("autocomplete", "off"));
        using (html.Open("select", ("id", "only"), ("aria-label", "Which results are shown")))
        {
            html.Add("option", "all", ("value", "all")).Add("option", "failed", ("value", "bad"));
            if (run.Run.Comparison is not null) html.Add("option", "changed since the last run", ("value", "new"));
        }
        html.Add("button", "Expand all", ("type", "button"), ("id", "expand"));
        html.Add("output", "", ("id", "found"), ("aria-live", "polite"));
    }

    private static bool IsBad(HostResults host) => Mark.Of(host) is { IsBad: true } or { Tone: "warn" };

    private sealed record Alike(Mark Mark, string News, bool IsChanged, int Attempts, Evidence Evidence)
    {
        public List<HostResults> Hosts { get; } = [];
    }

    private List<Alike> Groups(ShownStep step)
    {
        var groups = new OrderedDictionary<(Mark, string, int, string), Alike>();
        foreach (var host in step.Results.Hosts)
        {
            var (mark, purse, attempts) = (Mark.Of(host), IsBad(host) ? bad : good, host.Result?.Attempts ?? 1);
            var news = run.NewsOf(step.Results, host);
            var evidence = Evidence.Of(host, purse.Allowance);
            var key = (mark, news, attempts, evidence.Key());
            if (!groups.TryGetValue(key, out var group))
            {
                groups[key] = group = new Alike(mark, news, run.IsChanged(step.Results, host), attempts, evidence);
                purse.Pay(300 + evidence.Weight);
            }
            group.Hosts.Add(host);
        }
        return [.. groups.Values.OrderByDescending(group => group.Mark.IsBad).ThenByDescending(group => group.Mark.Rank)];
    }

    private void Write(ShownStep step)
    {
        var groups = Groups(step);
        var isBad = groups.Any(group => group.Mark.IsBad);
        html.Line();
        using var details = html.Open("details", ("class", "step"), ("open", isBad && opened++ < MostOpen ? "" : null));
        using (html.Open("summary"))
        {
            html.Add("b", step.Mark.Sign, ("class", $"cell {step.Mark.Tone}"), ("aria-hidden", "true")).Text(" ");
            using (html.Open("span", ("class", "title")))
            {
                html.Add("span", $"{step.Number}", ("class", "number")).Text(" ");
                if (step.Results.Path.Count > 1) html.Add("span", ShownRun.Short(string.Join(" › ", step.Results.Path.SkipLast(1)) + " ›"), ("class", "path")).Text(" ");
                html.Add("bdi", ShownRun.Short(step.Results.Path[^1]));
            }
            html.Text(" ").Add("span", Summed(step, groups), ("class", "tail"));
        }
        using var body = html.Open("div", ("id", step.Id));
        var at = step.Results.Step.At;
        html.Add("p", string.Join(" · ", new[] { Part(step.Results.Part), ShownRun.Short(at.Source.Name) + (at.Source.HasLines ? $":{at.Line}" : ""), Times(step.Results) }.Where(text => text.Length > 0)), ("class", "muted"));
        foreach (var group in groups) Write(group, isOpen: isBad ? group.Mark.IsBad : groups.Count <= MostOpenOfStep);
    }

    private void Write(Alike group, bool isOpen)
    {
        using var box = html.Open("details", ("class", $"result {group.Mark.Tone}"), ("open", isOpen ? "" : null), ("data-bad", group.Mark.IsBad ? "" : null), ("data-new", group.IsChanged ? "" : null));
        using (html.Open("summary", ("class", "who")))
        {
            html.Add("b", $"{group.Mark.Sign} {group.Mark.Word}", ("class", group.Mark.Tone)).Text(" ");
            html.Add("bdi", ShownRun.Hosts([.. group.Hosts.Select(host => ShownRun.Short(ShownRun.LabelOf(host)))])).Text(" ");
            html.Add("span", string.Join(" · ", new[] { Took(group.Hosts), group.Attempts > 1 ? $"{group.Attempts} attempts" : "" }.Where(text => text.Length > 0)), ("class", "muted"));
            if (group.News.Length > 0) html.Text(" ").Add("span", group.News, ("class", "news"));
        }
        Write(group.Evidence);
    }

    private void Write(Evidence evidence)
    {
        foreach (var piece in evidence.Pieces)
        {
            using var box = piece.Name.Length > 0 ? html.Open("div", ("class", "piece")) : default;
            if (piece.Name.Length > 0) html.Add("h4", ShownRun.Short(piece.Name));
            if (piece.Kind == "diff") Diff(piece.Text);
            else if (piece.Kind is "text" or "message" or "explained") html.Add("pre", piece.Text, ("class", piece.Kind));
            else html.Add("p", piece.Kind == "mend" ? "→ " + piece.Text : piece.Text, ("class", piece.Kind));
            if (piece.More > 0) html.Add("p", $"… {piece.More} characters more", ("class", "more"));
        }
        foreach (var (title, result, inner) in evidence.Inside)
        {
            var mark = Mark.Of(result);
            using var details = html.Open("details", ("class", "inside"), ("open", mark.IsBad ? "" : null));
            using (html.Open("summary"))
                html.Add("b", mark.Sign, ("class", $"cell {mark.Tone}"), ("title", mark.Word)).Text(" ").Add("bdi", ShownRun.Short(title)).Text(" ").Add("span", mark.Word + (result.Duration > TimeSpan.Zero ? $" · {ProbeLines.Short(result.Duration)}" : ""), ("class", "muted"));
            Write(inner);
        }
    }

    private void Diff(string text)
    {
        using var pre = html.Open("pre", ("class", "text"));
        foreach (var line in text.TrimEnd('\n').Split('\n'))
            switch (DiffText.ToneOf(line))
            {
                case Tone.Good: html.Add("ins", line + "\n"); break;
                case Tone.Bad: html.Add("del", line + "\n"); break;
                default: html.Text(line + "\n"); break;
            }
    }

    private void Undos()
    {
        html.Add("h2", "Put back", ("id", "undos"));
        foreach (var undo in results.Undos)
        {
            var (purse, mark) = (undo.Passed ? good : bad, undo.Passed ? Mark.Passed : Mark.Failed);
            var evidence = Evidence.Of(undo, purse.Allowance);
            purse.Pay(300 + evidence.Weight);
            html.Line();
            using var details = html.Open("details", ("class", "step"), ("open", undo.Passed ? null : ""));
            using (html.Open("summary"))
            {
                html.Add("b", mark.Sign, ("class", $"cell {mark.Tone}"), ("aria-hidden", "true")).Text(" ");
                using (html.Open("span", ("class", "title"))) html.Add("bdi", $"{Words.OfUndo(undo.Passed, undo.IsEmpty)}: {ShownRun.Short(undo.Owed.Title)}{(undo.Owed.At.Host.Length > 0 ? $" · {ShownRun.Short(results.Label(undo.Owed.At.Host))}" : "")}");
                html.Text(" ").Add("span", undo.Began is { } began ? ProbeLines.Short(undo.At - began) : "", ("class", "tail"));
            }
            using var body = html.Open("div", ("class", $"result {mark.Tone}"), ("data-bad", undo.Passed ? null : ""));
            if (undo.Asked) html.Add("p", "a step of the playbook asked for it", ("class", "note"));
            if (undo.Reason is { } reason) html.Add("pre", ShownRun.Short(reason, 4_000), ("class", "message"));
            Write(evidence);
        }
    }

    /// <summary>The hosts of each kind, the bad ones by name where they are few.</summary>
    private static string Summed(ShownStep step, List<Alike> groups)
    {
        if (groups.Count == 0) return step.Mark.Word;
        var words = groups.GroupBy(group => group.Mark).Select(same =>
        {
            var hosts = same.SelectMany(group => group.Hosts).ToList();
            return hosts is [{ Host: "" }] ? same.Key.Word : same.Key.Tone is "bad" or "warn" && hosts.Count <= 3 ? $"{same.Key.Word}: {string.Join(", ", hosts.Select(host => ShownRun.Short(ShownRun.LabelOf(host))))}" : $"{hosts.Count} {same.Key.Word}";
        });
        var took = step.Results is { Began: { } began, Ended: { } ended } && ended > began ? $" · {ProbeLines.Short(ended - began)}" : "";
        return string.Join(", ", words) + took;
    }

    private static string Times(StepResults step)
    {
        if (step.Began is not { } began) return "";
        var (from, to) = (ProgressReport.Short(began), step.Ended is { } ended ? ProgressReport.Short(ended) : "");
        return from == to ? $"at {from}" : $"from {from}{(to.Length > 0 ? $" to {to}" : "")}";
    }

    private static string Took(List<HostResults> hosts)
    {
        var times = hosts.Where(host => host.Result is { Duration.Ticks: > 0 }).Select(host => host.Result!.Duration).ToList();
        if (times.Count == 0) return "";
        var (least, most) = (ProbeLines.Short(times.Min()), ProbeLines.Short(times.Max()));
        return least == most ? least : $"{least} – {most}";
    }

    private static string Part(StepPart part) => part switch { StepPart.Probe => "probe", StepPart.Rescue => "rescue", StepPart.Always => "always", _ => "" };
}
