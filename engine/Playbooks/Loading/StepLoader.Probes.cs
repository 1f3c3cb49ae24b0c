using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Steps.Http;

namespace Playbooks.Loading;

/// <remarks>Here what is only about probes: steps that look, again and again, and what they are allowed to find.</remarks>
internal sealed partial class StepLoader
{
    private static readonly string[] NotOnProbes = NotOn(Holders.Probe);

    /// <summary>What follows when outage or downtime are more than the budget allows.</summary>
    private enum OnExceeded
    {
        Stop,
        Report,
    }

    private IReadOnlyList<Step> Probes(MapReader reader, Room room)
    {
        if (reader.Map["probes"] is { } probes && room != Room.Playbook) problems.Add(probes.At, $"`probes` do not go inside {(room == Room.Undo ? "an undo" : "an action")}", "put them on the playbook, or on a block of it");
        if (reader.Map["probes"] is not null && reader.Map["within"] is { } within) problems.Add(within.At, "`within` does not go on a block with probes", "put one of them on a block inside, or on the steps");
        return Steps(reader.Take("probes"), "probes", Room.Probe);
    }

    private Budget? Budget(MapReader reader)
    {
        var isReport = Choice<OnExceeded>(reader, "on_exceeded") == OnExceeded.Report;
        if (reader.Section("budget") is not { } section)
        {
            if (reader.Map["on_exceeded"] is { } alone && reader.Map["budget"] is null) problems.Add(alone.At, "`on_exceeded` says what follows when a budget is exceeded, but there is no `budget`", "budget: { outage: 5s }");
            return null;
        }
        var inside = new MapReader(section, problems);
        var budget = new Budget(section.At)
        {
            Outage = inside.Setting("outage", SettingTypes.Duration),
            Downtime = inside.Setting("downtime", SettingTypes.Duration),
            Bad = inside.Setting("bad", SettingTypes.Percentage),
            P99 = inside.Setting("p99", SettingTypes.Duration),
            IsReport = isReport,
        };
        if (section.Entries.Count == 0) problems.Add(section.At, "an empty budget allows everything", "budget: { outage: 5s }, or leave it out");
        inside.Done("a budget");
        return budget;
    }

    private void CheckProbe(MapNode map, Step step)
    {
        foreach (var entry in map.Entries.Where(e => NotOnProbes.Contains(e.Name)))
            problems.Add(entry.Key.At, $"`{entry.Name}` does not go on a probe", entry.Name == "within" ? "it runs again and again by itself: `every` says how often" : "a probe only looks, from the beginning of its block to the end");
        var every = step.Every is null ? Model.Step.DefaultEvery : step.Every.IsConstant ? step.Every.Get(Templating.Scope.Empty) : (TimeSpan?)null;
        if (every is { } period)
        {
            if (step.Budget?.Outage is { IsConstant: true } outage && outage.Get(Templating.Scope.Empty) < period)
                problems.Add(outage.At, $"an outage is known to a period only, and one sample would be more than this: `every` is {Templating.Literals.Print(period)}", "a shorter `every`, or a longer `outage`");
            if (step.Own.Timeout is { IsConstant: true } timeout && timeout.Get(Templating.Scope.Empty) / period > Model.Budget.MostUnderWay)
                problems.Add(timeout.At, $"more than {Model.Budget.MostUnderWay} samples would be under way at once: `every` is {Templating.Literals.Print(period)}", "a shorter `timeout`, or a longer `every`");
        }
        switch (step.Work)
        {
            case AssertOnly: problems.Add(step.At, "a probe looks at something", "give it a kind such as `http`, `tcp`, `netstat` or `command`"); break;
            case ActionCall or Block or Model.Include or PutBack: problems.Add(step.At, "a probe is a step of one kind", "give it a kind such as `http`, `tcp`, `netstat` or `command`"); break;
            case KindWork { Kind: { CanProbe: false } kind }: problems.Add(step.At, $"a `{kind.Name}` is no probe"); break;
            case HttpWork { Client: { } client }: problems.Add(client.At, "each sample of a probe has its own cookies: `client` says nothing here", "leave it out"); break;
        }
    }
}
