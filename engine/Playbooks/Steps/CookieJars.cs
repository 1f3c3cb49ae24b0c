using System.Collections.Concurrent;
using System.Net;

namespace Playbooks.Steps;

/// <summary>One cookie jar for each client's name, through the whole play.</summary>
public sealed class CookieJars
{
    private readonly ConcurrentDictionary<string, CookieContainer> jars = new();

    /// <summary>The client's jar; without a name a jar of its own that nobody sees again.</summary>
    public CookieContainer For(string? client) => client is null ? new CookieContainer() : jars.GetOrAdd(client, _ => new CookieContainer());
}
