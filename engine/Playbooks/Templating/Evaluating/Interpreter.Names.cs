using Playbooks.Problems;
using Scriban.Syntax;

namespace Playbooks.Templating.Evaluating;

internal sealed partial class Interpreter
{
    private object? Path(ScriptExpression node)
    {
        if (node is ScriptVariable variable) return Name(variable);
        var (target, key) = node is ScriptMemberExpression member ? (member.Target!, (object?)member.Member!.Name) : Indexed((ScriptIndexerExpression)node);
        // Not through Evaluate: only the longest path is a part of the explanation.
        var value = target is ScriptVariable or ScriptMemberExpression or ScriptIndexerExpression ? Path((ScriptExpression)target) : Evaluate(target);
        return Member(node, target, value, key);
    }

    private (ScriptNode Target, object? Key) Indexed(ScriptIndexerExpression indexer) => (indexer.Target!, Evaluate(indexer.Index!));

    private object? Name(ScriptVariable variable)
    {
        try
        {
            if (scope.TryGet(variable.Name, out var value)) return Data.Own(value);
        }
        catch (MissingValueException missing)
        {
            throw Fail(variable, missing.Message, missing.Mend, isAbsence: true);
        }
        var mend = variable.Name switch
        {
            _ when Suggest.DidYouMean(variable.Name, scope.Names) is { } near => near,
            "True" or "TRUE" => "did you mean `true`?",
            "False" or "FALSE" => "did you mean `false`?",
            "None" or "nil" or "none" or "NULL" or "Null" => "did you mean `null`?",
            "empty" or "blank" => "compare with \"\", or use count(x) == 0",
            _ when BuiltIns.Find(variable.Name) is { } function => $"to call the function write {function.Usage}",
            _ => scope.Names.Any() ? $"there is {Names(scope.Names)}" : null,
        };
        throw Fail(variable, $"there is no `{variable.Name}` here", mend, isAbsence: true);
    }

    private object? Member(ScriptExpression node, ScriptNode target, object? value, object? key)
    {
        var place = node is ScriptMemberExpression { Member: { } name } ? name : (node as ScriptIndexerExpression)?.Index ?? (ScriptNode)node;
        var source = parsed.Source(target);
        switch (value, key)
        {
            case (IMembers map, string wanted):
                try
                {
                    if (map.TryGet(wanted, out var found)) return Data.Own(found);
                }
                catch (MissingValueException missing)
                {
                    throw Fail(place, missing.Message, missing.Mend, isAbsence: true);
                }
                var there = map.Names.Any() ? $"it has {Names(map.Names)}" : "it is empty";
                throw Fail(place, $"{source} has no `{wanted}`; {there}", Dashed(place, wanted, source, map) ?? Suggest.DidYouMean(wanted, map.Names), isAbsence: true);
            case (IReadOnlyList<object?> list, long index):
                // As in Scriban and Python: -1 is the last.
                var at = index < 0 ? list.Count + index : index;
                try
                {
                    if (at >= 0 && at < list.Count) return Data.Own(list[(int)at]);
                }
                catch (MissingValueException missing)
                {
                    throw Fail(place, missing.Message, missing.Mend, isAbsence: true);
                }
                throw Fail(place, $"{source} has no item {index}; it has {list.Count} (the first is 0)", isAbsence: true);
            case (null, _):
                throw Fail(place, $"{source} is null, which has no `{Key(key)}`", isAbsence: true);
            case (IReadOnlyList<object?> list, string wanted):
                throw Fail(place, $"{source} is a list, which has no `{wanted}`", wanted is "size" or "length" or "count" ? $"write count({source})" : "write its number, as in " + source + "[0]");
            case (IMembers, _):
                throw Fail(place, $"a member's name is text, and this is {Data.Describe(key)}");
            case (IReadOnlyList<object?>, _):
                throw Fail(place, $"an item's place is a whole number, and this is {Data.Describe(key)}");
            default:
                var mend = value is string && key is "size" or "length" ? $"write string.size({source})" : null;
                throw Fail(place, $"{source} is {Data.Describe(value)}, which has no `{Key(key)}`", mend);
        }
    }

    /// <summary>`hosts.web-1` is web minus 1 to Scriban.</summary>
    private string? Dashed(ScriptNode place, string wanted, string source, IMembers map) =>
        parsed.Text.Value.AsSpan(Math.Min(Syntax.Parsed.Start(place) + Syntax.Parsed.Length(place), parsed.Text.Value.Length)).StartsWith("-")
        && map.Names.FirstOrDefault(x => x.StartsWith(wanted + "-", StringComparison.Ordinal)) is { } dashed ? $"write {source}[\"{dashed}\"]" : null;

    private static string Key(object? key) => key is string text ? text : Data.Show(key, 40);

    /// <summary>The first names of many: a message is read on a phone.</summary>
    internal static string Names(IEnumerable<string> names)
    {
        var first = names.Take(13).ToList();
        return string.Join(", ", first.Take(12)) + (first.Count > 12 ? " …" : "");
    }
}
