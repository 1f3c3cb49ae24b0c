using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Running.Probing;

/// <summary>`probes`: what the probes of this room and of those around it have found so far, by their ids.</summary>
internal sealed class ProbesView(RunState state, IReadOnlyList<string> frames, Host? host) : IMembers
{
    public IEnumerable<string> Names => state.Probes(probes => probes.All.Where(p => frames.Contains(p.Frame)).Select(p => p.Id).OfType<string>().ToList());

    public bool TryGet(string name, out object? value)
    {
        var found = state.Probes(probes => probes.All.LastOrDefault(p => p.Id == name && frames.Contains(p.Frame)))
            ?? throw new MissingValueException($"the probe `{name}` has not begun");
        value = new OfProbe(state, found, host);
        return true;
    }

    /// <summary>`probes.ID`: what it found on this host or, where it is about one only, there; `on` is any other's.</summary>
    private sealed class OfProbe(RunState state, ProbeState probe, Host? host) : IMembers
    {
        public IEnumerable<string> Names => Budget.Fields;

        public bool TryGet(string name, out object? value)
        {
            value = null;
            if (name == "on") value = new DataMap(probe.Hosts.Select(on => KeyValuePair.Create(on, (object?)new Later(() => Found(on)))));
            else return Found(Own).TryGet(name, out value);
            return true;
        }

        private string Own => host is not null && probe.Hosts.Contains(host.Name) ? host.Name
            : probe.Hosts is [var only] ? only
            : throw new MissingValueException($"this probe has a result for each of {string.Join(", ", probe.Hosts.Take(5))}{(probe.Hosts.Count > 5 ? ", …" : "")}", $"say whose: probes.ID.on.{probe.Hosts[0]}");

        /// <summary>Each field is worked out when somebody asks for it.</summary>
        private DataMap Found(string on)
        {
            return new DataMap(
            [
                new("samples", Of(t => (long)t.Samples)), new("good", Of(t => (long)t.Good)), new("bad", Of(t => (long)t.Bad)), new("missed", Of(t => (long)t.Missed)),
                new("availability", Of(t => t.Availability ?? throw None)), new("outage", Of(t => t.LongestOutage)), new("downtime", Of(t => t.Downtime)),
                new("outages", Of(t => t.Outages.Select(object? (outage) => Map(outage)).ToList())),
                new("p50", Of(t => t.Percentile(50) ?? throw None)), new("p99", Of(t => t.Percentile(99) ?? throw None)),
            ]);

            object? Of(Func<ProbeTally, object?> ask) => new Later(() => state.Probes(_ => ask(probe.On(on))));
        }

        private static MissingValueException None => new("the probe has no sample yet that says so");

        private static DataMap Map(Outage outage) => new([
            new("from", outage.From), new("duration", outage.Duration), new("reason", outage.Reason), new("ended", !outage.IsOpen),
            new("steps", outage.AtWork.Select(w => w.Title).Distinct().ToList<object?>()), new("hosts", outage.AtWork.Select(w => w.Host).Where(h => h.Length > 0).Distinct().ToList<object?>()),
        ]);
    }
}
