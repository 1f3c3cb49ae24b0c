using Playbooks.Reporting.Results;

namespace Playbooks.Reporting.Files.Html;

/// <summary>Hosts and steps as a table: a row for each host, a column for each step, a sign and a colour for what came of it.</summary>
internal sealed class Matrix(ShownRun run)
{
    private const int MostCells = 20_000;

    private readonly Markup html = run.Html;

    public void Write()
    {
        var columns = run.Steps.Where(step => step.Results.Part != StepPart.Probe || step.Results.Hosts.Count > 0).ToList();
        var rows = Rows(columns);
        if (columns.Count == 0 || rows.Count == 0) return;
        var all = (Columns: columns.Count, Rows: rows.Count);
        if (columns.Count * rows.Count > MostCells)
        {
            columns = [.. columns.Where(step => step.Mark.Rank > Mark.Changed.Rank)];
            rows = [.. rows.Where(row => columns.Any(step => Mark.Of(step.Results.Find(row.Host)).Rank > Mark.Changed.Rank))];
            columns = [.. columns.Take(MostCells / Math.Max(1, Math.Min(rows.Count, 1_000)))];
            rows = [.. rows.Take(MostCells / Math.Max(1, columns.Count))];
        }
        using var section = html.Open("section", ("aria-labelledby", "matrix"));
        html.Add("h2", "Hosts and steps", ("id", "matrix"));
        if (columns.Count < all.Columns || rows.Count < all.Rows) html.Add("p", $"{all.Rows - rows.Count} of {ShownRun.Count(all.Rows, "host")} and {all.Columns - columns.Count} of {ShownRun.Count(all.Columns, "step")} are left out here, first those where all went well.", ("class", "muted"));
        var seen = Table(columns, rows);
        using var legend = html.Open("p", ("class", "legend"));
        foreach (var mark in seen.OrderBy(m => m.Rank))
        {
            using var one = html.Open("span");
            html.Add("b", mark.Sign, ("class", $"cell {mark.Tone}")).Text(" " + mark.Word);
        }
    }

    private HashSet<Mark> Table(List<ShownStep> columns, List<(string Host, string Label)> rows)
    {
        var seen = new HashSet<Mark>();
        using var box = html.Open("div", ("class", "matrix"), ("tabindex", "0"), ("role", "group"), ("aria-labelledby", "matrix"));
        using var table = html.Open("table");
        using (html.Open("thead"))
        using (html.Open("tr"))
        {
            html.Add("th", "host", ("scope", "col"));
            foreach (var step in columns)
                using (html.Open("th", ("scope", "col"))) html.Add("a", $"{step.Number}", ("href", $"#{step.Id}"), ("title", step.Name), ("aria-label", $"{step.Number}: {step.Name}"));
        }
        using var body = html.Open("tbody");
        foreach (var (host, label) in rows)
        {
            html.Line();
            var cells = columns.Select(step => (Step: step, Host: step.Results.Find(host))).ToList();
            using var row = html.Open("tr", ("data-bad", cells.Any(cell => Mark.Of(cell.Host).IsBad) ? "" : null), ("data-new", cells.Any(cell => cell.Host is { } one && run.IsChanged(cell.Step.Results, one)) ? "" : null));
            html.Add("th", ShownRun.Short(label), ("scope", "row"), ("title", label.Length > 18 ? ShownRun.Short(label) : null));
            foreach (var cell in cells)
            {
                var mark = Mark.Of(cell.Host);
                seen.Add(mark);
                if (!mark.IsBad) html.Add("td", mark.Sign, ("class", mark.Tone));
                else
                    using (html.Open("td", ("class", mark.Tone))) html.Add("a", mark.Sign, ("href", $"#{cell.Step.Id}"), ("title", $"{mark.Word}: {cell.Step.Name}"), ("aria-label", $"{mark.Word}: {cell.Step.Name}"));
            }
        }
        return seen;
    }

    /// <summary>Hosts in the order of the inventory; those that no step is about are left out.</summary>
    private List<(string Host, string Label)> Rows(List<ShownStep> columns)
    {
        var used = columns.SelectMany(step => step.Results.Hosts).Select(host => host.Host).ToHashSet();
        return [.. used.Contains("") ? [("", "localhost")] : Array.Empty<(string, string)>(), .. run.Results.Hosts.Where(host => used.Contains(host.Name)).Select(host => (host.Name, host.Label))];
    }
}
