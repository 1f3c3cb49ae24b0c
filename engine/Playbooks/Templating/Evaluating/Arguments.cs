using System.Text.RegularExpressions;
using Scriban.Syntax;

namespace Playbooks.Templating.Evaluating;

/// <summary>What a function was called with; each asks for the type it needs, and a wrong one is an error at that argument.</summary>
internal sealed class Arguments(Interpreter interpreter, ScriptFunctionCall call, string function, ScriptNode[] nodes, object?[] values)
{
    public int Count => values.Length;

    /// <summary>What the explanation adds to the result: the odd one out.</summary>
    public string? Remark { get; set; }

    public object? this[int i] => values[i];

    public bool Has(int i) => i < values.Length;

    public string Text(int i) => values[i] as string ?? throw Wrong(i, "a text", values[i] is long or double or bool or TimeSpan or Size or DateTimeOffset ? "write text(…) around it" : null);

    public string Text(int i, string otherwise) => Has(i) ? Text(i) : otherwise;

    public IReadOnlyList<object?> List(int i) => values[i] as IReadOnlyList<object?> ?? throw Wrong(i, "a list");

    public IMembers Map(int i) => values[i] as IMembers ?? throw Wrong(i, "a map");

    public object Number(int i) => values[i] is long or double ? values[i]! : throw Wrong(i, "a number", values[i] is string ? "write number(…) around it" : null);

    public int Whole(int i) => values[i] is long and >= -Limits.Text and <= Limits.Text ? (int)(long)values[i]! : throw Wrong(i, $"a whole number of at most {Limits.Text}");

    public int Whole(int i, int otherwise) => Has(i) ? Whole(i) : otherwise;

    public DateTimeOffset Time(int i) => values[i] is DateTimeOffset time ? time : throw Wrong(i, "a time", "read one with date.parse(text)");

    /// <summary>The items of a list, or the values of a map, each with what it is called in messages.</summary>
    public IReadOnlyList<(string Name, object? Value)> Items(int i)
    {
        if (values[i] is IReadOnlyList<object?> list) return [.. list.Select((item, at) => ($"item {at}", item))];
        var map = values[i] as IMembers ?? throw Wrong(i, "a list or a map");
        try
        {
            return [.. map.Names.Select(name => (name, map.TryGet(name, out var value) ? value : null))];
        }
        catch (MissingValueException missing)
        {
            throw interpreter.Fail(nodes[i], missing.Message, missing.Mend, isAbsence: true);
        }
    }

    /// <summary>Runs a regex on what a host may have printed: a wrong or a slow one is an error at its argument.</summary>
    public T Match<T>(int pattern, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (RegexParseException e)
        {
            throw interpreter.Fail(nodes[pattern], "this is no regex: " + BuiltIns.PatternError(e));
        }
        catch (RegexMatchTimeoutException)
        {
            throw interpreter.Fail(nodes[pattern], $"this regex took longer than {Literals.Print(Limits.Pattern)} on {Data.Show(values[0], 40)}", "a repetition within a repetition is slow, as in (a+)+");
        }
    }

    /// <summary>For functions with a loop of their own: the limit of the whole expression counts there too.</summary>
    public void MindTheTime() => interpreter.MindTheTime(call);

    public ExpressionException Fail(string message, string? mend = null) => interpreter.Fail(call, message, mend);

    public ExpressionException Fail(int i, string message, string? mend = null) => interpreter.Fail(nodes[i], message, mend);

    /// <summary>"`stderr` is text "a"": an argument as it is written, and what it is.</summary>
    public string Said(int i) => interpreter.Side(nodes[i], values[i]);

    private ExpressionException Wrong(int i, string wanted, string? mend = null) =>
        interpreter.Fail(nodes[i], $"{function} takes {wanted} here, and this is {Data.Describe(values[i])}", mend);
}
