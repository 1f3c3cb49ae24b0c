using System.Globalization;
using Playbooks.Problems;
using Playbooks.Reporting.Comparing;
using Playbooks.Reporting.Results;

namespace Playbooks.Reporting.Files.Html;

/// <summary>What the parts of a page are made of.</summary>
internal sealed class ShownRun
{
    private readonly HashSet<(string Step, string Host)> changed = [];
    private readonly Dictionary<(string Step, string Host), string> news = [];

    public ShownRun(ReportedRun run, Markup html)
    {
        (Run, Html) = (run, html);
        Steps = [.. Results.Steps.Where(IsShown).Select((step, i) => new ShownStep(i + 1, step, Mark.Of(step)))];
        if (run.Comparison is not { } comparison) return;
        (string Word, IEnumerable<Pair> Pairs)[] lists =
        [
            ("new", comparison.New), ("not known before", comparison.Surfaced.Concat(comparison.SeenAgain)), ("fixed", comparison.Fixed),
            ("not known any more", comparison.Lost.Concat(comparison.Sunk)), ("still failing", comparison.StillFailing), ("skipped now", comparison.Skipped),
        ];
        foreach (var (word, pairs) in lists)
            foreach (var pair in pairs) news[(pair.Any.Step, pair.Any.Host)] = word;
        foreach (var value in comparison.Values) news.TryAdd((value.Step, value.Host), "value changed");
        changed = [.. news.Where(n => n.Value != "still failing").Select(n => n.Key)];
    }

    public ReportedRun Run { get; }

    public Markup Html { get; }

    public RunResults Results => Run.Results;

    /// <summary>In the order of the plan; of blocks only those that have something of their own to tell.</summary>
    public IReadOnlyList<ShownStep> Steps { get; }

    /// <summary>It is not as it was in the run before.</summary>
    public bool IsChanged(StepResults step, HostResults host) => changed.Contains((step.Name, host.Host));

    /// <summary>What the comparison says of it, in a word or two; empty: nothing.</summary>
    public string NewsOf(StepResults step, HostResults host) => news.GetValueOrDefault((step.Name, host.Host), "");

    /// <summary>A step that is about no host runs here.</summary>
    public static string LabelOf(HostResults host) => host.Host.Length == 0 ? "localhost" : host.Label;

    public string When(DateTimeOffset at, string format = "yyyy-MM-dd HH:mm") => TimeZoneInfo.ConvertTime(at, Run.Zone).ToString(format, CultureInfo.InvariantCulture);

    /// <summary>As much of a text as belongs into one line.</summary>
    public static string Short(string text, int columns = 300) => DisplayText.Fit(DisplayText.Safe(text.Length > columns ? text[..columns] + "…" : text), columns);

    public static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";

    /// <summary>Hosts in the order they are given, so many by name.</summary>
    public static string Hosts(IReadOnlyCollection<string> labels, int most = 200) => string.Join(", ", labels.Take(most)) + (labels.Count > most ? $" and {labels.Count - most} more" : "");

    /// <summary>A probe that ran and was not judged is told with the others, over time.</summary>
    private bool IsShown(StepResults step) => step.Part == StepPart.Probe ? step.Hosts.Count > 0 || Results.Probes.All.All(probe => probe.Probe != step.Step.Key)
        : !step.Step.IsGroup || step.Hosts.Any(host => host.Result is { Failures.Count: > 0 });
}

/// <summary>A step with the number it has on the page.</summary>
internal sealed record ShownStep(int Number, StepResults Results, Mark Mark)
{
    /// <summary>Where links to it lead.</summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"s{Number}");

    /// <summary>Its title behind those of the blocks around it.</summary>
    public string Name => ShownRun.Short(Results.Name);
}
