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
            step = StepResult.Error($"sudo did not start it: {refused}", SudoMend(refused)) with { Fields = step.Fields };
        if (NeverBegan(result) is var (why, mend)) step = StepResult.Error(why, mend) with { Fields = step.Fields };
        var notes = result is { End: CommandEnd.Exited, Signal: { } signal } ? result.Notes.Append(EndedBy(signal)) : result.Notes;
        return step with { Notes = [.. notes] };
    }

    /// <summary>
    /// Why the program itself never began: the shell that was to become it says so (POSIX, section 2.8.2: 126 and 127). An assertion
    /// about its exit code would be about that.
    /// </summary>
    private static (string Why, string? Mend)? NeverBegan(CommandResult result)
    {
        if (result.End != CommandEnd.Exited) return null;
        if (result.ExitCode is not (126 or 127) || result.StdoutBytes > 0) return null;
        var said = Encoding.UTF8.GetString(result.Stderr.Span).Trim();
        if (said.Contains('\n', StringComparison.Ordinal)) return null;
        if (said.LastIndexOf("exec: ", StringComparison.Ordinal) is >= 0 and var at)
        {
            const string NotFound = ": not found";
            var name = said[(at + "exec: ".Length)..];
            if (!name.EndsWith(NotFound, StringComparison.Ordinal)) return ($"it could not be started: {said}", said.EndsWith("ermission denied", StringComparison.Ordinal) ? "is it a program, and may this user run it?" : null);
            name = name[..^NotFound.Length];
            // A script whose interpreter is missing is told in the same words.
            if (name.Contains('/', StringComparison.Ordinal)) return ($"`{name}` could not be started: not found", "is it there, and what its first line (`#!`) names?");
            return ($"there is no program `{name}` there", name switch
            {
                _ when OfShells.Contains(name) => $"`{name}` belongs to a shell: write `shell:`{(name == "cd" ? ", or say with `in` where it runs" : "")}",
                _ when name.Contains(' ', StringComparison.Ordinal) => "that is one word: its words stand apart, as in `ls -l`",
                _ => "is it installed there, and on this user's PATH?",
            });
        }
        return said.Contains("cd: ", StringComparison.Ordinal) ? ($"it could not be started: {said}", "is the folder of its `in` there, and may this user enter it?") : null;
    }

    /// <summary>What people take for a program.</summary>
    private static readonly string[] OfShells = ["cd", "export", "source", ".", "set", "unset", "alias", "umask", "ulimit", "eval", "exit", "trap", "if", "for", "while", "until", "case", "[[", "{", "function", "&&", "||", "|", ";"];

    /// <summary>sudo speaks its host's language: where its words are not known, all is asked that it may be.</summary>
    public static string SudoMend(string said)
    {
        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
        return Says("unknown user") ? "is there such a user on that host?"
            : Says("password is required") ? "allow it there without a password (NOPASSWD), or give the inventory's `sudo_password`"
            : Says("have a tty") ? "take `requiretty` out of sudoers there for this user"
            : Says("not in the sudoers") || Says("not allowed") || Says("may not run sudo") ? "let this user run it there, in sudoers"
            : Says("command not found") ? "is it installed there, and on sudo's PATH (secure_path)?"
            : "is that user allowed this program there through sudo, without a terminal (requiretty), and without a password (NOPASSWD) or with the inventory's `sudo_password`?";
    }

    private static DataMap FieldsOf(CommandResult result, Encoding encoding)
    {
        var stdout = TrimLineEnd(encoding.GetString(result.Stdout.Span));
        var stderr = TrimLineEnd(encoding.GetString(result.Stderr.Span));
        var fields = new Dictionary<string, object?>
        {
            ["exit_code"] = (long?)result.ExitCode is { } code ? code : new Absent($"there is no exit code: {EndedBy(result.Signal)}", result.Signal == "KILL" ? "was it the kernel, out of memory (`dmesg` says so), or somebody's kill?" : "where that is meant, assert on `signal`"),
            ["signal"] = result.Signal,
        };
        return new CutFields(fields, result, stdout, stderr).ToMap();
    }

    private static string EndedBy(string? signal) => $"it was ended by signal {signal}";

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
