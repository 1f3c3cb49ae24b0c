using System.Security.Cryptography;
using System.Text;
using Playbooks.Connections.Receipts;

namespace Playbooks.Connections;

/// <summary>
/// A command as a machine gets it: one line that any login shell hands to `/bin/sh` unread, and what goes first into its standard
/// input. The shell says a mark and its process id, then becomes the command.
/// </summary>
internal sealed class HostScript
{
    /// <summary>A command line over about 65 KB is refused by the SSH library; Linux takes 128 KB.</summary>
    private const int LongestLine = 60_000;

    /// <summary>Input that goes in one message: it has come as a whole when its first line is read.</summary>
    public const int OnePacket = 32 * 1024;

    /// <summary>MAX_ARG_STRLEN of Linux, the end's NUL included.</summary>
    private const int LongestArgument = 131_072;

    private const string InputEaten = "the login reads from standard input before the command does (an rc file?)";

    /// <summary>What is printed before the command's own first byte, on both streams; what comes before it is not the command's.</summary>
    public string Mark { get; } = "play-" + RandomNumberGenerator.GetHexString(20, lowercase: true);

    /// <summary>What `/bin/sh -c` is given.</summary>
    public string Text { get; }

    /// <summary>What the login shell is given: ASCII without a line end, the same for sh, csh, fish and their kin.</summary>
    public string Line => $"exec /bin/sh -c '{Text}'";

    /// <summary>The first of its standard input; empty where it has none.</summary>
    public ReadOnlyMemory<byte> Stdin { get; }

    /// <summary>What follows in the input when the command has begun under sudo, which may read a password before; null: the input ends with <see cref="Stdin"/>.</summary>
    public ReadOnlyMemory<byte>? Held { get; }

    /// <summary>What sudo asks for a password with; null: it may not ask.</summary>
    public string? Prompt { get; }

    /// <summary>What stands alone on a line of standard error when sudo has started the command; null: that is not said.</summary>
    public string? Go { get; }

    /// <summary>What comes behind it.</summary>
    public LargeInput? More { get; }

    /// <summary>Where the link is lost, the command may have begun and not have got all of its input.</summary>
    public bool InputMayBeCut => More is not null || Held is { IsEmpty: false } || Stdin.Length > OnePacket;

    /// <summary>Asks sudo whether it would start just that: prints its exit code and what it says. Null without sudo.</summary>
    public string? SudoQuestion { get; }

    /// <exception cref="ArgumentException">The command cannot be said exactly: a NUL, a lone surrogate, no words.</exception>
    public HostScript(RemoteCommand command)
    {
        Check(command);
        var receipt = command.ReceiptFile is { } file ? new ReceiptScript(file, command.Sudo, Kept(command), command.MaxOutput) : null;
        var body = Body(command);
        var asks = command is { Sudo: not null, Password: not null };
        // Straight to sudo where nothing has to be prepared: sudoers often allows just that program. Where it may ask, input of the
        // command's own needs the command's own word that it begins.
        var straight = command is { Words: not null, Directory: null, Environment.Count: 0 } && (!asks || !command.HasInput && body.Length < LongestLine / 5);
        if (asks) Prompt = "play-sudo-" + RandomNumberGenerator.GetHexString(20, lowercase: true);
        if (asks && !straight) Go = "play-go-" + RandomNumberGenerator.GetHexString(20, lowercase: true);
        var (how, go) = (asks ? $"-S -p {Prompt}" : "-n", Go is null ? "" : $"echo {Go} >&2;");
        // Where sudo does not ask after all, the program itself could print a prompt that it reads in a list of processes, and be told
        // the password. So it comes in the input, and stands only in the environment of sudo, which is root's and does not go on to the program, unless sudoers say !env_reset.
        var isHidden = asks && straight;
        var end = command.HasInput ? "" : "exec </dev/null;";
        (Stdin, More) = (command.Stdin, command.More);
        var whole = AsUser(Go is null ? body : go + end + body);
        Text = All(isHidden ? "IFS= read -r SUDO_PROMPT;export SUDO_PROMPT;" : asks ? "" : end, whole);
        // Values of variables are on no command line, where every user of the machine could read them.
        if (command.Environment.Count > 0 || Text.Length > LongestLine)
        {
            // The script comes first in standard input. `dd` byte by byte, because nothing else leaves the rest unread. Of a script
            // whose end has not come nothing is run.
            var script = Encoding.UTF8.GetBytes((straight ? whole : body) + Mark);
            var read = !command.HasInput ? "cat" : $"dd bs=1 count={script.Length} 2>/dev/null";
            Stdin = (byte[])[.. script, .. command.Stdin.Span];
            body = $"{go}play_script=$({read});case $play_script in *{Mark});;*)exit 126;;esac;{end}eval \"${{play_script%{Mark}}}\"";
            whole = straight ? body : AsUser(body);
            Text = All("", whole);
        }

        // Much input that the command need not read is read to its end by the shell, which cannot become the command then: see SshChannel.
        if (More is not null || !command.Stdin.IsEmpty && Stdin.Length > OnePacket - Mark.Length - 1)
            Text = receipt is null ? Start(command) + Unread($"({whole}\n);play_code=$?;cat >/dev/null;exit $play_code", command) : All("", whole, "cat >/dev/null;");
        if (asks) (Held, Stdin) = (Stdin, Encoding.ASCII.GetBytes(isHidden ? $"{Mark}\n{Prompt}\n" : Mark + "\n"));
        else if (!Stdin.IsEmpty || More is not null) Stdin = (byte[])[.. Encoding.ASCII.GetBytes(Mark + "\n"), .. Stdin.Span];
        if (command.Sudo is { } user && Go is null)
            SudoQuestion = $"play_said=$(sudo {how} -l -u {ShellText.Word(user)} -- {ForSudo(straight ? Body(command) : body)} 2>&1 >/dev/null);echo \"$? $play_said\"";

        string All(string before, string what, string after = "") => receipt is null
            ? Start(command) + before + Unread(what, command)
            : Start(command, receipt) + receipt.Watch(before + Unread(command is { Words: null, Sudo: null } ? $"exec /bin/sh -c {ShellText.Word(what)}" : what, command), after);
        string AsUser(string what) => command.Sudo is { } other ? $"exec sudo {(isHidden ? "-S" : how)} -u {ShellText.Word(other)} -- {ForSudo(what)}" : what;
        string ForSudo(string what) => straight ? what["exec ".Length..] : $"/bin/sh -c {ShellText.Word(what)}";
    }

