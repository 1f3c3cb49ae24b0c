namespace Playbooks.Connections;

/// <summary>
/// The part of a command's shell that leaves its receipt, in shell built-ins: claims it, which only one shell ever can, runs the command as its
/// child, and writes how that ended. All for between the single quotes of any login shell.
/// </summary>
internal sealed class ReceiptScript(string file, string? sudo)
{
    /// <summary>Stands behind the mark on standard error where nothing was started, because the receipt was there already.</summary>
    public const string Taken = "claimed";

    /// <summary>The same, because it could not be made.</summary>
    private const string Unwritable = "unwritable";

    /// <summary>
    /// Creates the file, and so only where there is none (`set -C`); then come who the process is and whom it becomes. On a full disk it is created
    /// all the same, and has nothing in it.
    /// </summary>
    public string Claim(string mark, bool drains) =>
        $"play_file={Path};set -C;if {{ {{ echo \"$$ $play_boot $play_stat\";printf %b \"{ShellText.Octal(sudo + "\n")}\"||:;}} >\"$play_file\";}} 2>/dev/null;then set +C;"
        + $"else play_why={Unwritable};[ -e \"$play_file\" ]&&play_why={Taken};echo {mark} $play_why >&2;{(drains ? "cat >/dev/null;" : "")}exit 0;fi;";

    /// <summary>
    /// Runs the command as a child: nothing of the shell is to be seen by it, nor by who reads its output. What the shell itself says, of a child that a signal
    /// ended, goes into the receipt: by that alone the signal can be told from an exit code of the same number. Of INT and PIPE no shell says
    /// anything, nor of TERM every bash, nor of any a bash that is strictly POSIX's. The shell ends as its child did; a TERM that is meant for both waits for that.
    /// </summary>
    /// <param name="command">What becomes the command.</param>
    /// <param name="after">What comes when it has ended.</param>
    public static string Watch(string command, string after) =>
        $"[ \"$BASH_VERSION\" ]&&set +o posix;exec 3>&2 2>>\"$play_file\";trap : TERM;(exec 2>&3 3>&-;{command});play_code=$?;trap - TERM;play_how=;"
        + "case $play_code in 130|141|${BASH_VERSION:+143})play_how=\"signal \";;129|13?|140|142|143){ read -r play_said;read -r play_said;read -r play_said;} <\"$play_file\"&&play_how=\"signal \";;esac;"
        + "echo \"$play_code ${play_how}done\" >\"$play_file.end\";" + after
        + "[ \"$play_how\" ]&&{ ulimit -c 0;kill -$((play_code-128)) $$;};exit $play_code";

    private string Path => ShellText.Word(file) is var word && ShellText.IsSafeInSingleQuotes(word) ? word : $"$(printf %b \"{ShellText.Octal(file)}\")";
}
