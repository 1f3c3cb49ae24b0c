using System.Globalization;
using Playbooks.Model;

namespace Playbooks.Loading.Ansible;

/// <summary>Reads arguments of ssh (ssh(1), ssh_config(5)), as `ansible_ssh_common_args` holds them, into settings; what comes first counts, as in ssh.</summary>
internal static class SshArguments
{
    /// <summary>Options of one letter that take a value.</summary>
    private const string WithValue = "BbcDEeFIiJLlmOopQRSWw";

    /// <summary>How ssh itself shares, watches and narrows what play does in its own way; nobody is reached differently for it.</summary>
    private static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "ControlMaster", "ControlPath", "ControlPersist", "Compression", "ServerAliveInterval", "ServerAliveCountMax", "TCPKeepAlive", "LogLevel", "BatchMode", "RequestTTY", "ConnectionAttempts", "CheckHostIP", "VisualHostKey",
        "UpdateHostKeys", "HashKnownHosts", "AddKeysToAgent", "IdentitiesOnly", "GSSAPIAuthentication", "NumberOfPasswordPrompts",
    };

    /// <param name="text">As a shell would read it.</param>
    /// <param name="unsupported">Takes what has no place, as it was written.</param>
    public static SshSettings Read(string text, ICollection<string> unsupported)
    {
        var settings = new SshSettings();
        if (IniWords.Split(text, comments: false) is not { } words)
        {
            unsupported.Add("a quote that is not closed");
            return settings;
        }
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i].Text;
            if (word is not ['-', not '-', ..])
            {
                unsupported.Add(word);
                continue;
            }
            for (var at = 1; at < word.Length; at++)
            {
                var letter = word[at];
                if (!WithValue.Contains(letter, StringComparison.Ordinal))
                {
                    if (letter is not ('q' or 'v' or 'C' or 'T' or 't' or 'x' or 'a' or 'k' or 'n')) unsupported.Add($"-{letter}");
                    continue;
                }
                var value = at + 1 < word.Length ? word[(at + 1)..] : ++i < words.Count ? words[i].Text : "";
                if (One(letter, value.Trim()) is { } said) settings = settings.Over(said);
                else unsupported.Add(letter == 'o' ? $"-o {value}" : $"-{letter} {value}");
                break;
            }
        }
        return settings;
    }

    /// <summary>Null: it has no place.</summary>
    private static SshSettings? One(char letter, string value)
    {
        if (value.Length == 0) return null;
        switch (letter)
        {
            case 'J': return Option("ProxyJump", value);
            case 'i': return Option("IdentityFile", value);
            case 'p': return Option("Port", value);
            case 'l': return Option("User", value);
            case 'o':
                var end = value.AsSpan().IndexOfAny("= \t");
                return end < 0 ? null : Option(value[..end], value[end..].TrimStart(' ', '\t').TrimStart('=').Trim().Trim('"'));
            default: return null;
        }
    }

    private static SshSettings? Option(string name, string value) => name.ToLowerInvariant() switch
    {
        "hostname" => new SshSettings { HostName = value },
        "user" => new SshSettings { User = value },
        "port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 => new SshSettings { Port = port },
        "identityfile" => new SshSettings { Key = Reaching.LocalPath(value) },
        "proxyjump" => new SshSettings { Jump = value },
        "proxycommand" when Jump(value) is { } jump => new SshSettings { Jump = jump },
        "connecttimeout" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 => new SshSettings { Timeout = TimeSpan.FromSeconds(seconds) },
        // `no` would also take a key that changed: a new one is enough.
        "stricthostkeychecking" when value is "no" or "off" or "accept-new" => new SshSettings { HostKey = "accept-new" },
        "stricthostkeychecking" when value is "yes" or "ask" => new SshSettings(),
        // Keys are kept in any case: who forgets them would be told nothing of one that changed.
        "userknownhostsfile" when value is "/dev/null" => new SshSettings(),
        "userknownhostsfile" when !value.Contains(' ', StringComparison.Ordinal) => new SshSettings { KnownHosts = Reaching.LocalPath(value) },
        "forwardagent" or "forwardx11" or "exitonforwardfailure" when value == "no" => new SshSettings(),
        _ => Harmless.Contains(name) ? new SshSettings() : null,
    };

    /// <summary>`ssh -W %h:%p HOST` is what a jump does, written before ssh had a word for it.</summary>
    private static string? Jump(string command)
    {
        if (command == "none") return "none";
        if (IniWords.Split(command, comments: false) is not [("ssh", _), ..] words) return null;
        var (user, port, host, forwards) = ("", "", (string?)null, false);
        for (var i = 1; i < words.Count; i++)
            switch (words[i].Text)
            {
                case "-q": break;
                case "-W" when ++i < words.Count && words[i].Text is "%h:%p" or "[%h]:%p": forwards = true; break;
                case "-p" when ++i < words.Count: port = ":" + words[i].Text; break;
                case "-l" when ++i < words.Count: user = words[i].Text + "@"; break;
                case ['-', ..]: return null;
                case var name when host is null: host = name; break;
                default: return null;
            }
        return forwards && host is not null ? user + host + port : null;
    }
}
