using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Reporting.Files.Html;

/// <summary>How a result is shown: by a sign, a colour and a word, so that no one needs all three. From good to grave.</summary>
/// <param name="Tone">The class of its colours.</param>
internal sealed record Mark(int Rank, string Sign, string Tone, string Word)
{
    public static readonly Mark
        NotReached = new(0, "", "none", "not reached"),
        Skipped = new(1, "–", "quiet", Words.Of(Outcome.Skipped)),
        Passed = new(2, "✓", "good", Words.Of(Outcome.Passed)),
        Changed = new(3, "±", "good", "changed"),
        NotRun = new(4, "/", "quiet", Words.Of(Outcome.NotRun)),
        NotEnded = new(5, "…", "warn", "not ended"),
        Rescued = new(6, "R", "warn", "failed, and rescued"),
        Warning = new(7, "!", "warn", "warning"),
        Failed = new(8, "✗", "bad", Words.Of(Outcome.Failed)),
        Error = new(9, "E", "bad", Words.Of(Outcome.Error)),
        Unknown = new(10, "?", "bad", Words.Of(Outcome.Unknown)),
        Unreachable = new(11, "U", "bad", Words.Of(Outcome.Unreachable));

    public bool IsBad => Tone == "bad";

    public static Mark Of(HostResults? host) => host switch
    {
        null => NotReached,
        { Result: null } => NotEnded,
        { IsForgiven: true } => Rescued,
        _ => Of(host.Result),
    };

    public static Mark Of(HostResult result) => result switch
    {
        { IsBad: true, IsFailure: false } => Warning,
        { Outcome: Outcome.Passed } => IsChanged(result) ? Changed : Passed,
        { Outcome: Outcome.Skipped } => Skipped,
        { Outcome: Outcome.NotRun } => NotRun,
        { Outcome: Outcome.Failed } => Failed,
        { Outcome: Outcome.Error } => Error,
        { Outcome: Outcome.Unknown } => Unknown,
        _ => Unreachable,
    };

    /// <summary>Of a step: the gravest of its hosts.</summary>
    public static Mark Of(StepResults step) => step.Hosts.Select(Of).MaxBy(mark => mark.Rank) ?? (step.Began is null ? NotReached : step.Ended is null ? NotEnded : Skipped);

    private static bool IsChanged(HostResult result) => (result.Items ?? [result.Fields]).Any(fields => fields.TryGetValue("changed", out var changed) && changed is true);
}
