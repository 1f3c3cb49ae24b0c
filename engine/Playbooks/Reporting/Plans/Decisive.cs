using System.Security.Cryptography;
using System.Text;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Templating;

namespace Playbooks.Reporting.Plans;

/// <summary>What decides of a step's work and shows in no value that is known before the run: the names it uses, the texts it was made of, the definitions behind it.</summary>
internal sealed class Decisive(Plan plan, Entry entry)
{
    /// <summary>Each by its word; null: there is none.</summary>
    public IEnumerable<(string Name, object? Value)> All =>
    [
        ("uses", Uses() is { Count: > 0 } uses ? uses : null),
        ("texts", entry.Step.Step.Work.Texts.Select(object? (text) => (List<object?>)[text.Name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Text)))]).ToList() is { Count: > 0 } texts ? texts : null),
        ("definition", entry.Step.Step.Work switch
        {
            ActionCall => Definition(entry.Step.Action!.Params, [], entry.Step.Action.Result),
            Include include => Definition(include.Playbook.Params, include.Playbook.Vars, []),
            _ => null,
        }),
    ];

    /// <summary>The names among params, vars, `host`, `hosts` and `groups`, each with its members.</summary>
    private List<object?> Uses()
    {
        var inside = entry.Step.Step.Work switch
        {
            ActionCall => Names(entry.Step.Action!.Params.Select(p => p.Default)),
            Include include => Names(include.Playbook.Params.Select(p => p.Default).Concat(include.Playbook.Vars.Select(v => v.Value))),
            _ => [],
        };
        return [.. entry.Step.Needs.Where(use => IsOfInventory(use) || IsOwnRoom && IsValue(use)).Concat(inside.Where(IsOfInventory))
            .Select(use => (IEnumerable<string>)[use.Name, .. use.Members]).DistinctBy(words => string.Join('\n', words)).Select(object? (words) => words.Cast<object?>().ToList())];
    }

    private static IEnumerable<NameUse> Names(IEnumerable<DataTemplate?> templates) => templates.OfType<DataTemplate>().SelectMany(template => template.Templates).SelectMany(template => template.Names);

    private static bool IsOfInventory(NameUse use) => use.Name is "host" or "hosts" or "groups";

    private bool IsValue(NameUse use) => plan.Values.ContainsKey(use.Name) || plan.Late.Any(late => late.Name == use.Name);

    /// <summary>It sees the playbook's params and vars.</summary>
    private bool IsOwnRoom
    {
        get
        {
            // What undoes one of them sees what is around it.
            for (var inside = entry; inside.Parent is { } around; inside = around)
                if (around.Step.Step.Work is ActionCall or Include && inside.Part != "undo") return false;
            return true;
        }
    }

    private static DataMap Definition(IReadOnlyList<Parameter> parameters, IReadOnlyList<Variable> variables, IReadOnlyList<Capture> result) => new([
        new("params", new DataMap(parameters.Select(p => KeyValuePair.Create(p.Name, (object?)new DataMap([new("default", p.IsSecret ? "(secret)" : p.Default?.Written), new("type", p.Type)]))))),
        new("vars", new DataMap(variables.Select(v => KeyValuePair.Create(v.Name, v.Value.Written)))),
        new("result", new DataMap(result.Select(r => KeyValuePair.Create(r.Name, (object?)r.Value.Text.Trim())))),
    ]);
}
