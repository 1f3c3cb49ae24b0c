using Scriban.Syntax;

namespace Playbooks.Templating.Evaluating;

internal sealed partial class Interpreter
{
    /// <summary>The value of a pipe up to that stage; what comes before it is evaluated by the function, so that default can forgive.</summary>
    private object? Stage(IReadOnlyList<ScriptNode> stages, int stage) =>
        stage == 0 ? Evaluate(stages[0]) : Call((ScriptFunctionCall)stages[stage], (stages[0], () => Stage(stages, stage - 1)));

    private object? Call(ScriptFunctionCall call, (ScriptNode Node, Func<object?> Value)? piped)
    {
        var name = BuiltIns.NameOf(call.Target)!;
        var function = BuiltIns.Find(name)!;
        var nodes = new ScriptNode[call.Arguments.Count + (piped is null ? 0 : 1)];
        if (piped is { } first) nodes[0] = first.Node;
        for (var i = 0; i < call.Arguments.Count; i++) nodes[nodes.Length - call.Arguments.Count + i] = call.Arguments[i];
        object? Argument(int i) => i == 0 && piped is { } value ? value.Value() : Evaluate(nodes[i]);

        if (name == "defined") return Note(call, IsDefined(nodes[0], () => Argument(0)));
        if (name == "default") return Note(call, Forgiven(() => Argument(0)) ?? Argument(1));

        var values = new object?[nodes.Length];
        for (var i = 0; i < values.Length; i++) values[i] = Argument(i);
        var arguments = new Arguments(this, call, name, nodes, values);
        var result = Data.Own(function.Invoke(arguments));
        if (result is string { Length: > Limits.Text }) throw Fail(call, $"the text would be longer than {Limits.Text} characters");
        return Note(call, result, remark: arguments.Remark);
    }

    private object? Forgiven(Func<object?> value)
    {
        var noted = parts?.Count ?? 0;
        try
        {
            return value();
        }
        catch (ExpressionException e) when (e.AbsentIn == parsed)
        {
            parts?.RemoveRange(noted, parts.Count - noted);
            return null;
        }
    }

    private bool IsDefined(ScriptNode node, Func<object?> value)
    {
        var noted = parts?.Count ?? 0;
        try
        {
            if (node is ScriptLiteral { Value: string path })
            {
                var names = path.Split('.');
                if (!scope.TryGet(names[0], out var at)) return false;
                foreach (var name in names[1..])
                    if (at is not IMembers map || !map.TryGet(name, out at)) return false;
                return true;
            }
            value();
            return true;
        }
        catch (MissingValueException)
        {
            return false;
        }
        catch (ExpressionException e) when (e.AbsentIn == parsed)
        {
            parts?.RemoveRange(noted, parts.Count - noted);
            return false;
        }
    }
}
