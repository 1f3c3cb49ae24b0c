using System.Net;
using System.Net.Sockets;
using Playbooks.Model;

namespace Playbooks.Steps.Http;

/// <summary>Where to connect to instead of where the URL says: one member of a site, under the site's name.</summary>
internal sealed record ConnectTo(string Host, int? Port)
{
    public static SettingType<ConnectTo> Type { get; } = new("a host, or host:port; an IPv6 address with a port stands in brackets", (object? value, out ConnectTo read) =>
    {
        var found = value is string text ? Read(text) : null;
        read = found!;
        return found is not null;
    });

    /// <summary>Whether it speaks of that URL too, when it stands beside the other: the port it names belongs to one port of the site.</summary>
    public bool IsFor(Uri url, Uri site) => url.IdnHost == site.IdnHost && (Port is null || url.Port == site.Port);

    private static ConnectTo? Read(string text)
    {
        if (IPAddress.TryParse(text, out var bare) && bare.AddressFamily == AddressFamily.InterNetworkV6 && text[0] != '[') text = $"[{text}]";
        if (text.Any(c => c <= ' ' || c is '/' or '\\' or '?' or '#' or '@' or '%')) return null;
        if (!Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var url) || url.IdnHost.Length == 0) return null;
        var colon = text.LastIndexOf(':');
        if (colon <= text.LastIndexOf(']')) return new ConnectTo(url.IdnHost, null);
        return url.Port > 0 && colon < text.Length - 1 ? new ConnectTo(url.IdnHost, url.Port) : null;
    }
}
