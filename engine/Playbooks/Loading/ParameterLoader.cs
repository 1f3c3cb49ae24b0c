using Playbooks.Loading.Language;
using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading;

/// <summary>Reads the `params` of a playbook or an action.</summary>
internal static class ParameterLoader
{
    private static readonly IReadOnlyList<string> Types = PlaybookKeys.Param.Keys.Single(key => key.Name == "type").Choices;

    /// <summary>Each call is held against all of them.</summary>
    private const int Most = 500;

    public static IReadOnlyList<Parameter> Read(MapNode? section, ProblemList problems)
    {
        if (section?.Entries.Count > Most) throw problems.TooMuch(section.Entries[Most].Key.At, $"more than {Most} params", "a param may be a map, and -e @FILE gives it one");
        var parameters = new List<Parameter>();
        foreach (var entry in section?.Entries ?? [])
        {
            if (NameRules.Own(entry.Name, "parameter") is { } wrong) problems.Add(entry.Key.At, wrong);
            if (entry.Value is ScalarNode { Value: null })
                parameters.Add(new Parameter { Name = entry.Name, At = entry.Key.At });
            else if (entry.Value is MapNode map)
                parameters.Add(One(entry, new MapReader(map, problems)));
            else
                problems.Add(entry.Value.At, $"a parameter is a map, but this is {entry.Value.Kind}", $"{entry.Name}: {{ default: … }}");
        }
        return parameters;
    }

    private static Parameter One(MapEntry entry, MapReader reader)
    {
        var problems = reader.Problems;
        var type = reader.Text("type");
        if (type is not null && !Types.Contains(type))
            problems.Add(reader.Map["type"]!.At, $"there is no type `{type}`", Suggest.DidYouMean(type, Types) ?? "it is one of " + string.Join(", ", Types));
        var given = reader.Take("default");
        if (reader.Flag("required") == true && given is not null)
            problems.Add(given.At, $"`{entry.Name}` is required and has a default", "a parameter without a default is required anyway");
        var parameter = new Parameter
        {
            Name = entry.Name,
            At = entry.Key.At,
            Default = given is null ? null : DataTemplate.Parse(given, problems),
            Description = reader.Text("description"),
            Type = type,
            IsSecret = reader.Flag("secret") == true,
            Choices = [.. reader.Items("choices").Select(c => DataTemplate.Parse(c, problems)).Where(c => c?.IsConstant == true).Select(c => c!.Evaluate(Templating.Scope.Empty))],
        };
        reader.Done($"the parameter `{entry.Name}`");
        return parameter;
    }
}
