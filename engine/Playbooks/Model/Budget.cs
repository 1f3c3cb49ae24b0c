using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Model;

/// <summary>How bad a probe's samples may be; what is null is not judged.</summary>
public sealed record Budget(Position At)
{
    /// <summary>Samples of a probe that may be under way at once: its `timeout` is no longer than so many times its `every`.</summary>
    public const int MostUnderWay = 1000;

    /// <summary>What is known of a probe, as expressions see it; `on` is that of a host.</summary>
    public static IReadOnlyList<string> Fields { get; } = ["samples", "good", "bad", "missed", "availability", "outage", "downtime", "outages", "p50", "p99", "on"];

    /// <summary>The longest time without a good sample.</summary>
    public Setting<TimeSpan>? Outage { get; init; }

    /// <summary>All such times together.</summary>
    public Setting<TimeSpan>? Downtime { get; init; }

    /// <summary>The bad ones among a hundred that were good or bad.</summary>
    public Setting<double>? Bad { get; init; }

    /// <summary>How long the slowest but one in a hundred good ones may take.</summary>
    public Setting<TimeSpan>? P99 { get; init; }

    /// <summary>Outage and downtime stop nothing while the probe runs: they are judged at its end, as the others are.</summary>
    public bool IsReport { get; init; }

    public IEnumerable<Template> Templates => (Outage?.Templates ?? []).Concat(Downtime?.Templates ?? []).Concat(Bad?.Templates ?? []).Concat(P99?.Templates ?? []);
}
