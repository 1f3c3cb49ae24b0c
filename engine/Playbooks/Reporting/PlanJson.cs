using System.Globalization;
using System.Text;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting.Plans;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Reporting;

/// <summary>
/// A plan as JSON for programs, version 1: `playbook forks hosts params vars steps summary`. Each step stands on a line of its own, in the
/// order of the run, with the key of the one it stands in as `parent` and the list there as `part`. A value is a list, because it may differ
/// from host to host: each with `for` (hosts, and numbers of the loop's items from 0) where it is not for all, and with `value`, or with
/// `known_after` and `text`, or with `error` and `text`.
/// </summary>
public sealed class PlanJson(Plan plan)
{
    private const long Version = 1;

    /// <summary>
    /// Hides the secrets of the run that keeps these lines, to be compared with later ones: then there are no addresses, and beside each step stands what decides of its work and no value shows. Null: they are shown.
    /// </summary>
    public Masker? KeptThrough { get; init; }

    /// <summary>The lines of one JSON object.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Field("{", "version", Version);
        yield return Field(",", "playbook", Map(("name", plan.Playbook.Name), ("description", plan.Playbook.Description), ("file", plan.Playbook.Source.Name)));
        yield return Field(",", "forks", (long)plan.Forks);
        yield return Field(",", "hosts", plan.Inventory.Hosts.Select(object? (h) => KeptThrough is null ? Map(("name", h.Name), ("label", h.Label), ("address", h.Address), ("groups", List(h.Groups))) : Map(("name", h.Name))).ToList());
        yield return Field(",", "params", Values(plan.Playbook.Params.Select(p => p.Name)));
        yield return Field(",", "vars", Values(plan.Playbook.Vars.Select(v => v.Name)));
        yield return ",\"steps\":[";
        var summary = new PlanSummary();
        var start = "";
        foreach (var entry in new Outline(plan).Entries())
        {
            summary.Add(entry);
            yield return start + Safe(Json(Step(entry)));
            start = ",";
        }
        yield return "]";
        yield return Field(",", "summary", Map(
            ("once", List(summary.Changing(Effect.Once))), ("repeatable", List(summary.Changing(Effect.Repeatable))),
            ("none", (long)summary.Looks), ("skipped", (long)summary.Skipped), ("without_undo", List(summary.WithoutUndo)), ("always", List(summary.Always)))) + "}";
    }

    private DataMap Values(IEnumerable<string> names) => new(names.Select(name => KeyValuePair.Create(name, plan.Values.TryGetValue(name, out var value) ? value : Later(name))));

    private DataMap Later(string name)
    {
        var known = Map(("known_after", List(["the run begins"])));
        return KeptThrough is null || plan.Late.FirstOrDefault(late => late.Name == name) is not { Value: { } template, Parameter: not { IsSecret: true } } ? known : new DataMap([.. known, new("text", template.Written)]);
    }

    private DataMap Step(Entry entry)
    {
        var step = entry.Step.Step;
        List<(string Name, object? Value)> map =
        [
            ("key", entry.Step.Key.Path), ("number", entry.Number), ("part", entry.Part), ("name", step.Title), ("effect", entry.Step.Effect.ToString().ToLowerInvariant()),
        ];
        void Add(string name, object? value)
        {
            if (value is not null) map.Add((name, value));
        }
        Add("parent", entry.Parent?.Step.Key.Path);
        Add("id", step.Id);
        Add("kind", entry.Kind);
        Add("hosts", Hosts(entry));
        Add("compares", entry.Step.Compares ? true : null);
        Add("skipped", entry.IsSkipped ? true : null);
        Add("run_once", step.RunOnce ? true : null);
        Add("at", entry.At(plan.Inventory) is { } at ? See(entry.Seen, at) : null);
        Add("when", entry.When is { } when ? See(entry.Around, when) : null);
        Add("loop", Entry.Items(step.Loop) is { } loop ? Map(("as", step.Loop!.As), ("list", See(entry.Around, loop))) : null);
        Add("puts_back", entry.Step.PutsBack?.Path);
        Add("parameters", entry.Parameters is { Count: > 0 } parameters ? new DataMap(parameters.Select(p => KeyValuePair.Create(p.Name, (object?)See(entry.Seen, p)))) : null);
        foreach (var setting in entry.Settings) Add(setting.Name, See(entry.Seen, setting));
        Add("on_failure", entry.Step.OnFailure == OnFailure.Stop ? null : entry.Step.OnFailure.ToString().ToLowerInvariant());
        Add("severity", step.Severity == Severity.Warning ? "warning" : null);
        Add("assert", List(entry.Assertions) is { Count: > 0 } assertions ? assertions : null);
        Add("capture", step.Capture.Count > 0 ? new DataMap(step.Capture.Select(c => KeyValuePair.Create(c.Name, (object?)c.Value.Text.Trim()))) : null);
        if (KeptThrough is not null)
            foreach (var (name, value) in new Decisive(plan, entry).All) Add(name, value);
        return Map(map);
    }

    private string Json(object? value) => Data.ToJson(KeptThrough is null ? value : KeptThrough.Mask(value));

    /// <summary>Null: about none.</summary>
    private static DataMap? Hosts(Entry entry) => entry.Step.Hosts switch
    {
        PlannedHosts.Known known => Map(("known", List(known.Hosts.Select(h => h.Name)))),
        PlannedHosts.After after => Map(("known_after", List(PlanWords.Givers(entry, after))), ("text", after.Pattern.Text), ("among", List(after.AtWidest.Select(h => h.Name)))),
        PlannedHosts.Inherited => Map(("of", entry.Parent?.Step.Key.Path)),
        _ => null,
    };

    private static List<object?> See(Foresight seen, ShownParameter parameter) => [.. seen.See(parameter).Select(object? (one) =>
    {
        (string, object?)[] value = one.Value switch
        {
            Foreseen.Known known => [("value", known.Value)],
            Foreseen.After after => [("known_after", List(after.Givers)), ("text", after.Written)],
            Foreseen.Wrong wrong => [("error", wrong.Why), ("text", wrong.Written)],
            _ => [],
        };
        return Map(one.Cases.Count == 0 ? value : [("for", one.Cases.Select(object? (c) => For(c)).ToList()), .. value]);
    })];

    private static DataMap For(Case @case) => new(Map(("host", @case.Host?.Name), ("item", (long?)@case.Index)).Where(m => m.Value is not null));

    private static List<object?> List(IEnumerable<string> texts) => [.. texts];

    private static DataMap Map(params IEnumerable<(string Name, object? Value)> entries) => new(entries.Select(e => KeyValuePair.Create(e.Name, e.Value)));

    private string Field(string start, string name, object? value) => $"{start}\"{name}\":{Safe(Json(value))}";

    /// <summary>What a terminal must not be given is an escape of JSON; it stands inside a text, so that means the same.</summary>
    private static string Safe(string json)
    {
        if (!json.AsSpan().ContainsAnyExceptInRange(' ', '~')) return json;
        var safe = new StringBuilder(json.Length);
        foreach (var rune in json.EnumerateRunes())
        {
            var text = rune.ToString();
            if (rune.IsAscii && rune.Value is >= ' ' and <= '~' || DisplayText.Safe(text) == text) safe.Append(text);
            else foreach (var unit in text) safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }
        return safe.ToString();
    }
}
