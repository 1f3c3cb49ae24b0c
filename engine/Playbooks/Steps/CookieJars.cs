using System.Collections.Concurrent;
using Playbooks.Steps.Http;

namespace Playbooks.Steps;

/// <summary>One cookie jar for each client's name, through the whole play.</summary>
/// <param name="before">What the jars hold from before the run was cut off; null: nothing.</param>
public sealed class CookieJars(IReadOnlyDictionary<string, IReadOnlyList<Cookie>>? before = null)
{
    private readonly ConcurrentDictionary<string, CookieJar> jars = new((before ?? new Dictionary<string, IReadOnlyList<Cookie>>()).Select(jar => KeyValuePair.Create(jar.Key, new CookieJar(jar.Value))));

    /// <summary>The client's jar; without a name a jar of its own that nobody sees again.</summary>
    public CookieJar For(string? client) => client is null ? new CookieJar() : jars.GetOrAdd(client, _ => new CookieJar());

    /// <summary>What jars hold that have changed since this was last asked.</summary>
    public IEnumerable<(string Client, IReadOnlyList<Cookie> Cookies)> TakeChanged()
    {
        foreach (var (client, jar) in jars)
            if (jar.TakeChanged() is { } cookies) yield return (client, cookies);
    }
}
