using System.Collections.Concurrent;
using Playbooks.Steps.Http;

namespace Playbooks.Steps;

/// <summary>One cookie jar for each client's name, through the whole play.</summary>
public sealed class CookieJars
{
    private readonly ConcurrentDictionary<string, CookieJar> jars = new();

    /// <summary>The client's jar; without a name a jar of its own that nobody sees again.</summary>
    public CookieJar For(string? client) => client is null ? new CookieJar() : jars.GetOrAdd(client, _ => new CookieJar());
}
