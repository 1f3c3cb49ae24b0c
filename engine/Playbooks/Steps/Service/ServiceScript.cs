using System.Globalization;
using System.Text;

namespace Playbooks.Steps.Service;

/// <summary>What a machine is asked about a service, or told to do with it; and its answer taken apart.</summary>
internal sealed record ServiceScript
{
    public const int MostBytes = 1 << 20;

    /// <summary>
    /// Takes the service's name, then what to do with it, in this order; at the end it looks. What a program says about a change goes to
    /// standard error, so that a daemon it leaves behind does not hold the answer.
    ///
    /// systemd runs where its folder is (sd_booted(3)). A script of /etc/init.d answers `status` by its exit code (LSB Core 3.1, 22.2);
    /// OpenRC and FreeBSD's rc.subr(8) are read, because there the same codes also say that a script knows no `status`.
    /// </summary>
    public const string Text = """
        LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
        export LC_ALL PATH
        name=$1; shift
        has() { command -v "$1" >/dev/null 2>&1; }
        say() { printf 'play %s %s\n' "$1" "$2"; }
        one() { printf '%s' "$1" | tr '\n' ' ' | tail -c 300; }
        say user "$(id -u) $(id -un)"

        if [ "$(uname -s)" = FreeBSD ]; then manager=rc
        elif [ -d /run/systemd/system ]; then manager=systemd
        elif has rc-service && [ -d /run/openrc ]; then manager=openrc
        elif [ -d /etc/init.d ]; then manager=init
        else manager=none
        fi
        say manager $manager
        script() { if has service; then "$@" service "$name" "$what"; else "$@" "/etc/init.d/$name" "$what"; fi; }

        look() {
            case $manager in
            systemd)
                if said=$(systemctl --no-pager show -p LoadState -p ActiveState -- "$name" 2>&1)
                then printf '%s\n' "$said"
                else say unknown "$(one "$said")"
                fi
                say enabled "$(systemctl --no-pager is-enabled -- "$name" 2>/dev/null)";;
            openrc)
                if ! rc-service --exists "$name"; then say absent; return; fi
                said=$(rc-service --nocolor "$name" status 2>&1 </dev/null)
                case $said in
                *'status: '*) state=${said##*status: }; say state "${state%%[!a-z]*}";;
                *) say unknown "$(one "$said")";;
                esac
                enabled=no
                for link in /etc/runlevels/*/"$name"; do if [ -e "$link" ]; then enabled=yes; fi; done
                say enabled $enabled;;
            rc)
                if [ ! -f "/etc/rc.d/$name" ] && [ ! -f "/usr/local/etc/rc.d/$name" ]; then say absent; return; fi
                said=$(service "$name" onestatus 2>&1 </dev/null)
                case $said in
                *'is not running'*) say state stopped;;
                *'is running'*) say state started;;
                *) say unknown "$(one "$said")";;
                esac
                said=$(service "$name" enabled 2>&1 </dev/null)
                set -- $?
                case $1-$said in
                0-*) say enabled yes;;
                1-) say enabled no;;
                *) say enabled unknown;;
                esac;;
            init)
                if [ ! -f "/etc/init.d/$name" ] || [ ! -x "/etc/init.d/$name" ]; then say absent; return; fi
                said=$(what=status; script env 2>&1 </dev/null)
                set -- $?
                case $1-$said in
                *[Uu]sage:*) say unknown "$(one "$said")";;
                0-*) say state started;;
                [123]-*) say state stopped;;
                *) say unknown "$(one "exit code $1 $said")";;
                esac
                enabled=no
                for link in /etc/rc[2345].d/S[0-9][0-9]"$name"; do if [ -e "$link" ]; then enabled=yes; fi; done
                say enabled $enabled;;
            esac
        }

        run() {
            "$@" >&2 </dev/null
            set -- $? "$@"
            say ran "$*"
            return "$1"
        }
        act() {
            case $manager-$1 in
            systemd-*) run systemctl --no-pager --no-ask-password "$1" -- "$name";;
            openrc-enable) run rc-update add "$name" default;;
            openrc-disable) run rc-update --all delete "$name";;
            openrc-*) run rc-service --nocolor "$name" "$1";;
            rc-enable|rc-disable) run service "$name" "$1";;
            rc-*) run service "$name" "one$1";;
            init-enable)
                if has update-rc.d; then run update-rc.d "$name" defaults && run update-rc.d "$name" enable
                else run chkconfig "$name" on
                fi;;
            init-disable)
                if has update-rc.d; then run update-rc.d "$name" defaults && run update-rc.d "$name" disable
                else run chkconfig "$name" off
                fi;;
            init-*) script run;;
            esac
        }

        for what do act "$what" || break; done
        look
        """;

