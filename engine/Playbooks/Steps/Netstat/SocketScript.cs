using System.Globalization;

namespace Playbooks.Steps.Netstat;

/// <summary>What a machine is asked for its sockets, and its answer taken apart.</summary>
internal sealed record SocketScript
{
    /// <summary>A list of 100,000 sockets with their processes has some 15 MB.</summary>
    public const int MostBytes = 64 << 20;

    /// <summary>Longer than any name of a process that ss (15 bytes) or netstat (19) shows: they print a line end in it as it is.</summary>
    private const string End = "play: here ends the table, exit code ";

    /// <summary>
    /// Takes the protocol, the flags for ss and netstat, then names to look up. It tries until a program says that all went well. Without -W
    /// netstat cuts addresses. ss ends well, and shows nothing, where the kernel tells it nothing; so the kernel's own list must be there.
    /// </summary>
    public const string Text = $$"""
        LC_ALL=C PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin
        export LC_ALL PATH
        protocol=$1 flags=$2; shift 2
        system=$(uname -s)
        echo "play system $system"
        echo "play user $(id -u) $(id -un)"
        case $system in
        Linux) echo "play given $(cat /proc/sys/net/ipv4/ip_local_port_range 2>/dev/null | tr '\t' ' ')";;
        Darwin|FreeBSD) echo "play given $(sysctl -n net.inet.ip.portrange.first) $(sysctl -n net.inet.ip.portrange.last)";;
        esac
        for name do
            echo "play name $name"
            if command -v getent >/dev/null 2>&1
            then getent ahosts "$name" 2>/dev/null || getent hosts "$name"
            else echo "play no getent"
            fi
        done
        show() {
            command -v "$2" >/dev/null 2>&1 || return 1
            echo "play table $1"
            [ "$1" = ss ] && quiet=yes || quiet=
            shift
            { said=$("$@" 2>&1 >&3); } 3>&1
            set -- $?
            [ -z "$said" ] || echo "$said" >&2
            [ -z "$quiet" ] || [ -z "$said" ] || set -- 1
            echo
            echo "{{End}}$1"
            return "$1"
        }
        list=/proc/net/$protocol
        case $system in
        Linux)
            [ -r $list ] || { show $list cat $list; exit 0; }
            show ss ss "$flags" || show netstat netstat -W "$flags" && exit 0
            [ -r ${list}6 ] && six=${list}6 || six=
            # Its numbers are in the machine's own order of bytes.
            case $(uname -m) in x86_64|i?86|aarch64|arm*|riscv*|ppc64le|loongarch*|mips*el) show $list cat $list $six;; esac;;
        Darwin|FreeBSD)
            show netstat netstat -anW -p "$protocol";;
        esac
        exit 0
        """;

    public string System { get; private init; } = "";

    public bool IsRoot { get; private init; }

    public string User { get; private init; } = "";

    /// <summary>The ports that the system gives to connections and to whoever asks for any port (ip(7), ip_local_port_range); null: it did not say.</summary>
    public (int First, int Last)? Given { get; private init; }

    /// <summary>The addresses of each name that was to be looked up.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<Address>> Names { get; init; }

    /// <summary>It has no program that looks names up.</summary>
    public bool CannotLookUp { get; private init; }

    /// <summary>The program that answered, or the kernel's own list; null where there is none or each failed.</summary>
    public string? Program { get; private init; }

    /// <summary>Something was there, whether or not it could answer.</summary>
    public bool Tried { get; private init; }

    public ReadOnlyMemory<char> Table { get; private init; }

    /// <summary>The sockets of these systems can be read.</summary>
    public bool IsKnownSystem => System is "Linux" or "Darwin" or "FreeBSD";

