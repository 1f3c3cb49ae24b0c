using System.Text.RegularExpressions;
using Scriban.Syntax;

namespace Playbooks.Templating.Syntax;

internal sealed partial class AllowedTree
{
    private void Pipe(ScriptPipeCall pipe, bool guarded)
    {
        if (pipe.From is ScriptBinaryExpression or ScriptConditionalExpression or ScriptUnaryExpression)
            Refuse(pipe.PipeToken ?? (ScriptNode)pipe, "a pipe takes everything that stands before it, across operators", "set brackets: y == 1 && (x | f), or call the function: f(x)");
        var stages = Pipes.Stages(pipe);
        for (var i = 0; i < stages.Count; i++)
        {
            // In x | string.upcase | default("a") both x and the call before it may come to nothing.
            var isGuarded = guarded || stages.Skip(i + 1).Any(x => x is ScriptFunctionCall call && IsForgiving(BuiltIns.NameOf(call.Target)));
            if (i == 0) Visit(stages[0], isGuarded);
            else Target(stages[i], stages[i - 1], isGuarded);
        }
    }

    private static bool IsForgiving(string? function) => function is "default" or "defined";

    private void Target(ScriptNode? to, ScriptNode? piped, bool guarded)
    {
        switch (to)
        {
            case ScriptFunctionCall call: Call(call, piped, guarded); break;
            case ScriptBinaryExpression or ScriptConditionalExpression or ScriptUnaryExpression:
                Refuse(to, "a pipe beside an operator needs brackets", "write (x | f) == 1, or call the function: f(x) == 1");
                break;
            case not null: Refuse(to, "a pipe leads to a function", "write x | f, or f(x)"); break;
        }
    }

    private void Call(ScriptFunctionCall call, ScriptNode? piped, bool guarded)
    {
        var name = BuiltIns.NameOf(call.Target);
        if (!call.ExplicitCall && (piped is null || call.Arguments.Count > 0)) Refuse(call, "a function is called with brackets", name is null ? null : $"write {name}(…)");
        else if (name is null) Refuse(call.Target ?? (ScriptNode)call, "only a function can be called, by its name");
        else if (BuiltIns.Find(name) is not { } function)
        {
            var (message, mend) = BuiltIns.Unknown(name);
            Refuse(call.Target!, message, mend);
        }
        else
        {
            List<ScriptNode> arguments = piped is null ? [.. call.Arguments] : [piped, .. call.Arguments];
            if (arguments.Count < function.Least || arguments.Count > function.Most) Refuse(call, $"{name} takes {function.Takes}, and here are {arguments.Count}", $"write {function.Usage}");
            else if (function.Pattern is { } i && i < arguments.Count && arguments[i] is ScriptLiteral { Value: string pattern } literal) CheckPattern(literal, pattern);
            if (name == "raw" && call.Parent is not ScriptExpressionStatement && (call.Parent as ScriptPipeCall)?.Parent is not ScriptExpressionStatement)
                Refuse(call, "raw(…) must be the whole expression");
        }
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            var isGuarded = i == 0 && piped is null && IsForgiving(name);
            if (name == "defined" && i == 0 && piped is null) Defined(call.Arguments[0]);
            else Visit(call.Arguments[i], guarded || isGuarded);
        }
    }

    private void Defined(ScriptExpression argument)
    {
        if (argument is ScriptLiteral { Value: string path })
        {
            var parts = path.Split('.');
            if (parts.All(Data.IsPlainName)) names.Add(new NameUse(parts[0], parts[1..], At(argument), Guarded: true));
            else Refuse(argument, "defined asks for a name", "write defined(\"name\") or defined(steps.open.status)");
        }
        else if (Paths.IsPath(argument)) Visit(argument, guarded: true);
        else Refuse(argument, "defined asks for a name", "write defined(\"name\") or defined(steps.open.status)");
    }

    private void CheckPattern(ScriptLiteral literal, string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.None, BuiltIns.PatternLimit);
        }
        catch (RegexParseException e)
        {
            var isVerbatim = literal.StringQuoteType == ScriptLiteralStringQuoteType.Verbatim;
            var at = isVerbatim ? text.At(Parsed.Start(literal) + 1 + Math.Min(e.Offset, Math.Max(0, pattern.Length - 1))) : At(literal);
            problems.Add(at, "this is no regex: " + BuiltIns.PatternError(e));
        }
    }
}
