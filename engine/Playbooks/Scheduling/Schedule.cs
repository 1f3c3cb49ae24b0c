using System.Text.RegularExpressions;
using Playbooks.Templating;

namespace Playbooks.Scheduling;

/// <summary>A run that begins every night by itself, as the comment beside what begins it tells of it.</summary>
public sealed partial record Schedule
{
    public required string Name { get; init; }

    /// <summary>The playbook's whole path.</summary>
    public required string File { get; init; }

    public required DueTimes Due { get; init; }

    /// <summary>The folder of the journal that its runs are in.</summary>
    public required string State { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Added { get; init; }

    private const string Beginning = "# play schedule {";

    /// <summary>Whether schedules can have that name.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>A name that is made of a file's.</summary>
    public static string NameOf(string file) => NoName().Replace(Path.GetFileNameWithoutExtension(file), "-").Trim('-', '.', '_');

    /// <summary>The comment, one line.</summary>
    public string Comment => Beginning[..^1] + Data.ToJson(new DataMap(
    [
        new("name", Name), new("file", File), new("at", Due.Time), new("time_zone", Due.Zone.Id), new("state", State), new("added", Added.ToUnixTimeSeconds()),
    ]));

    /// <summary>The schedule that a line tells of; null: it tells of none.</summary>
    /// <exception cref="ScheduleException">It does, and cannot be read.</exception>
    public static Schedule? Read(string line, string place)
    {
        if (!line.StartsWith(Beginning, StringComparison.Ordinal)) return null;
        try
        {
            var map = Data.FromJson(line[(Beginning.Length - 1)..]) as DataMap ?? DataMap.Empty;
            return new()
            {
                Name = Text(map, "name"),
                File = Text(map, "file"),
                Due = DueTimes.Read(Text(map, "at"), Text(map, "time_zone")),
                State = Text(map, "state"),
                Added = DateTimeOffset.FromUnixTimeSeconds(map.GetValueOrDefault("added") as long? ?? throw new FormatException("it has no added")),
            };
        }
        catch (Exception e) when (e is FormatException or ScheduleException or ArgumentOutOfRangeException)
        {
            throw new ScheduleException($"a schedule in {place} cannot be read: {e.Message}", $"its line begins with `{Beginning}`: mend it there, or delete it with what is below it", e);
        }
    }

    private static string Text(DataMap map, string name) => map.GetValueOrDefault(name) as string ?? throw new FormatException($"it has no {name}");

    [GeneratedRegex(@"^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"[^\p{L}\p{N}._-]+")]
    private static partial Regex NoName();
}
