using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>What a playbook says behind a kind's word, handed to the kind to bind itself.</summary>
public sealed class Arguments
{
    private readonly Dictionary<string, Node> given = [];
    private readonly List<Template> templates = [];
    private readonly int problemsBefore;

    private Arguments(Position at, ProblemList problems) => (At, Problems, problemsBefore) = (at, problems, problems.Count);

    public Position At { get; }

    public ProblemList Problems { get; }

    public bool HasProblems => Problems.Count > problemsBefore;

    /// <summary>Binds a kind to the node behind its word: unknown and missing parameters are found here, for all kinds alike.</summary>
    public static KindWork? Bind(StepKind kind, Position at, Node value, ProblemList problems)
    {
        var arguments = new Arguments(at, problems);
        if (value is MapNode map)
        {
            foreach (var entry in map.Entries)
                if (kind.Parameters.Any(p => p.Name == entry.Name))
                    arguments.given[entry.Name] = entry.Value;
                else
                    problems.Add(entry.Key.At, $"`{kind.Name}` has no parameter `{entry.Name}`",
                        Suggest.DidYouMean(entry.Name, kind.Parameters.Select(p => p.Name)) ?? "it may have " + string.Join(", ", kind.Parameters.Select(p => p.Name)));
        }
        else if (value is ScalarNode { Value: null })
        {
            // `- wait:` with nothing behind it: what is required is reported below.
        }
        else if (kind.BareParameter is { } name)
            arguments.given[name] = value;
        else
            problems.Add(value.At, $"`{kind.Name}` wants a map of parameters, but this is {value.Kind}", "it may have " + string.Join(", ", kind.Parameters.Select(p => p.Name)));

        if (!arguments.HasProblems)
            foreach (var missing in kind.Parameters.Where(p => p.Required && !arguments.given.ContainsKey(p.Name)))
                problems.Add(at, $"`{kind.Name}` needs `{missing.Name}`", missing.Summary);
        if (arguments.HasProblems) return null;
        var work = kind.Bind(arguments);
        return arguments.HasProblems ? null : work?.With(arguments.templates, arguments.given);
    }

    public bool Has(string name) => given.ContainsKey(name);

    public Position PlaceOf(string name) => given.TryGetValue(name, out var node) ? node.At : At;

    /// <summary>The node itself, for a kind with rules of its own; its templates must be noted with <see cref="Note"/>.</summary>
    public Node? Raw(string name) => given.GetValueOrDefault(name);

    public void Note(IEnumerable<Template> used) => templates.AddRange(used);

    public Setting<T>? Get<T>(string name, SettingType<T> type)
    {
        if (Raw(name) is not { } node) return null;
        var setting = Setting<T>.Parse(node, type, Problems);
        if (setting is not null) Note(setting.Templates);
        return setting;
    }

    public Setting<T> Get<T>(string name, SettingType<T> type, T otherwise) => Get(name, type) ?? Setting<T>.Constant(otherwise, At);

    public DataTemplate? Data(string name)
    {
        if (Raw(name) is not { } node) return null;
        var data = DataTemplate.Parse(node, Problems);
        if (data is not null) Note(data.Templates);
        return data;
    }
}
