using System.Text;

namespace Playbooks.Scheduling;

/// <summary>The user's crontab, where there is no systemd.</summary>
public sealed class Crontab(TimeProvider time) : IScheduler
{
    public string Name => "crontab";

    public string SaidIn(Schedule schedule) => "cron mails what it said, where it can mail";

    public IReadOnlyList<(string Place, string Text)> Texts(ScheduledRun run) => [("crontab", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(CrontabText.Lines(run))))];

    public async Task<IReadOnlyList<FoundSchedule>> List(CancellationToken cancel) => [.. CrontabText.Read(await Read(cancel)).Select(schedule => new FoundSchedule(schedule, this))];

    public async Task Add(ScheduledRun run, CancellationToken cancel) => await Write(CrontabText.With(CrontabText.Without(await Read(cancel), run.Schedule.Name), run), cancel);

    public async Task Remove(Schedule schedule, CancellationToken cancel) => await Write(CrontabText.Without(await Read(cancel), schedule.Name), cancel);

    /// <summary>Empty only where cron says that there is none: whatever else keeps it from being read would cost all of its lines.</summary>
    private async Task<string> Read(CancellationToken cancel)
    {
        var answer = await LocalTool.Run(["crontab", "-l"], default, time, cancel);
        if (answer.Code == 0) return Encoding.Latin1.GetString(answer.Output);
        return answer.Said.Contains("no crontab for", StringComparison.OrdinalIgnoreCase) ? "" : throw answer.Trouble("nothing was changed");
    }

    private async Task Write(string text, CancellationToken cancel)
    {
        var answer = await LocalTool.Run(["crontab", "-"], Encoding.Latin1.GetBytes(text), time, cancel);
        if (answer.Code != 0) throw answer.Trouble("the crontab is as it was");
    }
}
