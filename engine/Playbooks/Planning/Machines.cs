using System.Globalization;
using Playbooks.Model;
using Playbooks.Steps;

namespace Playbooks.Planning;

/// <summary>Finds the machines that a plan may change, at the widest.</summary>
internal sealed class Machines(Inventory inventory)
{
    private readonly Dictionary<string, Host> found = [];

    /// <summary>One host for each machine, whatever names it has, by what tells machines apart.</summary>
    public static IReadOnlyDictionary<string, Host> Of(Plan plan)
    {
        var machines = new Machines(plan.Inventory);
        machines.Add(plan.Steps.Concat(plan.Always), []);
        return machines.found;
    }

    /// <summary>
    /// What tells the machine from others: where its server is reached, and through what. Two names for one machine have the same, but not where
    /// only ssh's configuration knows the address: there each name may have a port of its own.
    /// </summary>
    public static string Name(Host host)
    {
        var written = host.Ssh.HostName ?? host.Name;
        var port = host.Ssh.Port?.ToString(CultureInfo.InvariantCulture) ?? (host.Address.Equals(written, StringComparison.OrdinalIgnoreCase) ? "22" : $"22/{written}");
        var own = $"{host.Address.ToLowerInvariant()}:{port}";
        return host.Via is { } via ? $"{Name(via)} {own}" : own;
    }

    /// <param name="around">The hosts of the action or the undo that the steps stand in.</param>
    private void Add(IEnumerable<PlannedStep> steps, IReadOnlyList<Host> around)
    {
        foreach (var step in steps)
        {
            var about = step.Hosts is PlannedHosts.Inherited ? around : step.Hosts.Widest;
            if (step.Effect != Effect.None && step.Step.Work is KindWork { Kind.RunsAt: PlaceKind.Host })
                foreach (var host in Where(step, about).Where(h => !h.Local)) found.TryAdd(Name(host), host);
            Add(step.Steps.Concat(step.Rescue).Concat(step.Always).Concat(step.Undo), about.Count > 0 ? about : around);
        }
    }

    private IReadOnlyList<Host> Where(PlannedStep step, IReadOnlyList<Host> about) => step.Runs.Kind switch
    {
        PlaceKind.Localhost => [],
        PlaceKind.Pattern => step.Runs.Pattern!.Widest(inventory),
        _ => about,
    };
}
