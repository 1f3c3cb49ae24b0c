using Playbooks.Templating;

namespace Playbooks.Steps.Netstat;

/// <summary>Compares what was asked for with the sockets that are there, and says in words what is missing and what is too much.</summary>
internal sealed class SocketVerdict
{
    private const int MostNamed = 12;
    private const int MostSockets = 10_000;

    private readonly Asked asked;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<Address>> names;
    private readonly string unseenBy;
    private readonly bool needsSudo;
    private readonly ILookup<int?, Socket> listeners;
    private readonly ILookup<int?, Socket> remotes;
    private readonly List<Socket> about = [];
    private readonly List<string> missing = [];
    private readonly List<string> unexpected = [];
    private readonly List<string> failures = [];
    private readonly List<string> unseen = [];

    public SocketVerdict(Asked asked, IReadOnlyList<Socket> sockets, SocketScript answer)
    {
        (this.asked, names) = (asked, answer.Names);
        unseenBy = answer.IsRoot ? "even by root: it is the kernel's, or in another container" : $"by {answer.User}";
        needsSudo = !answer.IsRoot;
        listeners = sockets.Where(s => s.Listens).ToLookup(s => s.LocalPort);
        remotes = sockets.Where(s => s.RemotePort is not null).ToLookup(s => s.RemotePort);
    }

    public StepResult Result()
    {
        foreach (var endpoint in asked.Listening) Listening(endpoint);
        foreach (var endpoint in asked.ConnectedTo) Connected(endpoint);
        foreach (var endpoint in asked.NotListening) NotListening(endpoint);

        var found = about.Distinct(ReferenceEqualityComparer.Instance).Cast<Socket>().ToList();
        var fields = new DataMap(new Dictionary<string, object?>
        {
            ["sockets"] = found.Count <= MostSockets ? found.ConvertAll(object? (s) => s.ToMap()) : new Absent($"these are {found.Count} sockets, more than are kept", "ask for an address beside the port"),
            ["missing"] = missing.ToList<object?>(),
            ["unexpected"] = unexpected.ToList<object?>(),
        });
        if (failures.Count > 0) return StepResult.Failed(fields, [.. failures, .. unseen]);
        if (unseen.Count == 0) return StepResult.Passed(fields);
        return new StepResult { Outcome = Outcome.Error, Fields = fields, Messages = unseen, Mend = needsSudo ? "say `sudo: true` on this step" : null };
    }

    private void Listening(Endpoint endpoint)
    {
        var there = listeners[endpoint.Port].ToList();
        var matching = there.Where(s => At(endpoint, s.Local, wildcardServes: true)).ToList();
        about.AddRange(matching);
        if (matching.Count > 0) Owned(endpoint, matching, $"{endpoint.Text} is listened on", $"who owns port {endpoint.Port}");
        else
        {
            missing.Add(endpoint.Text);
            failures.Add($"nothing listens on {endpoint.Text}{By}; " + (there.Count > 0
                ? $"{endpoint.Port} is listened on at {Some(there.Select(s => s.Local.ToString()))} only"
                : $"listening here: {Some(listeners.Select(l => l.Key).Order().Select(port => $"{port}"))}"));
        }
    }

    private void Connected(Endpoint endpoint)
    {
        var there = remotes[endpoint.Port].Where(s => At(endpoint, s.Remote, wildcardServes: false)).ToList();
        var matching = there.Where(s => s.Connected).ToList();
        about.AddRange(matching);
        if (matching.Count > 0) Owned(endpoint, matching, $"the connection to {endpoint.Text} is held", $"who owns the connection to {endpoint.Text}");
        else
        {
            missing.Add(endpoint.Text);
            var others = remotes.SelectMany(r => r).Where(s => s.Connected).Select(s => $"{(s.Remote.One?.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{s.Remote}]" : s.Remote)}:{s.RemotePort}");
            failures.Add($"no connection to {endpoint.Text}{By} is established; " + (there.Count > 0
                ? $"there are some in the state {Some(there.Select(s => s.State))}"
                : $"connected here to: {Some(others)}"));
        }
    }

    private void NotListening(Endpoint endpoint)
    {
        var matching = listeners[endpoint.Port].Where(s => At(endpoint, s.Local, wildcardServes: true)).ToList();
        about.AddRange(matching);
        if (matching.Count == 0) return;
        unexpected.Add(endpoint.Text);
        var owners = matching.SelectMany(s => s.Owners).Select(o => o.ToString()).ToList();
        failures.Add($"{endpoint.Text} is listened on at {Some(matching.Select(s => s.Local.ToString()))}" + (owners.Count > 0 ? $" by {Some(owners)}" : ""));
    }

    /// <summary>One socket of the right process is enough; where none is, one whose owner is hidden leaves it open.</summary>
    private void Owned(Endpoint endpoint, List<Socket> matching, string what, string who)
    {
        if (asked.Process is not { } process || matching.Any(s => s.Owners.Any(o => o.Is(process)))) return;
        if (matching.Any(s => s.Owners.Count == 0)) unseen.Add($"{(needsSudo ? "needs sudo: " : "")}{who} cannot be seen {unseenBy}");
        else
        {
            missing.Add(endpoint.Text);
            failures.Add($"{what} by {Some(matching.SelectMany(s => s.Owners).Select(o => o.ToString()))}, not by {process}");
        }
    }

    /// <summary>A socket bound to the wildcard serves every address; the wildcard itself is only served by such a one.</summary>
    private bool At(Endpoint endpoint, Address address, bool wildcardServes) => endpoint switch
    {
        { Address: { } one } => one == address || wildcardServes && address.IsWildcard,
        { Name: { } name } => names[name].Contains(address) || wildcardServes && address.IsWildcard,
        _ => true,
    };

    private string By => asked.Process is { } process ? $" ({process})" : "";

    private static string Some(IEnumerable<string> items)
    {
        var all = items.Distinct().ToList();
        return all.Count == 0 ? "nothing" : string.Join(", ", all.Take(MostNamed)) + (all.Count > MostNamed ? $" and {all.Count - MostNamed} more" : "");
    }
}