    /// <summary>Takes the service's name, and tells the last that systemd has to say about it.</summary>
    public const string Why = """
        PATH=$PATH:/usr/bin:/bin
        if [ -d /run/systemd/system ]; then systemctl --no-pager --full --lines=8 status -- "$1" 2>&1 | tail -n 8; fi
        exit 0
        """;

    public string User { get; private init; } = "";

    public bool IsRoot { get; private init; }

    /// <summary>What starts services there; none where nothing known does.</summary>
    public string Manager { get; private init; } = "none";

    /// <summary>No service there has the name.</summary>
    public bool IsAbsent { get; private init; }

    /// <summary>running, stopped, failed, starting or stopping; null where that could not be found out.</summary>
    public string? State { get; private init; }

    /// <summary>What was said instead of the state.</summary>
    public string Unknown { get; private init; } = "";

    /// <summary>Whether it starts with its machine; null where that cannot be said.</summary>
    public bool? Enabled { get; private init; }

    /// <summary>The machine's own word for that.</summary>
    public string EnabledWord { get; private init; } = "";

    /// <summary>A change that went wrong: its exit code, and what was run.</summary>
    public (string Code, string Command)? Failed { get; private init; }

    public bool IsOnItsWay => State is "starting" or "stopping";

    public static ServiceScript Read(ReadOnlySpan<byte> answer)
    {
        var read = new ServiceScript();
        foreach (var line in Encoding.UTF8.GetString(answer).Split('\n'))
            read = line.Split(' ', 4) switch
            {
                ["play", "user", var id, var user] => read with { IsRoot = id == "0", User = user },
                ["play", "manager", var manager] => read with { Manager = manager },
                ["play", "absent", ..] => read with { IsAbsent = true },
                ["play", "state", var state] => read with { State = StateOf(state) ?? read.State, Unknown = state },
                ["play", "unknown", ..] => read with { State = null, Unknown = line["play unknown ".Length..].Trim() },
                ["play", "enabled", var word] => read with { EnabledWord = word, Enabled = EnabledOf(word) },
                ["play", "ran", var code, var command] when int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number == 0 ? read : read with { Failed = (code, command) },
                ["LoadState=not-found"] => read with { IsAbsent = true },
                [var state] when state.StartsWith("ActiveState=", StringComparison.Ordinal) => read with { State = StateOf(state["ActiveState=".Length..]), Unknown = state },
                _ => read,
            };
        return read;
    }

    private static string? StateOf(string word) => word switch
    {
        "active" or "reloading" or "refreshing" or "started" => "running",
        "inactive" or "stopped" => "stopped",
        "failed" or "crashed" => "failed",
        "activating" or "starting" => "starting",
        "deactivating" or "stopping" => "stopping",
        _ => null,
    };

    /// <summary>systemctl(1), is-enabled: what is enabled for this time only, or masked, does not start with the machine; of the others only `enabled` is a setting of its own.</summary>
    private static bool? EnabledOf(string word) => word switch
    {
        "enabled" or "yes" => true,
        "disabled" or "enabled-runtime" or "masked" or "masked-runtime" or "linked" or "linked-runtime" or "no" => false,
        _ => null,
    };
}
