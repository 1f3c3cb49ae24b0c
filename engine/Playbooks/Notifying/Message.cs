using System.Globalization;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Reporting.Files;
using Playbooks.Reporting.Results;
using Playbooks.Running;

namespace Playbooks.Notifying;

/// <summary>What people are told of a run, whatever the way: a title that says whether to get up, then what is to be known, the worst first. Texts of hosts are escaped.</summary>
internal sealed record Message(string Title, IReadOnlyList<string> Lead, IReadOnlyList<MessageList> Lists, string Look)
{
    private const int LongestLine = 300, LongestTitle = 120;

    private static readonly int[] Fewer = [20, 10, 5, 2, 0];

    /// <param name="run">It, and what it is compared with.</param>
    /// <param name="machine">The name of this one, where more is to be seen.</param>
    public static Message Of(ReportedRun run, string machine)
    {
        var results = run.Results;
        var lists = new List<MessageList>
        {
            new("NOT put back: look at your systems", Tone.Bad, Lines(results.NotPutBack)),
            new("Stopped by a guard", Tone.Bad, Lines(results.Guards)),
        };
        if (run is { Comparison: { } since, Past: { } past })
            lists.AddRange(new CompareReport(since, past, run.Zone, 0).Sections.Where(list => list.Name != "values").Select(list => new MessageList(list.Title.TrimEnd(':'), list.Tone, Lines(list.Texts.Select(one => one.Text)))));
        else
            lists.Add(new("✗ Failed", Tone.Bad, Lines(Failures(results))));
        // Of the inventory those that took part.
        var tookPart = results.Steps.SelectMany(step => step.Hosts).Select(host => host.Host).ToHashSet();
        var (began, hosts) = (TimeZoneInfo.ConvertTime(results.StartedAt, run.Zone), results.Hosts.Count(host => tookPart.Contains(host.Name)));
        return new Message(
            Line($"{(Occasion.Passed(run) ? "✓" : "✗")} {results.Playbook}: {string.Join(", ", Verdict(run))}", LongestTitle),
            [results.Verdict, began.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture) + $", {ProgressReport.Short(results.Elapsed)}{(hosts > 0 ? $", {hosts} {(hosts == 1 ? "host" : "hosts")}" : "")}"],
            [.. lists.Where(list => list.Lines.Count > 0)],
            $"On {Line(machine, LongestTitle)}: play show {results.Run}{run.Options}");
    }

    /// <summary>All that is held against the run, a line for each step on each host.</summary>
    public static IEnumerable<string> Failures(RunResults results) =>
        from step in results.Steps
        from host in step.Told
        where host.IsHeld
        select $"{step.Name}{(host.Label.Length > 0 ? $" · {host.Label}" : "")}: {(FailureText.FirstLine(host.Result!) is { Length: > 0 } why ? why : Words.Of(host.Result!.Outcome))}";

    public static IReadOnlyList<string> Lines(IEnumerable<string> texts) => [.. texts.Select(text => Line(text, LongestLine))];

    /// <summary>As plain text.</summary>
    public string Text => ToText(Fewer[0]);

    /// <summary>As much of it as is taken there.</summary>
    /// <param name="make">With so many lines of each list.</param>
    /// <param name="fits">What is taken.</param>
    public static string Fit(Func<int, string> make, Func<string, bool> fits) => Fewer.Select(make).FirstOrDefault(fits) ?? make(0);

    public string ToText(int most) => string.Join('\n',
    [
        Title, .. Lead,
        .. Lists.SelectMany(list => (string[])["", list.Title, .. list.Most(most).Select(line => $"  {line}")]),
        "", Look,
    ]);

    private static IEnumerable<string> Verdict(ReportedRun run)
    {
        yield return run.Results.Verdict.Split(':')[0] + (Occasion.IsRecovery(run) ? " again" : "");
        if (run.Results.NotUndone.Count > 0) yield return "NOT put back";
        if (run.Comparison is not { } since) yield break;
        foreach (var (count, what) in new[]
        {
            (since.New.Count() + since.Surfaced.Count(), "new"), (since.Lost.Count() + since.Sunk.Count(), "not known any more"), (since.StillFailing.Count(), "still failing"), (since.Fixed.Count(), "fixed"),
        })
            if (count > 0) yield return $"{count} {what}";
    }

    private static string Line(string text, int columns) => DisplayText.Fit(DisplayText.Safe(text), columns);
}

/// <summary>A part of a message: what its lines are, and they.</summary>
internal sealed record MessageList(string Title, Tone Tone, IReadOnlyList<string> Lines)
{
    /// <summary>The first of them, and how many more there are.</summary>
    public IEnumerable<string> Most(int most) => Lines.Count <= most ? Lines : Lines.Take(most).Append(most > 0 ? $"… and {Lines.Count - most} more" : $"… {Lines.Count} of them");
}
