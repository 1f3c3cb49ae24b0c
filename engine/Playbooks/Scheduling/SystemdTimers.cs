using System.Text;

namespace Playbooks.Scheduling;

/// <summary>Timers of systemd, of the machine or of one user.</summary>
/// <param name="folder">Where its units lie.</param>
/// <param name="isUsers">They are the user's own.</param>
/// <param name="time">For limits.</param>
public sealed class SystemdTimers(string folder, bool isUsers, TimeProvider time) : IScheduler
{
    private readonly string[] systemctl = isUsers ? ["systemctl", "--user"] : ["systemctl"];

    public string Name => isUsers ? "systemd --user" : "systemd";

    public string SaidIn(Schedule schedule) => $"journalctl {(isUsers ? "--user " : "")}-u '{UnitText.NameOf(schedule.Name)}'";

    public IReadOnlyList<(string Place, string Text)> Texts(ScheduledRun run) => [(PathOf(run.Schedule, ".service"), UnitText.Service(run, isUsers)), (PathOf(run.Schedule, ".timer"), UnitText.Timer(run))];

    public async Task<IReadOnlyList<FoundSchedule>> List(CancellationToken cancel)
    {
        var found = Guarded(() => Directory.Exists(folder) ? Directory.GetFiles(folder, "play-*.timer").Order(StringComparer.Ordinal).Select(Read).OfType<Schedule>().ToList() : []);
        if (found.Count == 0) return [];
        // A line for each, whatever it exits with; where nobody answers, nothing is known against them.
        var answer = await Ask(["is-active", .. found.Select(schedule => $"{UnitText.NameOf(schedule.Name)}.timer")], cancel);
        var states = Encoding.UTF8.GetString(answer.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. found.Select((schedule, i) => new FoundSchedule(schedule, this, states.Length != found.Count || states[i] == "active"
            ? null
            : $"its timer is {states[i]}: systemctl {(isUsers ? "--user " : "")}enable --now '{UnitText.NameOf(schedule.Name)}.timer'"))];
    }

    public async Task Add(ScheduledRun run, CancellationToken cancel)
    {
        var texts = Texts(run);
        if (texts.FirstOrDefault(text => File.Exists(text.Place)) is { Place: { } there })
        {
            if (Guarded(() => Read(PathOf(run.Schedule, ".timer"))) is null) throw new ScheduleException($"{there} is there already, and was not written by `play schedule add`", "choose another --name");
            await Remove(run.Schedule, cancel);
        }
        Guarded(() =>
        {
            Directory.CreateDirectory(folder);
            foreach (var (path, text) in texts) File.WriteAllText(path, text);
            return true;
        });
        try
        {
            await Tell(["daemon-reload"], cancel);
            await Tell(["enable", "--now", $"{UnitText.NameOf(run.Schedule.Name)}.timer"], cancel);
        }
        catch
        {
            // What does not run is not left there as if it did.
            await TakeAway(run.Schedule, CancellationToken.None);
            throw;
        }
    }

    public async Task Remove(Schedule schedule, CancellationToken cancel)
    {
        var unit = UnitText.NameOf(schedule.Name);
        await Tell(["disable", "--now", $"{unit}.timer"], cancel);
        // When it last ran is remembered beyond its end: one of the same name would at once catch up all that was since.
        await Ask(["clean", "--what=state", $"{unit}.timer"], cancel);
        await Ask(["reset-failed", $"{unit}.service", $"{unit}.timer"], cancel);
        await TakeAway(schedule, cancel);
    }

    private async Task TakeAway(Schedule schedule, CancellationToken cancel)
    {
        Guarded(() =>
        {
            File.Delete(PathOf(schedule, ".timer"));
            File.Delete(PathOf(schedule, ".service"));
            return true;
        });
        await Ask(["daemon-reload"], cancel);
    }

    private static Schedule? Read(string path) => File.Exists(path) ? Schedule.Read(File.ReadLines(path).FirstOrDefault() ?? "", path) : null;

    private string PathOf(Schedule schedule, string ending) => Path.Combine(folder, UnitText.NameOf(schedule.Name) + ending);

    private Task<LocalTool.Answer> Ask(IReadOnlyList<string> words, CancellationToken cancel) => LocalTool.Run([.. systemctl, .. words], default, time, cancel);

    private async Task Tell(IReadOnlyList<string> words, CancellationToken cancel)
    {
        var answer = await Ask(words, cancel);
        if (answer.Code != 0) throw answer.Trouble(isUsers ? "a user's own units want a login of that user, not su or sudo; `--with cron` does without" : null);
    }

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ScheduleException(e.Message, inner: e);
        }
    }
}
