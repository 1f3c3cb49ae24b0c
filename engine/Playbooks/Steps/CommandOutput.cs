using System.Text;
using Playbooks.Connections;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>Turns the end of a command into the result fields that all kinds which run commands share.</summary>
internal static class CommandOutput
{
    public static IReadOnlyList<ResultField> Fields { get; } =
    [
        new("exit_code", "number", "The exit code; not there where a signal ended it."),
        new("signal", "text", "The signal that ended it, without SIG; null otherwise."),
        new("stdout", "text", "What it wrote to standard output, without its last line end."),
        new("stderr", "text", "What it wrote to standard error, without its last line end."),
        new("lines", "list", "The lines of standard output."),
    ];

    public const string WrongPassword = "look at its `sudo_password` in the inventory; it is not tried again in this run, because each failure counts towards a lock";

    public const string FreeSpace = "is there room on that disk, and may this user write there? What may be run twice needs no receipt: it has `effect: repeatable`";

    /// <summary>Without a receipt it is not started: where this program was killed meanwhile, nobody could tell whether it was run.</summary>
    public static string Unclaimed(string why) => $"{why}: it was not started";

    public static StepResult Result(CommandResult result, Encoding encoding, TimeSpan timeout)
    {
        var step = result.End switch
        {
            CommandEnd.Exited => StepResult.Passed(FieldsOf(result, encoding)),
            CommandEnd.TimedOut => StepResult.Error($"it took longer than {Literals.Print(timeout)} and was ended", "raise its `timeout`, or find out what it waits for") with { Fields = FieldsOf(result, encoding) },
            CommandEnd.Flooded => StepResult.Error($"it printed more than is taken ({Math.Max(result.StdoutBytes, result.StderrBytes)} bytes until then) and was ended", "let it print less, or into a file of its host") with { Fields = FieldsOf(result, encoding) },
            CommandEnd.Cancelled => StepResult.Error("it was ended because the run was stopped"),
            _ => StepResult.Unknown("how it ended could not be found out") with { LinkLost = result.LinkLost },
        };
        step = step with { Began = !result.NotStarted };
        if (result.Unclaimed is { } unclaimed) return StepResult.Error(Unclaimed(unclaimed), FreeSpace) with { Began = false };
        if (result is { Refused: { } wrong, WrongPassword: true }) return StepResult.Error(wrong, WrongPassword) with { Began = false };
        if (result.Refused is { } refused)
            step = StepResult.Error($"sudo did not start it: {refused}", "is that user allowed this program there through sudo, without a terminal (requiretty), and without a password (NOPASSWD) or with the inventory's `sudo_password`?") with { Fields = step.Fields };
        if (NeverBegan(result) is { } why) step = StepResult.Error(why) with { Fields = step.Fields };
        var notes = result is { End: CommandEnd.Exited, Signal: { } signal } ? result.Notes.Append($"it was ended by signal {signal}") : result.Notes;
        return step with { Notes = [.. notes] };
    }

    /// <summary>
    /// Why the program itself never began: the shell that was to become it says so (POSIX, section 2.8.2: 126 and 127). An assertion
    /// about its exit code would be about that.
    /// </summary>
    private static string? NeverBegan(CommandResult result)
    {
        if (result.End != CommandEnd.Exited) return null;
        if (result.ExitCode is not (126 or 127) || result.StdoutBytes > 0) return null;
        var said = Encoding.UTF8.GetString(result.Stderr.Span).Trim();
        return said.Contains('\n', StringComparison.Ordinal) || !(said.Contains("exec: ", StringComparison.Ordinal) || said.Contains("cd: ", StringComparison.Ordinal)) ? null : $"it could not be started: {said}";
    }

    private static DataMap FieldsOf(CommandResult result, Encoding encoding)
    {
        var stdout = TrimLineEnd(encoding.GetString(result.Stdout.Span));
        var stderr = TrimLineEnd(encoding.GetString(result.Stderr.Span));
        var fields = new Dictionary<string, object?>
        {
            ["exit_code"] = (long?)result.ExitCode is { } code ? code : new Absent($"there is no exit code: signal {result.Signal} ended it", "ask for `signal`, or say `assert: any`"),
            ["signal"] = result.Signal,
        };
        return new CutFields(fields, result, stdout, stderr).ToMap();
    }

    internal static string TrimLineEnd(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;

    internal static IReadOnlyList<object?> Lines(string text) => text.Length == 0 ? [] : [.. text.Split('\n').Select(line => line.TrimEnd('\r'))];

    /// <summary>A stream that was cut is no text: an expression that reads it is an error, not a guess.</summary>
    private sealed class CutFields(Dictionary<string, object?> fields, CommandResult result, string stdout, string stderr)
    {
        public DataMap ToMap()
        {
            Add("stdout", stdout, result.StdoutCut, result.StdoutLost, result.StdoutBytes);
            Add("stderr", stderr, result.StderrCut, result.StderrLost, result.StderrBytes);
            Add("lines", result.StdoutCut ? null : Lines(stdout), result.StdoutCut, result.StdoutLost, result.StdoutBytes);
            return new DataMap(fields);
        }

        private void Add(string name, object? value, bool cut, bool lost, long bytes) =>
            fields[name] = !cut ? value : lost
                ? new Absent($"`{name}` was lost with the link to it", "let it print into a file of its host, and read that in a step of its own")
                : result.StillPrinting
                ? new Absent($"`{name}` is not whole: something it started goes on printing into it", "let that print into a file")
                : new Absent($"`{name}` was cut: it had {bytes} bytes, more than are kept", "raise `max_output` (100MB at most), or print less");
    }
}
