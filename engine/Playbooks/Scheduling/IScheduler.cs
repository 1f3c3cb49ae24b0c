namespace Playbooks.Scheduling;

/// <summary>What begins runs on this machine when it is time. Everything here may throw <see cref="ScheduleException"/>, in words for the user.</summary>
public interface IScheduler
{
    /// <summary>How people call it.</summary>
    string Name { get; }

    /// <summary>Where somebody reads what a run that was begun has said: a command, or a sentence.</summary>
    string SaidIn(Schedule schedule);

    /// <summary>What stands where for that run, without writing anything.</summary>
    IReadOnlyList<(string Place, string Text)> Texts(ScheduledRun run);

    Task<IReadOnlyList<FoundSchedule>> List(CancellationToken cancel);

    /// <summary>Writes it, in the place of one of its name.</summary>
    Task Add(ScheduledRun run, CancellationToken cancel);

    /// <summary>Takes it away; a run that goes on is let go on.</summary>
    Task Remove(Schedule schedule, CancellationToken cancel);
}

/// <summary>A schedule of this machine.</summary>
/// <param name="Schedule">What it is.</param>
/// <param name="By">Who begins its runs.</param>
/// <param name="Trouble">Why they will not begin, as far as is known; null: nothing is known against it.</param>
public sealed record FoundSchedule(Schedule Schedule, IScheduler By, string? Trouble = null);
