using System.Diagnostics;
using Playbooks.Templating.Syntax;
using Scriban;
using Scriban.Runtime;
using Scriban.Syntax;

namespace Playbooks.Templating.Evaluating;

/// <summary>
/// Evaluates Scriban's tree with our rules: every value passes through the one override, which resolves names itself, checks the two sides of
/// every operator, calls the functions of the allow-list and nothing else, and notes each part's value for the explanation.
/// Used for one evaluation at a time; a thread keeps one for the next.
/// </summary>
internal sealed partial class Interpreter : TemplateContext
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    [ThreadStatic]
    private static Interpreter? idle;

    private Parsed parsed = null!;
    private Scope scope = Scope.Empty;
    private List<Explanation.Part>? parts;
    private long started;

    // No built-in functions, no loader: what Scriban would find by itself is not there.
    private Interpreter() : base(new ScriptObject())
    {
        AutoIndent = false;
        StrictVariables = true;
        EnableRelaxedMemberAccess = false;
        EnableRelaxedTargetAccess = false;
        EnableRelaxedFunctionAccess = false;
        EnableRelaxedIndexerAccess = false;
        LoopLimit = Limits.Items;
        RecursiveLimit = 500;
        RegexTimeOut = Limits.Pattern;
    }

    /// <summary>The value; the parts are noted where a list for them is given.</summary>
    public static object? Run(Parsed parsed, Scope scope, List<Explanation.Part>? parts)
    {
        // Taken, not only looked at: a lazy name of the scope may evaluate another expression on this thread meanwhile.
        var interpreter = idle ?? new Interpreter();
        idle = null;
        (interpreter.parsed, interpreter.scope, interpreter.parts, interpreter.started) = (parsed, scope, parts, Stopwatch.GetTimestamp());
        try
        {
            var value = interpreter.Evaluate(parsed.Root);
            idle = interpreter;
            return value;
        }
        catch (MissingValueException missing)
        {
            // Met where no name stands: comparing two maps asks for all their members.
            throw new ExpressionException(parsed.Text.Start, missing.Message, missing.Mend);
        }
        catch (ScriptRuntimeException e) when (e.InnerException is ExpressionException ours)
        {
            throw ours;
        }
        catch (ScriptRuntimeException e)
        {
            throw new ExpressionException(parsed.Text.At(Math.Max(0, e.Span.Start.Offset)), e.OriginalMessage);
        }
        finally
        {
            (interpreter.parsed, interpreter.scope, interpreter.parts) = (null!, Scope.Empty, null);
        }
    }

    public override object? Evaluate(ScriptNode? scriptNode, bool aliasReturnedFunction)
    {
        if (scriptNode is null) return null;
        MindTheTime(scriptNode);
        switch (scriptNode)
        {
            case ScriptVariable or ScriptMemberExpression or ScriptIndexerExpression: return Note(scriptNode, Path((ScriptExpression)scriptNode));
            case ScriptBinaryExpression binary: return Note(binary, Binary(binary), binary.OperatorToken);
            case ScriptUnaryExpression { Operator: ScriptUnaryOperator.Not } not: return Note(not, !Truth(not.Right!));
            case ScriptUnaryExpression sign: return Negated(sign);
            case ScriptConditionalExpression choice: return Evaluate(Truth(choice.Condition!) ? choice.ThenValue! : choice.ElseValue!);
            case ScriptPipeCall pipe:
                var stages = Pipes.Stages(pipe);
                return Stage(stages, stages.Count - 1);
            case ScriptFunctionCall call: return Call(call, null);
            case ScriptObjectInitializerExpression map: return Map(map);
            case ScriptArrayInitializerExpression list: return List(list);
            // Literals and brackets mean the same to Scriban and to us.
            default: return Data.Own(base.Evaluate(scriptNode, aliasReturnedFunction));
        }
    }

    internal void MindTheTime(ScriptNode node)
    {
        if (Stopwatch.GetElapsedTime(started) > Longest) throw Fail(node, $"this took longer than {Literals.Print(Longest)}");
    }

    internal ExpressionException Fail(ScriptNode node, string message, string? mend = null, bool isAbsence = false) =>
        new(parsed.At(node), message, mend) { AbsentIn = isAbsence ? parsed : null };

    /// <summary>The value of a condition, which must be a boolean: for Scriban "false" and 0 would be true.</summary>
    private bool Truth(ScriptNode node) => Evaluate(node) switch
    {
        bool truth => truth,
        var other => throw Fail(node, $"`{parsed.Source(node)}` must be true or false, and is {Data.Describe(other)}"),
    };

    private object?[] List(ScriptArrayInitializerExpression list)
    {
        var items = new object?[list.Values.Count];
        for (var i = 0; i < items.Length; i++) items[i] = Evaluate(list.Values[i]);
        return items;
    }

    private DataMap Map(ScriptObjectInitializerExpression map) => new(map.Members.Select(member => KeyValuePair.Create(
        member.Name is ScriptVariable name ? name.Name : (string)((ScriptLiteral)member.Name!).Value!, Evaluate(member.Value!))));

    private object Negated(ScriptUnaryExpression sign)
    {
        var value = Evaluate(sign.Right!);
        var isMinus = sign.Operator == ScriptUnaryOperator.Negate;
        return value switch
        {
            long whole when isMinus => whole == long.MinValue ? throw Fail(sign, "the result is too large for a whole number") : -whole,
            double real when isMinus => -real,
            TimeSpan duration when isMinus && duration != TimeSpan.MinValue => -duration,
            long or double or TimeSpan => value,
            _ => throw Fail(sign.Right!, $"only a number has a sign, and `{parsed.Source(sign.Right!)}` is {Data.Describe(value)}"),
        };
    }

    private object? Note(ScriptNode node, object? value, ScriptNode? under = null, string? remark = null)
    {
        if (parts is null) return value;
        // The result of the whole is what the explanation is about; only where nothing else would be shown, or there is a remark, is it a part.
        var isWhole = node == parsed.Root && node is ScriptBinaryExpression or ScriptUnaryExpression;
        if (isWhole && remark is null) return value;
        parts.Add(new Explanation.Part(Parsed.Start(node), Parsed.Length(node), parsed.Source(node), value)
        {
            Anchor = under is null ? Parsed.Start(node) : Parsed.Start(under),
            Remark = remark,
        });
        return value;
    }
}
