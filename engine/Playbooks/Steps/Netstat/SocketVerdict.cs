using Playbooks.Templating;

namespace Playbooks.Steps.Netstat;

/// <summary>Compares what was asked for with the sockets that are there, and says in words what is missing and what is too much.</summary>
internal sealed class SocketVerdict
{
    private const int MostNamed = 12;
    private const int MostSockets = 10_000;

    private readonly Asked asked;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<Address>> names;
    private readonly (string Why, string? Mend, bool NeedsSudo) hidden;
    private readonly SocketScript answer;
    private readonly ILookup<int?, Socket> listeners;
    private readonly ILookup<int?, Socket> remotes;
    private readonly List<Socket> about = [];
    private readonly List<string> missing = [];
    private readonly List<string> unexpected = [];
    private readonly List<string> failures = [];
    private readonly List<string> unseen = [];
    private readonly SortedSet<string> notes = new(StringComparer.Ordinal);

    public SocketVerdict(Asked asked, IReadOnlyList<Socket> sockets, SocketScript answer)
    {
        (this.asked, this.answer, names) = (asked, answer, answer.Names);
        hidden = answer.Unseen;
        listeners = sockets.Where(s => s.Listens).ToLookup(s => s.LocalPort);
        remotes = sockets.Where(s => s.RemotePort is not null).ToLookup(s => s.RemotePort);
    }

    public StepResult Result()
    {
        foreach (var endpoint in asked.Listening) Listening(endpoint);
        if (asked.Only) NothingElse();
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
        if (unseen.Count == 0) return StepResult.Passed(fields) with { Notes = [.. notes] };
        return new StepResult { Outcome = Outcome.Error, Fields = fields, Messages = unseen, Mend = hidden.Mend };
    }

    private void Listening(Endpoint endpoint)
    {
        var there = listeners[endpoint.Port].ToList();
        var matching = there.Where(s => At(endpoint, asked => Serves(s.Local, asked))).ToList();
        about.AddRange(matching);
        if (matching.Count > 0) Owned(endpoint, matching, $"{endpoint.Text} is listened on", $"who owns port {endpoint.Port}");
        else
        {
            missing.Add(endpoint.Text);
            failures.Add($"nothing listens on {endpoint.Text}{By}; " + (there.Count > 0
                ? $"{endpoint.Port} is listened on at {Some(there.Select(s => s.Local.Precisely))} only"
                : $"listening here: {Some(listeners.Select(l => l.Key).Order().Select(port => $"{port}"))}"));
        }
    }

    private void Connected(Endpoint endpoint)
    {
        var there = remotes[endpoint.Port].Where(s => At(endpoint, asked => s.Remote.One is { } one && one.Equals(asked.One))).ToList();
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
        var matching = listeners[endpoint.Port].Where(s => At(endpoint, s.Local.Serves)).ToList();
        about.AddRange(matching);
        if (matching.Count == 0) return;
        unexpected.Add(endpoint.Text);
        var owners = matching.SelectMany(s => s.Owners).Select(o => o.ToString()).ToList();
        failures.Add($"{endpoint.Text} is listened on at {Some(matching.Select(s => s.Local.ToString()))}" + (owners.Count > 0 ? $" by {Some(owners)}" : ""));
    }

    /// <summary>Of one that is bound to another address than was asked about it is said, though it may serve that address, too.</summary>
    private void NothingElse()
    {
        if (answer.Given is null)
        {
            unseen.Add("which ports are given to connections could not be found out, so not either what else listens");
            return;
        }
        var others = listeners.SelectMany(l => l).Where(socket => !answer.IsPassing(socket) && !asked.Listening.Any(endpoint => endpoint.Port == socket.LocalPort && At(endpoint, at => Same(socket.Local, at)))).ToList();
        foreach (var socket in others)
        {
            var where = $"{(socket.Local.One is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6 } six ? $"[{six}]" : socket.Local)}:{socket.LocalPort}";
            if (asked.Process is { } process && !socket.Owners.Any(owner => owner.Is(process)))
            {
                if (socket.Owners.Count == 0) unseen.Add($"{(hidden.NeedsSudo ? "needs sudo: " : "")}who owns port {socket.LocalPort} cannot be seen {hidden.Why}");
                continue;
            }
            if (unexpected.Contains(where)) continue;
            about.Add(socket);
            unexpected.Add(where);
            failures.Add($"{where} is listened on, too{(socket.Owners.Count > 0 ? $", by {Some(socket.Owners.Select(o => o.ToString()))}" : "")}");
        }
    }

    /// <summary>Bound to just that address; the wildcards of both families are one.</summary>
    private static bool Same(Address local, Address asked) => local.One is { } one ? one.Equals(asked.One) : asked.IsWildcard && local.Device is null && local.Serves(asked);

    /// <summary>One socket of the right process is enough; where none is, one whose owner is hidden leaves it open.</summary>
    private void Owned(Endpoint endpoint, List<Socket> matching, string what, string who)
    {
        if (asked.Process is not { } process) return;
        if (matching.SelectMany(s => s.Owners).Where(o => o.Is(process)).ToList() is { Count: > 0 } owners)
        {
            if (!owners.Exists(o => o.Surely(process))) notes.Add($"of the process's name only this much can be seen: {owners[0].Name}");
        }
        else if (matching.Any(s => s.Owners.Count == 0)) unseen.Add($"{(hidden.NeedsSudo ? "needs sudo: " : "")}{who} cannot be seen {hidden.Why}");
        else
        {
            missing.Add(endpoint.Text);
            failures.Add($"{what} by {Some(matching.SelectMany(s => s.Owners).Select(o => o.ToString()))}, not by {process}");
        }
    }

    /// <summary>Whether it holds for the address that is asked about, or for one of a name's; who asks for a port alone takes each.</summary>
    private bool At(Endpoint endpoint, Func<Address, bool> holds) => endpoint switch
    {
        { Address: { } one } => holds(one),
        { Name: { } name } => names[name].Any(holds),
        _ => true,
    };

    /// <summary>Whether it surely serves that address: the wildcard of one interface need not, and the wildcard itself is only served by one.</summary>
    private static bool Serves(Address local, Address asked) => local.Serves(asked) && local is not { IsWildcard: true, Device: not null };

    private string By => asked.Process is { } process ? $" ({process})" : "";

    private static string Some(IEnumerable<string> items)
    {
        var all = items.Distinct().ToList();
        return all.Count == 0 ? "nothing" : string.Join(", ", all.Take(MostNamed)) + (all.Count > MostNamed ? $" and {all.Count - MostNamed} more" : "");
    }
}