    /// <summary>Why the owner of a socket is not to be seen: completes "who owns port 4000 cannot be seen …"; and what to do about it.</summary>
    public (string Why, string? Mend, bool NeedsSudo) Unseen => this switch
    {
        { System: not "Linux" } => ($"on {System}: its netstat does not show processes", "leave `process` out", false),
        { Program: not ("ss" or "netstat") } => ("without ss or netstat", "install iproute2 or net-tools on it, or leave `process` out", false),
        { IsRoot: true } => ("even by root: it is the kernel's, or in another container, or this container's root may not look (CAP_SYS_PTRACE)", null, false),
        _ => ($"by {User}", "say `sudo: true` on this step", true),
    };

    /// <summary>The sockets; null where they could not be read, and why.</summary>
    public IReadOnlyList<Socket>? Sockets(string protocol, string stderr, out StepResult? unreadable)
    {
        unreadable = this switch
        {
            { IsKnownSystem: false } => StepResult.Error($"sockets of {(System.Length > 0 ? System : "this system")} cannot be read yet in this version; it reads those of Linux, FreeBSD and macOS"),
            { Program: null, Tried: true } => StepResult.Error($"the sockets could not be read: {Look.Cut(stderr.ReplaceLineEndings(" "), 300)}"),
            { Program: null } => StepResult.Error("neither ss nor netstat is there", "install iproute2 or net-tools on it"),
            _ => null,
        };
        if (unreadable is not null) return null;
        var sockets = SocketTable.Read(Program!, protocol, Table.Span, out var why);
        if (sockets is null) unreadable = StepResult.Error(why!);
        return sockets;
    }

    /// <summary>
    /// A listener that comes and goes by itself: on a port that the system gave it, or of a session of sshd that forwards somebody's port
    /// (`sshd-session` since OpenSSH 9.8; X11's begin at 6010, sshd_config(5)).
    /// </summary>
    public bool IsPassing(Socket socket) =>
        Given is var (first, last) && socket.LocalPort is { } port && port >= first && port <= last
        || socket.Owners.Count > 0 && socket.Owners.All(owner => owner.Name.StartsWith("sshd-session", StringComparison.Ordinal))
        || socket.LocalPort is >= 6010 and < 6100 && socket.Local.One is { } at && global::System.Net.IPAddress.IsLoopback(at) && socket.Owners.All(owner => owner.Is("sshd"));

    /// <summary>The flags that ss and netstat have in common: numbers, processes, and which sockets.</summary>
    public static string Flags(string protocol, bool onlyListening) => $"-{(onlyListening ? "l" : "a")}n{(protocol == "udp" ? "u" : "t")}p";

    public static SocketScript Read(string answer)
    {
        var names = new Dictionary<string, IReadOnlyList<Address>>(StringComparer.Ordinal);
        var addresses = new List<Address>();
        var read = new SocketScript { Names = names };
        for (var at = 0; at < answer.Length;)
        {
            var end = answer.IndexOf('\n', at) is var found and >= 0 ? found : answer.Length;
            var words = answer[at..end].Split(' ');
            at = end + 1;
            switch (words)
            {
                case ["play", "system", var system]:
                    read = read with { System = system };
                    break;
                case ["play", "user", var id, var user]:
                    read = read with { IsRoot = id == "0", User = user };
                    break;
                case ["play", "given", var first, var last] when int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var low) && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var high):
                    read = read with { Given = (low, high) };
                    break;
                case ["play", "name", var name]:
                    names[name] = addresses = [];
                    break;
                case ["play", "no", "getent"]:
                    read = read with { CannotLookUp = true };
                    break;
                case ["play", "table", var program]:
                    read = read with { Tried = true };
                    var close = answer.IndexOf("\n" + End, at - 1, StringComparison.Ordinal);
                    if (close < 0) return read;
                    var table = answer.AsMemory(at..Math.Max(at, close));
                    at = close + 1 + End.Length;
                    var code = answer.AsSpan(at, Math.Max(0, answer.AsSpan(at).IndexOf('\n')));
                    if (int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == 0) return read with { Program = program, Table = table };
                    break;
                case [var address, ..] when Address.Parse(address) is { } one:
                    if (!addresses.Contains(one)) addresses.Add(one);
                    break;
            }
        }
        return read;
    }
}
