using System.Text.RegularExpressions;
using Playbooks.Templating;

namespace Playbooks.Steps.Log;

/// <summary>Compares what was found in a window with what was asked for, and says in words what is missing and what is too much.</summary>
internal sealed partial class LogVerdict(LogQuestion question, LogWindow window)
{
    private const int ShownText = 80;

    private readonly List<string> failures = [];
    private readonly List<string> errors = [];
    private readonly long lineCount = window.Files.Sum(f => f.Findings.LineCount);

    public StepResult Result()
    {
        var fields = Fields();
        if (window.Files.Count == 0)
            return StepResult.Failed(fields, [$"there is no file {question.Path}", .. window.Lost]);

        foreach (var text in question.Contains.Where(text => !window.Files.Any(f => f.Findings.Contained.Contains(text)))) Missing($"contains {Data.Show(text, ShownText)}", System.Text.Ascii.IsValid(text));
        foreach (var (pattern, i) in question.Matches.Select((pattern, i) => (pattern, i)))
            if (!window.Files.Any(f => f.Findings.Matched.Contains(i))) Missing($"matches `{Look.Cut(pattern.ToString(), ShownText)}`", IsAscii(pattern));
        if ((failures.Count > 0 || errors.Count > 0) && lineCount > 0)
            (failures.Count > 0 ? failures : errors).Add($"it ends with:\n{string.Join("\n", window.Files.SelectMany(f => f.Findings.Last).TakeLast(LogFindings.LastLines))}");

        foreach (var text in question.Lacks) Lacks(text);
        if (errors.Count > 0 && failures.Count == 0) return new StepResult { Outcome = Outcome.Error, Fields = fields, Messages = errors, Notes = [.. window.Lost.Where(lost => !errors.Exists(error => error.Contains(lost, StringComparison.Ordinal)))] };
        return failures.Count > 0
            ? StepResult.Failed(fields, failures) with { Notes = window.Lost }
            : StepResult.Passed(fields) with { Notes = window.Lost };
    }

    private void Missing(string what, bool isAscii)
    {
        if (Gap(isAscii) is { } gap) errors.Add($"nothing that can be read in {question.Place} {what}, but {gap}");
        else failures.Add($"nothing in {question.Place} {what} (looked at {lineCount} {(lineCount == 1 ? "line" : "lines")}, {window.Bytes} bytes)");
    }

    private void Lacks(string text)
    {
        var unwanted = window.Files.Where(f => f.Findings.Unwanted.ContainsKey(text)).Select(f => f.Findings.Unwanted[text]).ToList();
        if (unwanted.Count > 0)
        {
            var count = unwanted.Sum(u => u.Count);
            failures.Add($"{count} {(count == 1 ? "line" : "lines")} in {question.Place} {(count == 1 ? "contains" : "contain")} {Data.Show(text, ShownText)}; the first: {unwanted[0].First}");
        }
        else if (Gap(System.Text.Ascii.IsValid(text)) is { } gap) errors.Add($"whether {question.Place} lacks {Data.Show(text, ShownText)} cannot be told: {gap}");
    }

    /// <summary>Why what was not found may stand there unseen, or have been there.</summary>
    private string? Gap(bool isAscii)
    {
        var why = window.Lost.ToList();
        if (window.Files.Any(f => f.Findings.IsWide)) why.Add("it has NUL characters where text in UTF-16 would have them; say `encoding`");
        else if (!isAscii && window.Files.Any(f => f.Findings.Undecodable)) why.Add($"it has bytes that are not {question.Encoding.WebName.ToUpperInvariant()}; say `encoding`");
        return why.Count > 0 ? string.Join("; ", why) : null;
    }

    /// <summary>What is filled into a pattern stands there as escapes.</summary>
    private static bool IsAscii(Regex pattern) => System.Text.Ascii.IsValid(pattern.ToString()) && !BeyondAscii().IsMatch(pattern.ToString());

    [GeneratedRegex(@"\\u(?!00[0-7])|\\[pP]")]
    private static partial Regex BeyondAscii();

    private DataMap Fields()
    {
        var findings = window.Files.Select(f => f.Findings).ToList();
        var lines = findings.SelectMany(f => f.Lines).ToList();
        var count = findings.Sum(f => f.Count);
        return new DataMap(new Dictionary<string, object?>
        {
            ["lines"] = findings.Exists(f => f.LinesCut) || lines.Count > LogFindings.MostLines ? new Absent($"these are {count} lines, more than are kept", "ask for less, or use `count` and `first`") : lines.ToList<object?>(),
            ["count"] = count,
            ["first"] = findings.Find(f => f.First is not null)?.First is { } first ? first : new Absent($"no line of {question.Place} {(question.AsksForLines ? "is what was asked for" : "is there")}"),
            ["found"] = count > 0,
            ["window"] = new DataMap(new Dictionary<string, object?>
            {
                ["since"] = window.Since,
                ["files"] = window.Files.Where(f => f.To > f.From).Select(object? (f) => new DataMap(new Dictionary<string, object?> { ["path"] = f.Path, ["from"] = f.From, ["to"] = f.To, ["sha256"] = f.Sha256 })).ToList(),
                ["bytes"] = window.Bytes,
                ["notes"] = window.Lost.ToList<object?>(),
            }),
        });
    }
}
