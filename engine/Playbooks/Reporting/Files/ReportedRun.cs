using Playbooks.Reporting.Comparing;
using Playbooks.Reporting.Results;
using Playbooks.Running;

namespace Playbooks.Reporting.Files;

/// <summary>What a report in a file is made of.</summary>
/// <param name="Results">All that the run did and found.</param>
/// <param name="Events">The same, one by one.</param>
public sealed record ReportedRun(RunResults Results, IEnumerable<RunEvent> Events)
{
    /// <summary>With the run before it; null: there is none.</summary>
    public Comparison? Comparison { get; init; }

    /// <summary>This run and those before it.</summary>
    public Past? Past { get; init; }

    /// <summary>The run before it, however it ended, did not pass.</summary>
    public bool FollowsTrouble { get; init; }

    /// <summary>What a command that shows this run again has to say behind its name: ` --state FOLDER` where its journal is not the usual one.</summary>
    public string Options { get; init; } = "";

    /// <summary>In which zone its readers live.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>What has changed since the run before it, in words; nothing where there is none.</summary>
    internal IReadOnlyList<ReportLine> Compared(int width) => Comparison is null || Past is null ? [] : [.. new CompareReport(Comparison, Past, Zone, width).Lines()];
}
