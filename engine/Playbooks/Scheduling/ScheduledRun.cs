namespace Playbooks.Scheduling;

/// <summary>A schedule, and the command that begins its run.</summary>
public sealed record ScheduledRun
{
    public required Schedule Schedule { get; init; }

    /// <summary>The working directory: what is relative in the words starts there.</summary>
    public required string Folder { get; init; }

    /// <summary>The program, by its whole path, and what it is told.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>It changes nothing, so a run that was missed may be caught up at any time of day.</summary>
    public required bool OnlyLooks { get; init; }

    public string Program => Words[0];

    /// <summary>systemd.unit(5): a name has at most 255 characters with its ending.</summary>
    private const int LongestName = 240;

    /// <summary>It can stand in a unit and in a crontab.</summary>
    /// <exception cref="ScheduleException">It cannot.</exception>
    public void Check()
    {
        if (!Schedule.IsName(Schedule.Name) || UnitText.NameOf(Schedule.Name).Length > LongestName)
            throw new ScheduleException($"`{Schedule.Name}` cannot be the name of a schedule", "say --name with letters, digits, `-`, `_` or `.`, at most 64");
        if (Words.Append(Folder).FirstOrDefault(word => word.Any(char.IsControl)) is { } odd)
            throw new ScheduleException($"a line end, or another control character, cannot stand in a unit or a crontab: {odd}", "give values that have one in a file, with -e @FILE");
        // string_is_safe() of systemd's, which looks at the name of a program.
        if (Program.AsSpan().IndexOfAny('"', '\'', '\\') >= 0) throw new ScheduleException($"systemd takes no program with a quote or a backslash in its path: {Program}", "move play to another folder");
        // systemd.syntax(7): blanks at a line's end are not seen, and a backslash there joins it with the next.
        if (Folder[^1] is ' ' or '\\') throw new ScheduleException($"a folder whose name ends with a blank or a backslash cannot stand in a unit: {Folder}", "call `play schedule add` in another folder");
    }
}
