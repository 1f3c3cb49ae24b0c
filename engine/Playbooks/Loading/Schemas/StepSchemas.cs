using System.Text.Json.Nodes;
using Playbooks.Loading.Language;
using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Loading.Schemas;

/// <summary>
/// What JSON Schema says of steps: one flat map with all kinds as keys. That a step has one kind is left to `play lint`, because an editor that is told
/// so by a choice between twenty schemas neither completes nor says what is wrong.
/// </summary>
internal sealed class StepSchemas(IReadOnlyList<ActionDefinition> actions)
{
    private const string Unknown = "There is no such key, kind or action here. Of actions of your own an editor knows by `play schema --actions FILE… --to DIR`.";

    /// <summary>Of steps where they stand in a playbook, an action and an undo, of probes, and of each kind and action.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode?>> Definitions() =>
    [
        new("step", Step("step", Holders.None, [.. StepKeys.Nodes, .. StepKeys.Block.Keys, .. StepKeys.Batch.Keys, .. StepKeys.Include.Keys])),
        new("action_step", Step("action_step", Holders.Action, [.. StepKeys.Nodes.Where(node => node.Name != "include"), .. StepKeys.Block.Keys.Where(key => key.Name != "probes")])),
        new("undo_step", Step("undo_step", Holders.Undo, [])),
        new("probe", Step("probe", Holders.Probe, StepKeys.Probe.Keys)),
        new("budget", TypeSchemas.Group(StepKeys.Budget)),
        .. StepKinds.All.Select(kind => KeyValuePair.Create($"kind.{kind.Name}", (JsonNode?)Kind(kind))),
        .. actions.Select(action => KeyValuePair.Create($"action.{action.Name}", (JsonNode?)Call(action))),
    ];

    private JsonObject Step(string name, Holders holder, IReadOnlyList<Key> beside)
    {
        var isProbe = holder == Holders.Probe;
        var map = TypeSchemas.Map((isProbe ? StepKeys.Probe : StepKeys.Step).What, (isProbe ? StepKeys.Probe : StepKeys.Step).Summary, [.. StepKeys.Step.Keys.Where(key => holder == Holders.None || !key.NotOn.HasFlag(holder)), .. beside], name);
        var properties = (JsonObject)map["properties"]!;
        foreach (var kind in StepKinds.All.Where(kind => !isProbe || kind.CanProbe)) properties[kind.Name] = TypeSchemas.Ref($"kind.{kind.Name}");
        if (!isProbe)
            foreach (var action in actions) properties[action.Name] = TypeSchemas.Ref($"action.{action.Name}");
        if (!isProbe) Also(map, [.. StepKinds.All.Where(kind => !kind.Parameters.Any(p => p.Required)).Select(kind => kind.Name), .. actions.Where(action => action.Params.All(p => p.Default is not null)).Select(action => action.Name)]);
        map["dependencies"] = Needs(properties, isProbe);
        map["errorMessage"] = Unknown;
        return map;
    }

    /// <summary>What wants nothing may stand alone: `- wasstop`.</summary>
    private static void Also(JsonObject map, IEnumerable<string> alone)
    {
        map["type"] = new JsonArray("object", "string");
        map["pattern"] = $"^({string.Join('|', alone)})$";
    }

    /// <summary>Keys that say nothing without another.</summary>
    private static JsonObject Needs(JsonObject properties, bool isProbe)
    {
        (string Key, string Needed)[] needs =
        [
            ("as", "loop"), .. isProbe ? [("on_exceeded", "budget")] : new[] { ("every", "within") },
            .. StepKeys.Batch.Names.Select(key => (key, key == "batch" ? "block" : "batch")), .. StepKeys.Include.Names.Select(key => (key, "include")),
        ];
        return new JsonObject(needs.Where(need => properties.ContainsKey(need.Key)).Select(need => KeyValuePair.Create(need.Key, (JsonNode?)new JsonArray(need.Needed))));
    }

    private static JsonObject Kind(StepKind kind)
    {
        var fields = kind.Fields.Count > 0 ? $" Result: {string.Join(", ", kind.Fields.Select(field => $"`{field.Name}`"))}." : "";
        var own = kind.OwnAssertions.Count > 0 ? $" Asserts by itself: {string.Join(", ", kind.OwnAssertions.Select(own => $"`{own.Expression}`"))}." : "";
        var map = TypeSchemas.Map(kind.Name, $"{kind.Summary}\n\nEffect: {kind.EffectText}.{fields}{own}", kind.Parameters);
        if (kind.BareParameter is { } bare) TypeSchemas.Also(map, TypeSchemas.Of(kind.Parameters.First(p => p.Name == bare).Type, isFixed: false));
        if (!kind.Parameters.Any(p => p.Required)) OrNothing(map);
        return map;
    }

    private static JsonObject Call(ActionDefinition action)
    {
        var map = TypeSchemas.Map(action.Name, $"{action.Description ?? "An action."}\n\nAn action in {Path.GetFileName(action.At.Source.Name)}.", [.. action.Params.Select(Parameter)]);
        if (action.Params.All(p => p.Default is not null)) OrNothing(map);
        return map;
    }

    private static Key Parameter(Parameter parameter)
    {
        var written = parameter.Default is not { } given ? "It must be given." : $"Unless said: `{Data.Show(given.Written, 80)}`.";
        return new(parameter.Name, parameter.Type ?? (parameter.Default is { IsConstant: true, Written: bool } ? "boolean" : "any"), $"{parameter.Description} {written}".Trim(), Required: parameter.Default is null)
        {
            Choices = [.. parameter.Choices.OfType<string>()],
        };
    }

    private static void OrNothing(JsonObject map) =>
        map["type"] = new JsonArray([.. map["type"] is JsonArray several ? several.Select(type => type!.DeepClone()) : ["object"], "null"]);
}
