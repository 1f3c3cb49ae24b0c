using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Model;

/// <summary>Data as it stands in a file, with templates anywhere in it: a single value, a list or a map.</summary>
public abstract class DataTemplate
{
    private DataTemplate(Position at) => At = at;

    public Position At { get; }

    /// <summary>The templates in it that hold expressions.</summary>
    public abstract IEnumerable<Template> Templates { get; }

    public bool IsConstant => !Templates.Any();

    /// <summary>The data as it stands in the file: a template as its text.</summary>
    public abstract object? Written { get; }

    /// <summary>The data with its templates filled in.</summary>
    /// <exception cref="ExpressionException">A template cannot be filled in.</exception>
    public abstract object? Evaluate(Scope scope);

    public static DataTemplate Constant(object? value, Position at) => new Fixed(value, at);

    public static DataTemplate Of(Template template) => template.IsConstant ? new Fixed(template.Evaluate(Scope.Empty), template.At) : new Filled(template);

    /// <summary>Null where a template in it is wrong; the problems say which.</summary>
    public static DataTemplate? Parse(Node node, ProblemList problems)
    {
        switch (node)
        {
            case ScalarNode { Value: string text } scalar when text.Contains("{{", StringComparison.Ordinal):
                return Template.Parse(scalar.Text, problems) is { } template ? Of(template) : null;
            case ScalarNode scalar:
                return new Fixed(scalar.Value, scalar.At);
            case ListNode list:
                var items = list.Items.Select(item => Parse(item, problems)).ToList();
                return items.Contains(null) ? null : new Items(items!, list.At);
            case MapNode map:
                var entries = map.Entries.Select(e => (e.Name, Value: Parse(e.Value, problems))).ToList();
                return entries.Any(e => e.Value is null) ? null : new Entries(entries!, map.At);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private sealed class Fixed(object? value, Position at) : DataTemplate(at)
    {
        public override IEnumerable<Template> Templates => [];

        public override object? Written => value;

        public override object? Evaluate(Scope scope) => value;
    }

    private sealed class Filled(Template template) : DataTemplate(template.At)
    {
        public override IEnumerable<Template> Templates => [template];

        public override object? Written => template.Text;

        public override object? Evaluate(Scope scope) => template.Evaluate(scope);
    }

    private sealed class Items(List<DataTemplate> items, Position at) : DataTemplate(at)
    {
        public override IEnumerable<Template> Templates => items.SelectMany(item => item.Templates);

        public override object? Written => items.Select(item => item.Written).ToList();

        public override object? Evaluate(Scope scope) => items.Select(item => item.Evaluate(scope)).ToList();
    }

    private sealed class Entries(List<(string Name, DataTemplate Value)> entries, Position at) : DataTemplate(at)
    {
        public override IEnumerable<Template> Templates => entries.SelectMany(e => e.Value.Templates);

        public override object? Written => new DataMap(entries.Select(e => KeyValuePair.Create(e.Name, e.Value.Written)));

        public override object? Evaluate(Scope scope) => new DataMap(entries.Select(e => KeyValuePair.Create(e.Name, e.Value.Evaluate(scope))));
    }
}
