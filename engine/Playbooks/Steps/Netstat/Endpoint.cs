using System.Globalization;
using System.Net;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Netstat;

/// <summary>What a playbook asks about: a port, at an address, at a host's addresses, or wherever.</summary>
internal sealed record Endpoint(string Text, Address? Address, string? Name, int Port)
{
    public static SettingType<IReadOnlyList<Endpoint>> List { get; } = new("a port such as 4000, an address and a port such as 192.0.2.11:4000, or a list of these", (object? value, out IReadOnlyList<Endpoint> read) =>
    {
        var items = value is IReadOnlyList<object?> list ? list : [value];
        read = [.. items.Select(Read).OfType<Endpoint>()];
        return read.Count == items.Count && read.Count > 0;
    });

    private static Endpoint? Read(object? value) => value is long or string ? Parse(Data.ToText(value)) : null;

    private static Endpoint? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > 65535) return null;
        if (colon < 0) return new Endpoint(text, null, null, port);
        var host = text[..colon];
        if (Netstat.Address.Parse(host) is { } address) return new Endpoint(text, address, null, port);
        return IsName(host) ? new Endpoint(text, null, host, port) : null;
    }

    /// <summary>Digits and dots alone are a mistyped address, not a name.</summary>
    private static bool IsName(string host) =>
        host.Length is > 0 and <= 253 && char.IsAsciiLetterOrDigit(host[0]) && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && host.Any(char.IsAsciiLetter);
}

/// <summary>An address of a socket: one, or the wildcard that stands for all of the machine's.</summary>
internal sealed record Address(IPAddress? One)
{
    public bool IsWildcard => One is null;

    public override string ToString() => One?.ToString() ?? "*";

    /// <summary>An address as ss, netstat and people write it, with or without brackets and `%interface`; null where it is none.</summary>
    public static Address? Parse(string text)
    {
        if (text is ['[', .. var inside, ']']) text = inside;
        var zone = text.IndexOf('%', StringComparison.Ordinal);
        if (zone >= 0) text = text[..zone];
        if (text == "*") return new Address(default(IPAddress));
        // .NET reads "1" and "010.1.1.1" as addresses too.
        if (!text.Contains(':', StringComparison.Ordinal) && (text.Count(c => c == '.') != 3 || text.Split('.').Any(part => part is not [>= '0' and <= '9', ..] or ['0', _, ..]))) return null;
        if (!IPAddress.TryParse(text, out var address)) return null;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return new Address(address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? null : address);
    }
}
