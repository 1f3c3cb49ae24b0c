using System.Globalization;

namespace Playbooks.Steps.Netstat;

/// <summary>What a machine is asked for its sockets, and its answer taken apart.</summary>
internal sealed record SocketScript
{
    /// <summary>A list of 100,000 sockets with their processes has some 15 MB.</summary>
    public const int MostBytes = 64 << 20;

    /// <summary>Takes the flags for ss and netstat, then names to look up. It tries until a program says that all went well. Without -W netstat cuts addresses.</summary>
    public const string Text = """
        LC_ALL=C PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin
        export LC_ALL PATH
        flags=$1; shift
        system=$(uname -s)
        echo "play system $system"
        echo "play user $(id -u) $(id -un)"
        [ "$system" = Linux ] || exit 0
        for name do
            echo "play name $name"
            getent ahosts "$name"
        done
        show() {
            program=$1
            command -v "$program" >/dev/null 2>&1 || return 1
            echo "play table $program"
            "$@"
            set -- $?
            echo "play end $1"
            return "$1"
        }
        show ss "$flags" || show netstat -W "$flags"
        exit 0
        """;

    public string System { get; private init; } = "";

    public bool IsRoot { get; private init; }

    public string User { get; private init; } = "";

    /// <summary>The addresses of each name that was to be looked up.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<Address>> Names { get; init; }

    /// <summary>The program that answered; null where there is none or each failed.</summary>
    public string? Program { get; private init; }

    /// <summary>A program was there, whether or not it could answer.</summary>
    public bool Tried { get; private init; }

    public string Table { get; private init; } = "";

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
                case ["play", "name", var name]:
                    names[name] = addresses = [];
                    break;
                case ["play", "table", var program]:
                    var close = answer.IndexOf("\nplay end ", at - 1, StringComparison.Ordinal);
                    if (close < 0) return read;
                    var table = answer[Math.Min(at, close)..close];
                    at = close + 1;
                    var code = answer[(close + "\nplay end ".Length)..].Split('\n', 2)[0];
                    read = read with { Tried = true };
                    if (int.Parse(code, NumberStyles.None, CultureInfo.InvariantCulture) == 0) return read with { Program = program, Table = table };
                    break;
                case [var address, ..] when Address.Parse(address) is { } one:
                    if (!addresses.Contains(one)) addresses.Add(one);
                    break;
            }
        }
        return read;
    }
}
