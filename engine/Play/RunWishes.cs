using Playbooks.Reporting;

namespace Play;

/// <summary>How a plan is run and shown, whatever it is.</summary>
internal sealed record RunWishes
{
    /// <summary>Every question is answered with yes.</summary>
    public bool Yes { get; init; }

    /// <summary>It begins only where no other run of its playbook goes on.</summary>
    public bool Alone { get; init; }

    public bool Verbose { get; init; }

    /// <summary>What `--output` says; null: what suits where it goes to.</summary>
    public string? Output { get; init; }

    /// <summary>Only what the hosts answered is shown.</summary>
    public Func<ProgressReport, AnswersReport>? Answers { get; init; }

    /// <summary>All that the plan was made of, for the journal; null: none is kept.</summary>
    public PlanReading? Kept { get; init; }

    /// <summary>The reports to be written at its end.</summary>
    public IReadOnlyList<ReportFiles.Wanted> Reports { get; init; } = [];

    /// <summary>The folder of the journal; null: the usual one.</summary>
    public string? State { get; init; }
}
