using System.Globalization;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Planning;

/// <summary>A value that the caller gives to a param: a text from the command line, or data from a file.</summary>
public sealed record GivenValue(object? Value, bool IsText, Position At);

/// <summary>Puts the caller's values and the defaults together, converted to the params' types.</summary>
internal sealed class ParamValues(ProblemList problems)
{
    /// <summary>The values in the order of the params, but for those that are worked out later; a default sees the params before it through the scope.</summary>
    public Dictionary<string, object?> Evaluate(IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<string, GivenValue> given, Scope scope, string owner, IReadOnlySet<string>? later = null)
    {
        foreach (var (name, value) in given.Where(g => parameters.All(p => p.Name != g.Key)))
            problems.Add(value.At, $"{owner} has no parameter `{name}`", Suggest.DidYouMean(name, parameters.Select(p => p.Name)) ?? (parameters.Count == 0 ? "it has none" : "it has " + string.Join(", ", parameters.Select(p => p.Name))));

        var values = new Dictionary<string, object?>();
        foreach (var parameter in parameters)
        {
            var isGiven = given.TryGetValue(parameter.Name, out var value);
            if (later?.Contains(parameter.Name) == true && (isGiven || parameter.Default is not null)) continue;
            if (isGiven)
                values[parameter.Name] = Convert(value!, parameter);
            else if (parameter.Default is not { } otherwise)
                problems.Add(parameter.At, $"`{parameter.Name}` has no value and no default", $"give it with -e {parameter.Name}=…");
            else
                try
                {
                    values[parameter.Name] = Typed(otherwise.Evaluate(scope), parameter, otherwise.At);
                }
                catch (ExpressionException e)
                {
                    problems.Add(e.At, e.Message, e.Mend ?? $"or give it with -e {parameter.Name}=…");
                }
            if (values.TryGetValue(parameter.Name, out var known)) scope = scope.With(parameter.Name, known);
        }
        return values;
    }

    /// <summary>Defaults that nothing is filled into are known without an inventory.</summary>
    public void CheckConstants(IEnumerable<Parameter> parameters)
    {
        foreach (var parameter in parameters)
            if (parameter.Default is { IsConstant: true } otherwise) Typed(otherwise.Evaluate(Scope.Empty), parameter, otherwise.At);
    }

    /// <summary>A text from the command line becomes what the param is: its type, else that of its default, else text.</summary>
    private object? Convert(GivenValue given, Parameter parameter)
    {
        if (!given.IsText) return Typed(given.Value, parameter, given.At);
        var text = (string)given.Value!;
        var type = TypeOf(parameter);
        object? value = type switch
        {
            "number" => PlainScalar.Read(text) is long or double ? PlainScalar.Read(text) : null,
            "boolean" => text switch { "true" => true, "false" => false, _ => null },
            "list" => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(item => PlainScalar.Read(item)).ToList(),
            "map" => null,
            _ => text,
        };
        if (value is null)
        {
            problems.Add(given.At, $"`{parameter.Name}` must be {Article(type)}, but is {Data.Describe(text)}", type == "map" ? $"write it in a file, and give that with -e @FILE" : null);
            return null;
        }
        return Typed(value, parameter, given.At);
    }

    public static string TypeOf(Parameter parameter) => parameter.Type
        ?? (parameter.Default is { IsConstant: true } otherwise && otherwise.Evaluate(Scope.Empty) is { } value ? Data.TypeName(value) : "text");

    /// <summary>The value as the declared type; a duration and a size may be written as text.</summary>
    public object? Typed(object? value, Parameter parameter, Position at)
    {
        var typed = parameter.Type switch
        {
            "duration" when value is string text && Literals.TryDuration(text, out var duration) => duration,
            "size" when value is string text && Literals.TrySize(text, out var size) => size,
            "text" when value is long or double or bool => Data.ToText(value),
            _ => value,
        };
        if (parameter.Type is { } type && Data.TypeName(typed) != type)
            problems.Add(at, $"`{parameter.Name}` must be {Article(type)}, but is {Data.TypeName(typed)} {Data.Show(typed)}", type == "duration" ? SettingTypes.Duration.Mend(typed is string text ? PlainScalar.Read(text) : typed) : null);
        else if (parameter.Choices.Count > 0 && !parameter.Choices.Any(choice => Data.AreEqual(choice, typed)))
            problems.Add(at, string.Create(CultureInfo.InvariantCulture, $"`{parameter.Name}` must be one of {string.Join(", ", parameter.Choices.Select(c => Data.Show(c)))}, but is {Data.Show(typed)}"));
        return typed;
    }

    private static string Article(string type) => type switch
    {
        "boolean" => "true or false",
        "duration" => "a duration such as 10s",
        "size" => "a size such as 10MB",
        _ => "a " + type,
    };
}
