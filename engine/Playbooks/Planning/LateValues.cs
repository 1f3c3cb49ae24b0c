using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Planning;

/// <summary>Finds the params and vars that hold secrets, directly or by way of others: nothing works them out before a run.</summary>
internal static class LateValues
{
    public static IReadOnlyList<LateValue> Of(Playbook playbook, IReadOnlyDictionary<string, GivenValue> given)
    {
        var late = new List<LateValue>();
        var names = new HashSet<string> { "secret" };
        foreach (var parameter in playbook.Params)
        {
            var value = given.GetValueOrDefault(parameter.Name);
            if (!parameter.IsSecret && (value is not null || parameter.Default is null || !Uses(parameter.Default))) continue;
            late.Add(new LateValue(parameter.Name, value is null ? parameter.Default : null, parameter, value));
            names.Add(parameter.Name);
        }
        foreach (var variable in playbook.Vars.Where(v => Uses(v.Value)))
        {
            late.Add(new LateValue(variable.Name, variable.Value));
            names.Add(variable.Name);
        }
        return late;

        bool Uses(DataTemplate data) => UsesOf(data).Any(use => names.Contains(use.Name));
    }

    /// <summary>The secrets that they want themselves.</summary>
    public static IEnumerable<Secret> Secrets(Playbook playbook, IEnumerable<LateValue> late)
    {
        var names = late.Where(value => value.Value is not null).SelectMany(value => UsesOf(value.Value!)).Where(use => use.Name == "secret").Select(use => use.Members is [var name, ..] ? name : "").ToHashSet();
        return playbook.Secrets.Where(secret => names.Contains(secret.Name));
    }

    private static IEnumerable<NameUse> UsesOf(DataTemplate data) => data.Templates.SelectMany(template => template.Names);
}
