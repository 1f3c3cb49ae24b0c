using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Model;

/// <summary>A value of a known type: written out, and then checked when the file is read, or a template that is filled in when it is needed.</summary>
public sealed class Setting<T>
{
    private readonly DataTemplate data;
    private readonly SettingType<T> type;

    private Setting(DataTemplate data, SettingType<T> type) => (this.data, this.type) = (data, type);

    public Position At => data.At;

    public bool IsConstant => data.IsConstant;

    public IEnumerable<Template> Templates => data.Templates;

    /// <summary>As it stands in the file: a template as its text.</summary>
    public object? Written => data.Written;

    /// <exception cref="ExpressionException">The template cannot be filled in, or what came of it is not of the type.</exception>
    public T Get(Scope scope)
    {
        var value = data.Evaluate(scope);
        return type.TryRead(value, out var read)
            ? read
            : throw new ExpressionException(data.At, $"this must be {type.Expected}, but is {Data.Describe(value)}", type.Mend(value));
    }

    public static Setting<T>? Parse(Node node, SettingType<T> type, ProblemList problems) =>
        DataTemplate.Parse(node, problems) is { } data ? Of(data, type, problems) : null;

    public static Setting<T>? Of(DataTemplate data, SettingType<T> type, ProblemList problems)
    {
        if (data.IsConstant && data.Evaluate(Scope.Empty) is var value && !type.TryRead(value, out _))
        {
            problems.Add(data.At, $"this must be {type.Expected}, but is {Data.Describe(value)}", type.Mend(value));
            return null;
        }
        return new Setting<T>(data, type);
    }

    public static Setting<T> Constant(T value, Position at) =>
        new(DataTemplate.Constant(null, at), new SettingType<T>("", (object? _, out T read) => { read = value; return true; }));
}
