namespace Playbooks.Scheduling;

/// <summary>Who can begin runs on this machine.</summary>
public sealed class Schedulers(TimeProvider time)
{
    private readonly SystemdTimers machine = new("/etc/systemd/system", isUsers: false, time);
    private readonly SystemdTimers user = new(UsersFolder, isUsers: true, time);
    private readonly Crontab crontab = new(time);

    /// <summary>What `--with` may say.</summary>
    public static IReadOnlyList<string> Words { get; } = ["systemd", "systemd-user", "cron"];

    /// <summary>sd_booted(3).</summary>
    private static bool IsBooted => Directory.Exists("/run/systemd/system");

    /// <summary>The one that is asked for, else the one that suits.</summary>
    /// <param name="with">One of <see cref="Words"/>; null: systemd where it runs, its own units for whoever is not root, else cron.</param>
    public IScheduler Choose(string? with) => (with ?? (IsBooted ? "systemd" : "cron")) switch
    {
        "cron" => crontab,
        "systemd" when Environment.IsPrivilegedProcess => machine,
        _ => user,
    };

    /// <summary>All schedules that are this user's to see and to change, the earliest of a day first.</summary>
    /// <param name="unseen">Told why somebody's could not be looked at.</param>
    public async Task<IReadOnlyList<FoundSchedule>> List(Action<ScheduleException> unseen, CancellationToken cancel)
    {
        var found = new List<FoundSchedule>();
        foreach (var scheduler in All)
            try
            {
                found.AddRange(await scheduler.List(cancel));
            }
            catch (ScheduleException e)
            {
                unseen(e);
            }
        return [.. found.OrderBy(schedule => schedule.Schedule.Due.At).ThenBy(schedule => schedule.Schedule.Name, StringComparer.Ordinal)];
    }

    private IEnumerable<IScheduler> All => [user, .. Environment.IsPrivilegedProcess ? [machine] : Array.Empty<IScheduler>(), .. HasCrontab ? [crontab] : Array.Empty<IScheduler>()];

    /// <summary>Whether a user's timers stop when that user logs out: loginctl(1), `enable-linger`.</summary>
    public bool EndsWithLogin(IScheduler scheduler) => scheduler == user && IsBooted && !File.Exists($"/var/lib/systemd/linger/{Environment.UserName}");

    private static bool HasCrontab => Environment.GetEnvironmentVariable("PATH")?.Split(':').Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "crontab"))) == true;

    /// <summary>systemd.unit(5), "Unit file load path".</summary>
    private static string UsersFolder => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { } xdg && Path.IsPathRooted(xdg) ? xdg : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"), "systemd", "user");
}
