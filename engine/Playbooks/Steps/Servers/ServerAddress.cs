using System.Net;
using System.Net.Sockets;
using Playbooks.Model;

namespace Playbooks.Steps.Servers;

/// <summary>Where a server is: a name or an address, and a port where it was said.</summary>
internal sealed record ServerAddress(string Host, int? Port)
{
    /// <summary>For what has a port of its own unless said.</summary>
    public static SettingType<ServerAddress> Type { get; } = Reading("a host, or host:port; an IPv6 address with a port stands in brackets", text => Read(text));

    /// <summary>The same, where an address and a port put together by the playbook must not be read as an address alone.</summary>
    public static SettingType<ServerAddress> Bracketed { get; } = Reading("a host, or host:port; an IPv6 address stands in brackets", text => IsBareIPv6(text) ? null : Read(text));

    public static SettingType<ServerAddress> WithPort { get; } = Reading("host:port; an IPv6 address stands in brackets", text => IsBareIPv6(text) || Read(text) is not { Port: not null } read ? null : read);

    /// <summary>Only the host of one.</summary>
    public static SettingType<string> NameAlone { get; } = new("the name of a host, such as www.example.com", (object? value, out string read) =>
    {
        read = value is string text && Read(text) is { Port: null } found ? found.Host : "";
        return read.Length > 0;
    });

    /// <summary>As people write it, with the port that holds where none was said.</summary>
    public string Shown(int otherwise) => $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port ?? otherwise}";

    private static SettingType<ServerAddress> Reading(string expected, Func<string, ServerAddress?> reader) => new(expected, (object? value, out ServerAddress read) =>
    {
        var found = value is string text ? reader(text) : null;
        read = found!;
        return found is not null;
    });

    private static bool IsBareIPv6(string text) => text.Length > 0 && text[0] != '[' && IPAddress.TryParse(text, out var bare) && bare.AddressFamily == AddressFamily.InterNetworkV6;

    private static ServerAddress? Read(string text)
    {
        if (IsBareIPv6(text)) text = $"[{text}]";
        if (text.Any(c => c <= ' ' || c is '/' or '\\' or '?' or '#' or '@' or '%')) return null;
        if (!Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var url) || url.IdnHost.Length == 0) return null;
        var colon = text.LastIndexOf(':');
        if (colon <= text.LastIndexOf(']')) return new ServerAddress(url.IdnHost, null);
        return url.Port > 0 && colon < text.Length - 1 ? new ServerAddress(url.IdnHost, url.Port) : null;
    }
}
