using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Connections;

/// <summary>
/// A command as a machine gets it: one line that any login shell hands to `/bin/sh` unread, and what goes first into its standard
/// input. The shell says a mark and its process id, then becomes the command.
/// </summary>
internal sealed class HostScript
{
    /// <summary>A command line over about 65 KB is refused by the SSH library; Linux takes 128 KB.</summary>
    private const int LongestLine = 60_000;

    /// <summary>MAX_ARG_STRLEN of Linux, the end's NUL included.</summary>
    private const int LongestArgument = 131_072;

    /// <summary>What is printed before the command's own first byte, on both streams; what comes before it is not the command's.</summary>
    public string Mark { get; } = "play-" + RandomNumberGenerator.GetHexString(20, lowercase: true);

    /// <summary>What `/bin/sh -c` is given.</summary>
    public string Text { get; }

    /// <summary>What the login shell is given: ASCII without a line end, the same for sh, csh, fish and their kin.</summary>
    public string Line => $"exec /bin/sh -c '{Text}'";

    public ReadOnlyMemory<byte> Stdin { get; }

    /// <exception cref="ArgumentException">The command cannot be said exactly: a NUL, a lone surrogate, no words.</exception>
    public HostScript(RemoteCommand command)
    {
        var body = Body(command);
        Stdin = command.Stdin;
        var stdin = Stdin.IsEmpty ? "exec </dev/null;" : "";
        var start = $"echo {Mark} $$;echo {Mark} >&2;";
        // A script goes through `eval`, so that the mark is said even where the shell then cannot read it.
        if (command.Words is not null && ShellText.IsSafeInSingleQuotes(body)) Text = start + stdin + body;
        else Text = $"{start}{stdin}eval \"$(printf %b \"{ShellText.Octal(body)}\")\"";
        if (Text.Length <= LongestLine) return;

        // Too long for a line: the script comes first in standard input. `dd` byte by byte, because nothing else leaves the rest unread.
        var script = Encoding.UTF8.GetBytes(body);
        var read = Stdin.IsEmpty ? "cat" : $"dd bs=1 count={script.Length} 2>/dev/null";
        Text = $"{start}play_script=$({read});{stdin}eval \"$play_script\"";
        Stdin = (byte[])[.. script, .. command.Stdin.Span];
    }

    private static string Body(RemoteCommand command)
    {
        Check(command);
        var task = new StringBuilder();
        if (command.Directory is { } directory)
        {
            // A leading dash, CDPATH and `cd -` have no chance with a path that begins with / or ./
            var path = directory.StartsWith('/') ? directory : "./" + directory;
            task.Append($"cd {ShellText.Word(path)} || exit 126;");
        }

        foreach (var (name, value) in command.Environment) task.Append($"export {name}={ShellText.Word(value)};");
        if (command.Words is { } words)
        {
            var list = string.Join(' ', words.Select(ShellText.Word));
            // Straight to sudo where nothing has to be prepared: sudoers often allows just that program.
            if (command.Sudo is { } user && task.Length == 0) return $"exec sudo -n -u {ShellText.Word(user)} -- {list}";
            task.Append("exec ").Append(list);
        }
        else
        {
            task.Append(command.Script);
        }

        if (command.Sudo is not { } other) return task.ToString();
        return $"exec sudo -n -u {ShellText.Word(other)} -- /bin/sh -c {ShellText.Word(Argument(task.ToString()))}";
    }

    private static void Check(RemoteCommand command)
    {
        if ((command.Words is null) == (command.Script is null)) throw new ArgumentException("A command has either words or a script.");
        if (command.Words is { } words)
        {
            if (words.Count == 0) throw new ArgumentException("A command needs at least one word.");
            if (words[0].StartsWith('-')) throw new ArgumentException($"A program's name cannot begin with a dash: {words[0]}");
            foreach (var word in words) Argument(Exact(word, "A word of the command"));
        }
        else
        {
            Exact(command.Script!, "The script");
        }

        Exact(command.Directory ?? "", "The directory");
        Exact(command.Sudo ?? "", "The user for sudo");
        foreach (var (name, value) in command.Environment)
        {
            if (name.Length == 0 || char.IsAsciiDigit(name[0]) || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
                throw new ArgumentException($"An environment variable has letters, digits and _ in its name: `{name}`");
            Argument(Exact(value, $"The environment variable {name}"));
        }
    }

    private static string Exact(string text, string what)
    {
        if (text.Contains('\0')) throw new ArgumentException($"{what} has a NUL character in it, which no program can be given.");
        for (var i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
                throw new ArgumentException($"{what} has half a character in it (a lone surrogate), which has no bytes.");
        return text;
    }

    private static string Argument(string text) => Encoding.UTF8.GetByteCount(text) < LongestArgument
        ? text
        : throw new ArgumentException($"One argument of {text.Length} characters is more than a program can be given (128 KiB on Linux): use a file or standard input.");
}
