using System.Globalization;
using System.Net;
using System.Net.Sockets;
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
        // netstat does not show interfaces, so nobody could say whether it is that one.
        if (host.Contains('%', StringComparison.Ordinal)) return null;
        if (Netstat.Address.Parse(host) is { } address) return new Endpoint(text, address, null, port);
        return IsName(host) ? new Endpoint(text, null, host, port) : null;
    }

    /// <summary>Digits and dots alone are a mistyped address, not a name.</summary>
    private static bool IsName(string host) =>
        host.Length is > 0 and <= 253 && char.IsAsciiLetterOrDigit(host[0]) && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && host.Any(char.IsAsciiLetter);
}

/// <summary>An address of a socket: one, or the wildcard that stands for all of the machine's.</summary>
/// <param name="One">Null: the wildcard.</param>
/// <param name="Device">The interface that the socket is bound to, where that is shown.</param>
/// <param name="Only">The family that a wildcard stands for; null: both, or it cannot be told.</param>
internal sealed record Address(IPAddress? One, string? Device = null, AddressFamily? Only = null)
{
    public bool IsWildcard => One is null;

    /// <summary>Whether who asks for that address is served by a socket bound to this one.</summary>
    public bool Serves(Address asked) => this switch
    {
        { One: { } one } => one.Equals(asked.One),
        { Only: { } family } => (asked.One?.AddressFamily ?? asked.Only ?? family) == family,
        _ => true,
    };

    public override string ToString() => One?.ToString() ?? "*";

    /// <summary>As <see cref="ToString"/>, and what a wildcard is limited to.</summary>
    public string Precisely => $"{(One, Only) switch { (null, AddressFamily.InterNetwork) => "0.0.0.0", (null, AddressFamily.InterNetworkV6) => "::", _ => ToString() }}{(Device is null ? "" : "%" + Device)}";

    /// <summary>An address as ss, netstat and people write it, with or without brackets and `%interface`; null where it is none.</summary>
    public static Address? Parse(string text)
    {
        if (text is ['[', .. var inside, ']']) text = inside;
        var zone = text.IndexOf('%', StringComparison.Ordinal);
        var device = zone < 0 ? null : text[(zone + 1)..];
        if (zone >= 0) text = text[..zone].Trim('[', ']');
        if (text == "*") return new Address(null, device);
        // .NET reads "1" and "010.1.1.1" as addresses too.
        if (!text.Contains(':', StringComparison.Ordinal) && (text.Count(c => c == '.') != 3 || text.Split('.').Any(part => part is not [>= '0' and <= '9', ..] or ['0', _, ..]))) return null;
        return IPAddress.TryParse(text, out var address) ? Of(address, device) : null;
    }

    /// <summary>An IPv4 address is the same inside an IPv6 one.</summary>
    public static Address Of(IPAddress address, string? device = null)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? new Address(null, device, address.AddressFamily) : new Address(address, device);
    }
}
