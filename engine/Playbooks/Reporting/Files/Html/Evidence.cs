using System.Text;
using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Templating;

namespace Playbooks.Reporting.Files.Html;

/// <summary>A text of a result as it is shown; `Kind` is how, `More` so many characters of it are left out.</summary>
internal sealed record Piece(string Kind, string Name, string Text, int More = 0);

/// <summary>What a page shows of a result: what went wrong, what was done, and what came of it. Cut to an allowance.</summary>
internal sealed class Evidence
{
    private const int Columns = 76, MostItems = 20, MostInside = 50, ShortText = 60;

    private readonly List<Piece> pieces = [];
    private int left;

    /// <param name="host">The host whose result it is.</param>
    /// <param name="allowance">So many bytes are left for it; those of what went wrong are taken first.</param>
    public static Evidence Of(HostResults host, int allowance)
    {
        var evidence = new Evidence { left = allowance };
        foreach (var reason in host.Reasons.GroupBy(r => r)) evidence.Add("note", "", $"an attempt before: {reason.Key}{(reason.Count() > 1 ? $" ({reason.Count()} times)" : "")}");
        if (host.Result is { } result) evidence.Add(result);
        evidence.Inside = [.. host.Inside.Take(MostInside).Select(inner => (inner.Title, inner.Result, evidence.Inner(inner.Result)))];
        return evidence;
    }

    public static Evidence Of(UndoResult undo, int allowance)
    {
        var evidence = new Evidence { left = allowance };
        evidence.Inside = [.. undo.Inside.Take(MostInside).Select(inner => (inner.Title, inner.Result, evidence.Inner(inner.Result)))];
        return evidence;
    }

    public IReadOnlyList<Piece> Pieces => pieces;

    /// <summary>What ran inside its action.</summary>
    public IReadOnlyList<(string Title, HostResult Result, Evidence Evidence)> Inside { get; private set; } = [];

    /// <summary>Two with the same key look the same.</summary>
    public string Key()
    {
        var key = new StringBuilder();
        Append(key);
        return key.ToString();
    }

    /// <summary>The bytes that it takes on the page, about.</summary>
    public int Weight => pieces.Sum(piece => 80 + piece.Text.Sum(Markup.Weigh)) + Inside.Sum(inner => 200 + inner.Evidence.Weight);

    private void Append(StringBuilder key)
    {
        foreach (var piece in pieces) key.Append(piece.Kind).Append('\0').Append(piece.Name).Append('\0').Append(piece.Text).Append('\0').Append(piece.More).Append('\0');
        foreach (var (title, result, evidence) in Inside)
        {
            key.Append(title).Append('\0').Append(Mark.Of(result).Word).Append('\0');
            evidence.Append(key);
        }
    }

    /// <summary>Takes from the same allowance.</summary>
    private Evidence Inner(HostResult result)
    {
        var inner = new Evidence { left = left };
        inner.Add(result);
        left = inner.left;
        return inner;
    }

    private void Add(HostResult result)
    {
        foreach (var failure in result.Failures) Add(failure);
        foreach (var note in result.Notes) Add("note", "", note);
        if (result.Did is { } did) Add("text", "did", did);
        if (result.Items is { } items)
            foreach (var (number, fields) in items.Take(MostItems).Index()) AddFields(fields, result.IsBad, $"item {number + 1} · ");
        else AddFields(result.Fields, result.IsBad, "");
        if (result.Items is { Count: > MostItems }) Add("note", "", $"{result.Items.Count - MostItems} more items");
        foreach (var (name, value) in result.Captured) Add("value", $"captured {name}", Shown(value));
    }

    private void Add(Failure failure)
    {
        var place = $"{Path.GetFileName(failure.At.Source.Name)}{(failure.At.Source.HasLines ? $":{failure.At.Line}" : "")}";
        Add("place", "", failure.Step is { } inner ? $"in: {inner} · {place}" : place);
        if (failure.Explanation is { } explanation)
        {
            Add("explained", "", string.Join('\n', explanation.Render(Columns)));
            // What does not hold is the explanation's own line; what could not be worked out is not.
            if (!failure.Message.EndsWith(" does not hold", StringComparison.Ordinal)) Add("message", "", failure.Message);
        }
        else Add("message", "", failure.Message);
        if (failure.Mend is { } mend) Add("mend", "", mend);
    }

    private void AddFields(DataMap fields, bool isBad, string before)
    {
        // Short values stand in one line.
        var values = new List<string>();
        foreach (var (name, value) in fields)
        {
            if (value is null || name == "lines" && fields.ContainsKey("stdout") || name is "json" && fields.ContainsKey("body")) continue;
            var text = value as string ?? (value as Absent)?.Kept;
            if (text is null) values.Add($"{name}: {Shown(value)}");
            else if (text.Length is > 0 and <= ShortText && name is not ("stdout" or "stderr" or "body") && !text.Contains('\n', StringComparison.Ordinal)) values.Add($"{name}: {Shown(text)}");
            else if (text.Length > 0) Add(name == "diff" ? "diff" : "text", before + name, text, isBad && name is "stdout" or "stderr");
        }
        if (values.Count > 0) Add("value", before + "result", string.Join(" · ", values));
    }

    private static string Shown(object? value) => value is Absent ? "?" : Data.Show(value, 300);

    /// <param name="end">Its end is of more use than its beginning.</param>
    private void Add(string kind, string name, string text, bool end = false)
    {
        if (left <= 0 || text.Length == 0) return;
        var (length, weight) = (0, 0);
        while (length < text.Length && weight < left) weight += Markup.Weigh(end ? text[^++length] : text[length++]);
        left -= weight;
        pieces.Add(new Piece(kind, name, end ? text[^length..] : text[..length], text.Length - length));
    }
}
