using Playbooks.Templating;

namespace Playbooks.Reporting.Origins;

/// <summary>A plan as it was kept: its steps in the order of the run, and the values of its params and vars.</summary>
internal sealed class KeptPlan
{
    /// <param name="lines">As <see cref="PlanJson"/> wrote them.</param>
    public KeptPlan(IEnumerable<string> lines)
    {
        if (Data.FromJson(string.Join('\n', lines)) is not DataMap plan) return;
        Params = Map(plan, "params");
        Vars = Map(plan, "vars");
        Steps = [.. List(plan, "steps").OfType<DataMap>().Select(step => new KeptStep(step))];
    }

    public DataMap Params { get; } = DataMap.Empty;

    public DataMap Vars { get; } = DataMap.Empty;

    public IReadOnlyList<KeptStep> Steps { get; } = [];

    public static DataMap Map(DataMap map, string name) => map.TryGetValue(name, out var value) && value is DataMap inner ? inner : DataMap.Empty;

    public static IReadOnlyList<object?> List(DataMap map, string name) => map.TryGetValue(name, out var value) && value is IReadOnlyList<object?> list ? list : [];
}

/// <summary>A step of a plan as it was kept.</summary>
internal sealed record KeptStep(DataMap Line)
{
    public string Key => Text("key");

    public string Title => $"step {Text("number")} \"{Text("name")}\"";

    public string Parent => Text("parent");

    /// <summary>The names that its expressions use, with their members.</summary>
    public IEnumerable<IReadOnlyList<string>> Uses => KeptPlan.List(Line, "uses").OfType<IReadOnlyList<object?>>().Select(IReadOnlyList<string> (words) => [.. words.OfType<string>()]);

    /// <summary>The hosts that it may be about; null: those of the step around it, if any.</summary>
    public IReadOnlyList<string>? Hosts => KeptPlan.Map(Line, "hosts") is var hosts && hosts.ContainsKey("known") ? [.. KeptPlan.List(hosts, "known").OfType<string>()]
        : hosts.ContainsKey("among") ? [.. KeptPlan.List(hosts, "among").OfType<string>()] : null;

    /// <summary>What it says for itself, a line for each word. Of what goes on inside it says nothing where that is still to come.</summary>
    /// <param name="aroundOthers">Without what follows from the steps inside.</param>
    public string Text(bool aroundOthers) => string.Concat(Line.Where(word => word.Key is not ("uses" or "number") && !(aroundOthers && word.Key == "effect")).Select(word => ShownValue.Text(word.Key, word.Value)));

    private string Text(string word) => Line.TryGetValue(word, out var value) ? value as string ?? "" : "";
}
