using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running.Probing;

/// <summary>Begins the probes of a block beside its steps.</summary>
internal sealed class ProbeRunner(AttemptRunner attempts, Scopes scopes, Recorder recorder, RunTools tools, Stop stop)
{
    /// <summary>From one host to the next within this time, so that not all are asked in the same instant.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(1);

    private readonly Sampled samples = new(attempts, scopes, tools.Time);
    private readonly Suspension suspension = new(tools.Asleep, tools.Time);

    /// <summary>They run until the set is disposed of: when what the steps did is put back, where it has to be.</summary>
    public async Task<ProbeSet> Start(IReadOnlyList<PlannedStep> probes, Room room)
    {
        var set = new ProbeSet(recorder, stop, room);
        try
        {
            foreach (var probe in probes) await Start(probe, set, room);
            return set;
        }
        catch
        {
            await set.DisposeAsync();
            throw;
        }
    }

    private async Task Start(PlannedStep probe, ProbeSet set, Room room)
    {
        try
        {
            var scope = scopes.At(room, null);
            var every = probe.Step.Every?.Get(scope) ?? Step.DefaultEvery;
            var timeout = probe.Timeout?.Get(scope) ?? (every > Step.DefaultEvery ? every : Step.DefaultEvery);
            if (timeout / every > Budget.MostUnderWay) throw new ExpressionException(probe.Step.At, $"with `every: {Literals.Print(every)}` and `timeout: {Literals.Print(timeout)}` more than {Budget.MostUnderWay} samples would be under way at once", "a shorter `timeout`, or a longer `every`");
            var limits = probe.Step.Budget is { } budget ? new Limits(budget, scope) : null;
            List<Host?> hosts = [.. scopes.Hosts(probe, room)?.Where(host => !recorder.State.IsDropped(host.Name)) ?? [null!]];
            await Started(probe, room, every, hosts);
            var inside = room with { IsProbe = true, Receipts = Receipts.None, Number = 0, Left = null, Ended = () => null };
            foreach (var (place, host) in hosts.Index())
            {
                var how = new Sampling(probe, host, inside, every, timeout) { Offset = (every < Spread ? every : Spread) * place / hosts.Count };
                set.Add(how, limits, new Sampler(how, samples, suspension, recorder, tools.Time));
            }
        }
        catch (ExpressionException e)
        {
            await Started(probe, room, Step.DefaultEvery, []);
            await set.Refuse(probe, new Failure(e.At, e.Message, e.Mend));
        }
    }

    private Task<long> Started(PlannedStep probe, Room room, TimeSpan every, IReadOnlyList<Host?> hosts) =>
        recorder.Record(new RunEvent.ProbeStarted(room.Frame.Id, probe.Key, probe.Step.Id, [.. hosts.OfType<Host>().Select(host => host.Name)], every));
}
