namespace Playbooks.Connections.Receipts;

/// <summary>
/// The part of a command's shell that leaves its receipt, in shell built-ins: claims it, which only one shell ever can, runs the command as its
/// child, and writes how that ended. All for between the single quotes of any login shell.
/// </summary>
/// <param name="file">Where the receipt stands.</param>
/// <param name="sudo">Whom the command becomes.</param>
/// <param name="kept">The streams of which a copy is kept beside it.</param>
/// <param name="most">Bytes kept of each, and at most a kilobyte more.</param>
internal sealed class ReceiptScript(string file, string? sudo, IReadOnlyList<string> kept, int most)
{
    public const string Stdout = "stdout", Stderr = "stderr";

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
    /// anything, nor of TERM every bash, nor of any a bash that is strictly POSIX's. The shell ends as its child did; a TERM that is meant for both, and comes twice, waits for that.
    /// </summary>
    /// <param name="command">What becomes the command.</param>
    /// <param name="after">What comes when it has ended.</param>
    public string Watch(string command, string after) =>
        $"{Keep()}[ \"$BASH_VERSION\" ]&&set +o posix;exec 3>&2 2>>\"$play_file\";trap : TERM;(exec 2>&3 3>&-;{command});play_code=$?;trap \"\" TERM;play_how=;"
        + "case $play_code in 130|141|${BASH_VERSION:+143})play_how=\"signal \";;129|13?|140|142|143){ read -r play_said;read -r play_said;read -r play_said;} <\"$play_file\"&&play_how=\"signal \";;esac;"
        + "echo \"$play_code ${play_how}done\" >\"$play_file.end\";trap - TERM;" + after
        + "[ \"$play_how\" ]&&{ ulimit -c 0;kill -$((play_code-128)) $$;};exit $play_code";

    /// <summary>
    /// What it prints goes through a pipe with a name to a `tee` that outlives the link: it goes on where nobody takes its output any more, so
    /// that the command does not die of that (SIGPIPE), and where the file takes no more (`ulimit -f`, a full disk), as POSIX wants of it. Whose shell
    /// writes how `tee` ended and what it said, by which a copy that is not whole is known.
    /// </summary>
    private string Keep()
    {
        if (kept.Count == 0) return "";
        var pipes = kept.Select(stream => $"\"$play_file.{stream}\"").ToList();
        return $"if command -v tee >/dev/null&&mkfifo {string.Join(' ', pipes)} 2>/dev/null;then "
            + "play_keep(){ trap \"\" PIPE TERM XFSZ;ulimit -f " + (most / 512 + 1) + " 2>/dev/null;exec 4>&1;play_said=$(tee \"$1.kept\" <\"$1\" 2>&1 >&4);echo \"$? $play_said\" >\"$1.end\";};"
            + string.Concat(kept.Select(stream => $"(play_keep \"$play_file.{stream}\" {(stream == Stderr ? ">&2 " : "")}2>/dev/null)&"))
            + string.Concat(kept.Select(stream => $"exec {(stream == Stderr ? "2" : "")}>\"$play_file.{stream}\";"))
            + "fi;";
    }

    /// <summary>
    /// Prints what was kept of both streams, each on its own. The exit code says which are not whole: 1 standard output, 2 standard error, 3 both. What
    /// the command started may go on printing: that is waited for a moment.
    /// </summary>
    public static string Kept(string file) => $$"""
        f={{ShellText.Word(file)}}
        w=0
        take() {
        n=0
        while [ -p "$1" ] && [ ! -e "$1.end" ] && [ $n -lt 30 ]; do sleep 0.1 2>/dev/null || { sleep 1; n=$((n+9)); }; n=$((n+1)); done
        [ -e "$1.end" ] || return 1
        {
        read -r code said
        case $code in 0) return 0;; esac
        [ "$said" ] || return 1
        while :; do
        case $said in *.kept*) return 1;; esac
        read -r said || return 0
        done
        } <"$1.end"
        }
        take "$f.stdout" || w=1
        take "$f.stderr" || w=$((w+2))
        [ ! -f "$f.stdout.kept" ] || cat "$f.stdout.kept"
        [ ! -f "$f.stderr.kept" ] || cat "$f.stderr.kept" >&2
        exit $w
        """;

    private string Path => ShellText.Word(file) is var word && ShellText.IsSafeInSingleQuotes(word) ? word : $"$(printf %b \"{ShellText.Octal(file)}\")";
}
