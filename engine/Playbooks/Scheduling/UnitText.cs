using System.Globalization;
using System.Text;

namespace Playbooks.Scheduling;

/// <summary>The texts of a service and a timer of systemd, in its own quoting.</summary>
internal static class UnitText
{
    /// <summary>Without `.service` or `.timer`. What a unit's name may not have is written as in systemd.unit(5), "String escaping for inclusion in unit names".</summary>
    public static string NameOf(string schedule) => "play-" + string.Concat(Encoding.UTF8.GetBytes(schedule).Select(b =>
        char.IsAsciiLetterOrDigit((char)b) || (char)b is '-' or '_' or '.' ? $"{(char)b}" : string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}")));

    /// <param name="run">What it runs.</param>
    /// <param name="isUsers">It is the user's own: those cannot wait for the network, which is not theirs. The machine's have a HOME only where they name a user (systemd.exec(5)).</param>
    public static string Service(ScheduledRun run, bool isUsers) => $"""
        # Written by `play schedule add`; `play schedule remove {run.Schedule.Name}` takes it away.
        [Unit]
        Description=play schedule {run.Schedule.Name}
        {(isUsers ? "" : "Wants=network-online.target\nAfter=network-online.target\n")}
        [Service]
        Type=oneshot{(isUsers ? "" : "\nUser=root")}
        WorkingDirectory={Specifiers(run.Folder)}
        ExecStart={Program(run.Program)}{string.Concat(run.Words.Skip(1).Select(word => " " + Word(word)))}
        # Told to stop, play puts back what it did; and what a step has started stays, as it does after a run by hand.
        KillMode=process
        TimeoutStopSec=15min

        """;

    /// <summary>A run that was missed because the machine was off is caught up where it only looks.</summary>
    public static string Timer(ScheduledRun run) => $"""
        {run.Schedule.Comment}
        # Written by `play schedule add`; `play schedule remove {run.Schedule.Name}` takes it away.
        [Unit]
        Description=play schedule {run.Schedule.Name}, {run.Schedule.Due}

        [Timer]
        OnCalendar=*-*-* {run.Schedule.Due.Time}:00 {run.Schedule.Due.Zone.Id}
        AccuracySec=1s
        Persistent={(run.OnlyLooks ? "true" : "false")}

        [Install]
        WantedBy=timers.target

        """;

    /// <summary>systemd.service(5), "Command lines": in quotes C's escapes hold, `%` begins a specifier and `$` a variable.</summary>
    private static string Word(string word) => Program(word.Replace("$", "$$", StringComparison.Ordinal));

    /// <summary>In the first word a `$` stands for itself.</summary>
    private static string Program(string path) => $"\"{Specifiers(path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))}\"";

    private static string Specifiers(string text) => text.Replace("%", "%%", StringComparison.Ordinal);
}
