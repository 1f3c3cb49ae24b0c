using Playbooks.Model;

namespace Playbooks.Connections.Receipts;

/// <summary>Where the receipts of a run stand on a machine.</summary>
/// <param name="Path">Absolute; null where no such folder could be made.</param>
/// <param name="IsNew">It was made just now: what an earlier process of the run may have left is not there.</param>
internal sealed record ReceiptFolder(string? Path, bool IsNew)
{
    /// <summary>For a note to the user.</summary>
    public const string Missing = "no folder for receipts could be made there, neither in $XDG_STATE_HOME (~/.local/state) nor in /var/tmp";

    /// <summary>For the end of a sentence.</summary>
    public const string Gone = "no receipts of this run are there any more";

    /// <summary>
    /// Finds the run's folder or makes it, and prints where it is. Never in /tmp, which many machines empty when they start. What belongs to
    /// somebody else is not used, and in a folder where everybody may write, no link is followed.
    /// </summary>
    /// <param name="run">The run's name.</param>
    /// <param name="since">
    /// The number of the last event before this process of the run began. It is written into a folder that is made: of what was begun before, a
    /// receipt that is missing there says nothing.
    /// </param>
    public static string Script(string run, long since) => Finding(run) + FormattableString.Invariant($"\nplay_since={since}\n") + """
        play_make() {
        case $1 in /var/tmp/*) mkdir "$1";; *) mkdir -p "$1";; esac
        play_ours "$1" || return
        mkdir -p "$1/receipts/$play_run"
        play_at=$1/receipts/$play_run
        play_ours "$1/receipts" && play_ours "$play_at" || return
        [ $play_since = 0 ] || echo $play_since >"$play_at/since" || return
        find "$1/receipts" -mindepth 1 -maxdepth 1 -type d -mtime +30 ! -name "$play_run" -exec rm -rf {} +
        printf 'new %s\n' "$play_at"
        }
        umask 077
        { play_places play_find || play_places play_make; } 2>/dev/null
        :
        """;

    /// <summary>Only finds it: who asks what is there makes nothing, by which another would take it for empty.</summary>
    public static string Search(string run) => Finding(run) + "\nplay_places play_find 2>/dev/null\n:\n";

    private static string Finding(string run) => $"play_run={ShellText.Word(NameOf(run))};" + """
        play_places() {
        case ${XDG_STATE_HOME:-} in /*) "$1" "$XDG_STATE_HOME/play" && return;; *) case $HOME in /*) "$1" "$HOME/.local/state/play" && return;; esac;; esac
        "$1" "/var/tmp/play-$(id -u)"
        }
        play_ours() { [ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ] && [ -w "$1" ]; }
        play_find() { play_at=$1/receipts/$play_run; play_ours "$1/receipts" && play_ours "$play_at" && printf 'old %s\n' "$play_at"; }
        """;

    /// <summary>Null where that is no answer.</summary>
    public static ReceiptFolder? Read(string answer) => answer.TrimEnd('\n') switch
    {
        "" => new ReceiptFolder(null, true),
        ['o', 'l', 'd', ' ', '/', ..] old => new ReceiptFolder(old[4..], false),
        ['n', 'e', 'w', ' ', '/', ..] made => new ReceiptFolder(made[4..], true),
        _ => null,
    };

    /// <summary>What removes it there, and all receipts in it; empty where there is none.</summary>
    public string Removal => Path is null ? "" : $"rm -rf {ShellText.Word(Path)};";

    public string FileOf(Claim claim, Host host, int command) => $"{Path}/{Receipt.Name(claim, host, $"{command}")}";

    /// <summary>A run's name is a name of a folder too, unless somebody thought of another.</summary>
    private static string NameOf(string run) =>
        run.Length is > 0 and < 100 && run[0] is not ('.' or '-') && run.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? run
            : throw new ArgumentException($"The name of a run becomes that of a folder on the hosts: `{run}`");
}
