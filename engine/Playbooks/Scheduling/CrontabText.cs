using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Playbooks.Scheduling;

/// <summary>
/// The schedules in the text of a crontab: a comment each, and the line below it. That text is any bytes, one a character, so that lines of
/// others stay what they are in whatever encoding they were written.
/// </summary>
internal static partial class CrontabText
{
    /// <summary>The two lines. What cron reads as a zone of its own does not matter: the line only asks, and who knows the zone answers.</summary>
    public static string Lines(ScheduledRun run)
    {
        var (schedule, first) = (run.Schedule, run.Schedule.Due.At.Minute % DueTimes.Quarter);
        var minutes = string.Join(',', Enumerable.Range(0, 60 / DueTimes.Quarter).Select(i => (first + i * DueTimes.Quarter).ToString(CultureInfo.InvariantCulture)));
        return Bytes($"{schedule.Comment}\n{minutes} * * * * {Word(run.Program)} schedule due --at {schedule.Due.Time} --time-zone {schedule.Due.Zone.Id} && cd {Word(run.Folder)} && exec {string.Join(' ', run.Words.Select(Word))}\n");
    }

    public static IEnumerable<Schedule> Read(string crontab) => crontab.Split('\n').Select(Of).OfType<Schedule>();

    public static string With(string crontab, ScheduledRun run) => (crontab.Length == 0 || crontab[^1] == '\n' ? crontab : crontab + "\n") + Lines(run);

    public static string Without(string crontab, string name)
    {
        var lines = crontab.Split('\n');
        var ours = lines.Select(line => Of(line)?.Name == name).ToList();
        return string.Join('\n', lines.Where((line, i) => !ours[i] && !(i > 0 && ours[i - 1] && OurLine().IsMatch(line))));
    }

    private static Schedule? Of(string line) => Schedule.Read(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(line)), "the crontab");

    private static string Bytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>One word for the shell, as it stands in a crontab: cron itself reads `\%` and some `\\`, so a `%` has a backslash outside of quotes, which both take, and no backslash stands before another.</summary>
    private static string Word(string word) => word.Length > 0 && !NotPlain().IsMatch(word)
        ? word
        : "'" + word.Replace("'", "'\"'\"'", StringComparison.Ordinal).Replace("\\", "\\''", StringComparison.Ordinal).Replace("%", "'\\%'", StringComparison.Ordinal) + "'";

    [GeneratedRegex(@"[^A-Za-z0-9_./:,@+=-]")]
    private static partial Regex NotPlain();

    [GeneratedRegex(@"^\d+,\d+,\d+,\d+ \* \* \* \* .* schedule due --at \S+ --time-zone \S+ && cd ")]
    private static partial Regex OurLine();
}