    /// <summary>
    /// Says the mark and the process: its number, and for a command of a step what tells it from all others that ever had or will
    /// have that number, the boot and its line in the kernel's list, where the machine has these. Then sees that nobody has read
    /// of the standard input before. A receipt is made when that is done: a shell that nobody hears any more has ended by then,
    /// and nothing is claimed by it. Once it is claimed, nothing but the command ends it.
    /// </summary>
    private string Start(RemoteCommand command, ReceiptScript? receipt = null)
    {
        var who = command.Claim is null ? "" : "{ read -r play_boot </proc/sys/kernel/random/boot_id;read -r play_stat </proc/$$/stat;} 2>/dev/null;";
        var start = $"{who}echo {Mark} $${(who.Length > 0 ? " $play_boot $play_stat" : "")};";
        if (HasInput || Prompt is not null) start += $"IFS= read -r play_in;[ \"$play_in\" = {Mark} ]||{{ echo {Mark} >&2;echo \"exec: {InputEaten}\" >&2;cat >/dev/null;exit 126;}};";
        return start + (receipt is null ? $"echo {Mark} >&2;" : $"{receipt.Claim(Mark, drains: HasInput && Prompt is null)}trap \"\" PIPE;echo {Mark} >&2;trap - PIPE;");
    }

    /// <summary>For between the single quotes of any login shell. A script goes through `eval`, so that the mark is said even where the shell then cannot read it.</summary>
    private static string Unread(string body, RemoteCommand command) => command.Words is not null && ShellText.IsSafeInSingleQuotes(body) ? body : $"eval \"$(printf %b \"{ShellText.Octal(body)}\")\"";

    private bool HasInput => !Stdin.IsEmpty || More is not null;

    /// <summary>What is to be run, by whomever.</summary>
    private static string Body(RemoteCommand command)
    {
        var body = new StringBuilder();
        if (command.Directory is { } directory)
        {
            // A leading dash, CDPATH and `cd -` have no chance with a path that begins with / or ./
            var path = directory.StartsWith('/') ? directory : "./" + directory;
            body.Append($"cd {ShellText.Word(path)} || exit 126;");
        }

        foreach (var (name, value) in command.Environment) body.Append($"export {name}={ShellText.Word(value)};");
        return (command.Words is { } words ? body.Append("exec ").AppendJoin(' ', words.Select(ShellText.Word)) : body.Append(command.Script)).ToString();
    }

    /// <summary>Into standard error comes what sudo asks, too.</summary>
    private static IReadOnlyList<string> Kept(RemoteCommand command) =>
        command.Receipt is not { IsFollowed: true, KeepsOutput: true } ? [] : command is { Sudo: not null, Password: not null } ? [ReceiptScript.Stdout] : [ReceiptScript.Stdout, ReceiptScript.Stderr];

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
