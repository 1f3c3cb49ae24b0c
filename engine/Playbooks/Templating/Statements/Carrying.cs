using System.Diagnostics;
using System.Text;
using Playbooks.Problems;
using Playbooks.Templating.Evaluating;

namespace Playbooks.Templating.Statements;

/// <summary>Carries out the statements of a template file once.</summary>
internal sealed class Carrying
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly StringBuilder text = new();
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object?> values = new(StringComparer.Ordinal);
    private readonly Scope scope;
    private readonly long started = Stopwatch.GetTimestamp();
    private int turns;

    private enum Flow { On, NextTurn, OutOfLoop }

    /// <summary>The names that the file gives are asked for anew each time.</summary>
    public Carrying(Scope outer) => scope = outer.With(names, name => values[name]);

    public string Out(IReadOnlyList<Statement> statements)
    {
        Body(statements);
        return text.ToString();
    }

    private Flow Body(IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements)
        {
            var flow = One(statement);
            if (flow != Flow.On) return flow;
        }
        return Flow.On;
    }

    private Flow One(Statement statement)
    {
        switch (statement)
        {
            case Statement.Literal literal:
                Add(literal.Text, literal.At);
                return Flow.On;
            case Statement.Write write:
                Add(Template.Filled(write.Hole, write.Hole.Expression.Evaluate(scope)), write.Hole.Place);
                return Flow.On;
            case Statement.Assign assign:
                Give(assign.Name, assign.Value.Evaluate(scope));
                return Flow.On;
            case Statement.If choice:
                foreach (var (condition, body) in choice.Branches)
                    if (condition is null || Condition.Evaluate(condition, scope)) return Body(body);
                return Flow.On;
            case Statement.Leave leave: return leave.Whole ? Flow.OutOfLoop : Flow.NextTurn;
            case Statement.For loop:
                Turn(loop);
                return Flow.On;
            default: throw new UnreachableException();
        }
    }

    private void Turn(Statement.For loop)
    {
        var list = loop.List.Evaluate(scope);
        var items = list as IReadOnlyList<object?>
            ?? throw new ExpressionException(loop.List.At, $"`for` wants a list, and `{loop.List.Text}` is {Data.Describe(list)}", list is IMembers ? $"its names are object.keys({loop.List.Text})" : null);
        var before = new[] { loop.Name, "for" }.Select(name => (Name: name, Had: names.Contains(name), Value: values.GetValueOrDefault(name))).ToList();
        for (var i = 0; i < items.Count; i++)
        {
            if (++turns > Limits.Items) throw new ExpressionException(loop.List.At, $"the loops of this file make more than {Limits.Items} turns");
            if (Stopwatch.GetElapsedTime(started) > Longest) throw new ExpressionException(loop.List.At, $"filling in this file took longer than {Literals.Print(Longest)}");
            Give(loop.Name, items[i]);
            Give("for", new DataMap([KeyValuePair.Create<string, object?>("index", (long)i), new("first", i == 0), new("last", i == items.Count - 1), new("length", (long)items.Count)]));
            if (Body(loop.Body) == Flow.OutOfLoop) break;
        }
        foreach (var (name, had, value) in before)
            if (had) Give(name, value);
            else names.Remove(name);
    }

    private void Give(string name, object? value)
    {
        names.Add(name);
        values[name] = value;
    }

    private void Add(string more, Position at)
    {
        text.Append(more);
        if (text.Length > Limits.Text) throw new ExpressionException(at, $"the text would be longer than {Limits.Text} characters");
    }
}
