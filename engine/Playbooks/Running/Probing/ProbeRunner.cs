using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running.Probing;

/// <summary>Begins the probes of a block beside its steps.</summary>
internal sealed class ProbeRunner(AttemptRunner attempts, Scopes scopes, Recorder recorder, RunTools tools, Stop stop)
{
    private static readonly TimeSpan DefaultEvery = TimeSpan.FromSeconds(1);

    /// <summary>From one host to the next within this time, so that not all are asked in the same instant.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(1);

    private const int MostUnderWay = 1000;

    /// <summary>They run until the set is disposed of: when what the steps did is put back, where it has to be.</summary>
    public async Task<ProbeSet> Start(IReadOnlyList<PlannedStep> probes, Room room)
    {
        var set = new ProbeSet(recorder, stop, room);
        foreach (var probe in probes)
        {
            try
            {
                var scope = scopes.At(room, null);
                var every = probe.Step.Every?.Get(scope) ?? DefaultEvery;
                var timeout = probe.Timeout?.Get(scope) ?? (every > DefaultEvery ? every : DefaultEvery);
                if (timeout > every * MostUnderWay) throw new ExpressionException(probe.Step.At, $"with `every: {Literals.Print(every)}` and `timeout: {Literals.Print(timeout)}` more than {MostUnderWay} samples would be under way at once", "a shorter `timeout`, or a longer `every`");
                var limits = probe.Step.Budget is { } budget ? new Limits(budget, scope) : null;
                var hosts = Hosts(probe, room, scope);
                await Started(probe, room, every, hosts);
                var inside = room with { IsProbe = true, Receipts = Receipts.None, Number = 0, Left = null, Ended = () => null };
                foreach (var (place, host) in hosts.Index())
                {
                    var offset = (every < Spread ? every : Spread) * place / hosts.Count;
                    set.Add(probe, limits, host, new Sampler(probe, host, inside, new Sampling(every, timeout, offset), attempts, scopes, recorder, tools));
                }
            }
            catch (ExpressionException e)
            {
                await Started(probe, room, DefaultEvery, []);
                set.Fail(probe, "", Outcome.Error, new Failure(e.At, e.Message, e.Mend));
            }
        }
        return set;
    }

    private Task<long> Started(PlannedStep probe, Room room, TimeSpan every, IReadOnlyList<Host?> hosts) =>
        recorder.Record(new RunEvent.ProbeStarted(room.Frame.Id, probe.Key, probe.Step.Id, [.. hosts.OfType<Host>().Select(host => host.Name)], every));

    /// <summary>One that is null: it is about no host.</summary>
    private static IReadOnlyList<Host?> Hosts(PlannedStep probe, Room room, Scope scope) => probe.Hosts switch
    {
        PlannedHosts.Known known => (IReadOnlyList<Host?>)known.Hosts,
        PlannedHosts.After after => after.Pattern.Select(room.Inventory, scope, valuesAreHosts: true),
        _ => [null],
    };
}
