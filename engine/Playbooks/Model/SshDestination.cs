using System.Globalization;
using System.Text.RegularExpressions;

namespace Playbooks.Model;

/// <summary>Reads `[user@]host[:port]`, as it stands behind `ssh`, in an inventory and in a ProxyJump; an IPv6 address with a port stands in brackets.</summary>
internal static partial class SshDestination
{
    /// <summary>Null: it is none.</summary>
    public static SshSettings? Parse(string text)
    {
        var match = Form().Match(text);
        var port = 0;
        if (!match.Success || match.Groups["port"].Success && !(int.TryParse(match.Groups["port"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536)) return null;
        return new SshSettings
        {
            User = match.Groups["user"].Success ? match.Groups["user"].Value : null,
            HostName = match.Groups["host"].Value.Trim('[', ']'),
            Port = match.Groups["port"].Success ? port : null,
        };
    }

    /// <summary>What ssh takes for a host's name, and not for an option or something a shell might read (valid_hostname in its ssh.c).</summary>
    public static bool IsHost(string text) => Host().IsMatch(text);

    /// <summary>What ssh takes for a user's name.</summary>
    public static bool IsUser(string text) => User().IsMatch(text);

    [GeneratedRegex(@"^((?<user>(?!-)[^@\s\p{C}'`"";&<>|(){}]+)@)?(?<host>\[[0-9a-fA-F:.%\w]+\]|(?!-)[^:@\s\p{C}\[\]'`""$\\;&<>|(){}]+)(:(?<port>[0-9]+))?\z")]
    private static partial Regex Form();

    [GeneratedRegex(@"^(?!-)[^\s\p{C}\[\]@'`""$\\;&<>|(){}]+\z")]
    private static partial Regex Host();

    [GeneratedRegex(@"^(?!-)[^\s\p{C}'`"";&<>|(){}]+\z")]
    private static partial Regex User();
}
