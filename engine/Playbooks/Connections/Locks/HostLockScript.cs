using System.Globalization;
using System.Text;
using Playbooks.Model;

namespace Playbooks.Connections.Locks;

/// <summary>
/// The lock on a machine: a file for each run and host in a folder of /tmp for each user, held as long as the process lives at the other end of
/// the connection it was made over. Each first makes its own and then looks for others': of two that race at least one sees the
/// other.
/// </summary>
internal static class HostLockScript
{
    private const string Untold = "the process at the end of the connection cannot be seen there";

    /// <summary>
    /// Prints what is there, `stale` or `held`, and then whether the lock is taken. Over SSH the shell's parent is sshd, unless a ForceCommand
    /// stands between; here it is this program. A lock whose holder cannot be seen is held where others' processes are hidden.
    /// </summary>
    public static string Take(LockHolder holder, Host host, string? folder) => $$"""
        me={{ShellText.Word(holder.Run)}}
        name=$me.{{NameOf(host)}}
        all={{FolderOf(folder)}}/play-lock
        write() { printf '%s\n' "$p $b $s" {{string.Join(' ', holder.Lines.Select(ShellText.Word))}} >"$f.new" && mv -f "$f.new" "$f"; }
        climbs={{(host.Local ? "" : "yes")}}

        """ + """
        stat() { { read -r l <"/proc/$1/stat"; } 2>/dev/null || return; t=${l#*\(}; t=${t%\)*}; set -- ${l##*\) }; z=$1 u=$2; shift 19; s=$1; }
        lives() { [ "$2" = "$b" ] || return; if stat "$1"; then [ "$z" != Z ] && [ "$s" = "$3" ]; else [ ! -e /proc/1/stat ]; fi; }
        b= s=
        { read -r b </proc/sys/kernel/random/boot_id; } 2>/dev/null
        p=$PPID
        if [ -n "$climbs" ]; then
        n=0 up=$p
        while [ $n -lt 5 ] && stat "$up"; do case $t in sshd*|dropbear*) p=$up; break;; esac; up=$u n=$((n+1)); done
        fi
        s=
        [ -n "$b" ] && stat "$p" || { echo untold; exit; }
        umask 022
        d=$all.$(id -u) f=$d/$name
        n=0
        until { mkdir "$d"; [ -d "$d" ] && [ ! -L "$d" ] && [ -O "$d" ] && write; } 2>/dev/null; do
        n=$((n+1)); [ $n -lt 3 ] || { rm -f "$f.new" 2>/dev/null; echo missing; exit; }
        done
        held=
        for o in "$all".*/*; do
        case $o in "$d/$me".*|*.new) continue;; esac
        [ -f "$o" ] && [ ! -L "$o" ] || continue
        { read -r id && read -r o1 && read -r o2 && read -r o3 && read -r o4 && read -r o5; } <"$o" 2>/dev/null || continue
        if lives $id; then is=held held=yes; else is=stale; rm -f "$o" 2>/dev/null || continue; fi
        printf '%s\n' "$is ${id%% *}" "$o1" "$o2" "$o3" "$o4" "$o5"
        done
        [ -z "$held" ] || { rm -f "$f"; rmdir "$d" 2>/dev/null; exit; }
        echo taken
        """;

    /// <summary>Gives back what is ours, and its folder where nobody else has one in it.</summary>
    public static string Release(LockHolder holder, Host host, string? folder) =>
        $"d={FolderOf(folder)}/play-lock.$(id -u);[ ! -L \"$d\" ] && [ -O \"$d\" ] && rm -f \"$d/\"{ShellText.Word(holder.Run)}.{NameOf(host)} && rmdir \"$d\" 2>/dev/null\n:";

    /// <summary>Everybody must look in the same place: a machine on which /tmp is each user's own says in its environment where else.</summary>
    private static string FolderOf(string? folder) => folder is null ? "\"${PLAY_LOCKS:-/tmp}\"" : ShellText.Word(folder);

    public static HostLock Read(string answer, Host host)
    {
        var lines = answer.TrimEnd('\n').Split('\n');
        var notes = new List<string>();
        for (var at = 0; at + 5 < lines.Length && lines[at].Split(' ') is ["held" or "stale", var process]; at += 6)
        {
            var holder = LockHolder.Read(lines[(at + 1)..(at + 6)]);
            if (lines[at].StartsWith("held", StringComparison.Ordinal))
                return new HostLock(host, LockState.Held) { Holder = holder, Process = int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null };
            notes.Add($"{host.Label}: a lock was left there by {holder}; its connection is gone.");
        }
        return lines[^1] switch
        {
            "taken" => new HostLock(host, LockState.Taken) { Notes = notes },
            "untold" => Missing(host, Untold),
            "missing" => Missing(host, "/tmp/play-lock.UID there cannot be written, or is somebody else's"),
            _ => Missing(host, "the machine did not answer"),
        };
    }

    public static HostLock Missing(Host host, string why) =>
        new(host, LockState.Missing) { Notes = [$"{host.Label}: no lock could be made, so another run is not kept from changing it: {why}."] };

    /// <summary>Two names may mean one machine: each has a connection of its own.</summary>
    private static string NameOf(Host host) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(host.Key)))[..8];
}
