namespace Playbooks.Connections.Configuring;

/// <summary>What ssh is asked about: a name as it would stand behind `ssh`, and what is said before it with -l and -p.</summary>
internal sealed record SshQuestion(string Name, string? User, int? Port);

/// <summary>What ssh's configuration says of one name: of each key what is said first, by our own reader or by `ssh -G`.</summary>
internal sealed class SshValues
{
    private readonly Dictionary<string, (IReadOnlyList<string> Words, string Where)> _first = [];

    /// <summary>`ssh -G` has filled in these itself.</summary>
    public bool AreFilled { get; init; }

    public IReadOnlyDictionary<string, string> Places => _first.ToDictionary(v => v.Key, v => v.Value.Where);

    /// <summary>Keys of which all count that are said.</summary>
    public static bool IsList(string key) => key is "identityfile" or "certificatefile";

    public void Say(string key, IReadOnlyList<string> words, string where)
    {
        if (!_first.TryGetValue(key, out var said)) _first[key] = (words, where);
        else if (IsList(key) && !said.Words.Contains(words[0])) _first[key] = ([.. said.Words, .. words], said.Where);
    }

    public bool Has(string key) => _first.ContainsKey(key);

    public string? One(string key) => _first.TryGetValue(key, out var said) ? said.Words[0] : null;

    public IReadOnlyList<string> All(string key) => _first.TryGetValue(key, out var said) ? said.Words : [];

    public bool Is(string key, bool unless) => One(key)?.ToLowerInvariant() is { } word ? word is not ("no" or "false") : unless;

    /// <exception cref="UndecidedException">A value has a `%` or a `${…}` that cannot be filled in.</exception>
    public SshConfig For(SshQuestion question, string home)
    {
        var tokens = new SshTokens(question, One("user"), One("port"), home);
        // What ssh has filled in may hold a `%` of its own.
        var paths = AreFilled ? (Func<string, string, string>)((_, text) => text) : (key, text) => tokens.Path(Where(key), text);
        if (One("hostname") is { } said) tokens.HostName = AreFilled ? said : tokens.Fill(Where("hostname"), said, "h").ToLowerInvariant();
        return new SshConfig
        {
            HostName = Has("hostname") && !tokens.HostName.Equals(question.Name, StringComparison.OrdinalIgnoreCase) ? tokens.HostName : null,
            User = question.User is null && One("user") != Environment.UserName ? One("user") : null,
            Port = question.Port is null && One("port") is { } port and not "22" ? int.Parse(port, System.Globalization.CultureInfo.InvariantCulture) : null,
            // ssh -G leaves these as they are written.
            IdentityFiles = [.. All("identityfile").Select(path => path.Equals("none", StringComparison.OrdinalIgnoreCase) ? SshConfig.NoFile : tokens.Path(Where("identityfile"), path))],
            CertificateFiles = [.. All("certificatefile").Where(path => !path.Equals("none", StringComparison.OrdinalIgnoreCase)).Select(path => tokens.Path(Where("certificatefile"), path))],
            IdentitiesOnly = Is("identitiesonly", false),
            IdentityAgent = One("identityagent") switch
            {
                null or "SSH_AUTH_SOCK" => null,
                var none when none.Equals("none", StringComparison.OrdinalIgnoreCase) => "",
                ['$', not '{', ..] name => Environment.GetEnvironmentVariable(name[1..]) ?? "",
                var path => paths("identityagent", path),
            },
            ProxyJump = One("proxyjump") is { } jump ? tokens.Fill(Where("proxyjump"), jump, "hnpr") : null,
            ProxyCommand = One("proxycommand") is { } command && !command.Equals("none", StringComparison.OrdinalIgnoreCase) ? command : null,
            UserKnownHostsFiles = Files("userknownhostsfile", paths),
            GlobalKnownHostsFiles = Files("globalknownhostsfile", (_, path) => path),
            HashKnownHosts = Is("hashknownhosts", false),
            RevokedHostKeys = One("revokedhostkeys") is { } revoked && !revoked.Equals("none", StringComparison.OrdinalIgnoreCase) ? revoked : null,
            KnownHostsCommand = One("knownhostscommand") is { } keys && !keys.Equals("none", StringComparison.OrdinalIgnoreCase) ? keys : null,
            StrictHostKeyChecking = One("stricthostkeychecking")?.ToLowerInvariant() switch
            {
                "yes" or "true" => "yes",
                "no" or "false" or "off" => "no",
                "accept-new" => "accept-new",
                _ => null,
            },
            HostKeyAlias = One("hostkeyalias")?.ToLowerInvariant(),
            AddressFamily = One("addressfamily")?.ToLowerInvariant() is "inet" or "inet6" ? One("addressfamily")!.ToLowerInvariant() : null,
            ConnectTimeout = One("connecttimeout") is { } time && Seconds(time) is > 0 and { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            PubkeyAuthentication = Is("pubkeyauthentication", true),
            PasswordAuthentication = Is("passwordauthentication", true),
            KbdInteractiveAuthentication = Is("kbdinteractiveauthentication", true),
            PreferredAuthentications = One("preferredauthentications")?.Split(',') ?? [],
            Places = Places,
        };
    }

    /// <summary>Seconds of a time as sshd_config(5) writes it, such as `1m30`; null: it is none.</summary>
    public static long? Seconds(string text)
    {
        long all = 0, number = -1;
        foreach (var c in text + (text.Length > 0 && char.IsAsciiDigit(text[^1]) ? "s" : ""))
            if (char.IsAsciiDigit(c)) number = Math.Max(number, 0) * 10 + (c - '0');
            else if (number < 0 || number > 100_000_000) return null;
            else
            {
                var unit = char.ToLowerInvariant(c) switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, 'w' => 604_800, _ => 0 };
                if (unit == 0) return null;
                (all, number) = (all + number * unit, -1);
            }
        return text.Length > 0 && all <= int.MaxValue ? all : null;
    }

    private IReadOnlyList<string> Files(string key, Func<string, string, string> fill) =>
        All(key) is [var only] && only.Equals("none", StringComparison.OrdinalIgnoreCase) ? [SshConfig.NoFile] : [.. All(key).Select(path => fill(key, path))];

    private string Where(string key) => _first[key].Where;
}
