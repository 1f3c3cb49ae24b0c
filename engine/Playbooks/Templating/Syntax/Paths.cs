using Scriban.Syntax;

namespace Playbooks.Templating.Syntax;

/// <summary>Takes a path like `a.b["c"][i].d` apart.</summary>
internal static class Paths
{
    public static bool IsPath(ScriptNode node) => node is ScriptVariableGlobal or ScriptMemberExpression or ScriptIndexerExpression
        && Split((ScriptExpression)node).Root is ScriptVariableGlobal;

    /// <summary>Where the path begins, its members up to the first that is not constant, and the expressions in its brackets.</summary>
    public static (ScriptNode Root, IReadOnlyList<string> Members, IReadOnlyList<ScriptNode> Others) Split(ScriptExpression path)
    {
        var steps = new List<ScriptExpression>();
        ScriptNode root = path;
        while (root is ScriptMemberExpression or ScriptIndexerExpression)
        {
            steps.Add((ScriptExpression)root);
            root = root is ScriptMemberExpression member ? member.Target! : ((ScriptIndexerExpression)root).Target!;
        }
        steps.Reverse();

        var members = new List<string>();
        var others = new List<ScriptNode>();
        var constant = true;
        foreach (var step in steps)
        {
            if (step is ScriptMemberExpression { Member.Name: { } name } && constant) members.Add(name);
            else if (step is ScriptIndexerExpression { Index: ScriptLiteral { Value: string key } } && constant) members.Add(key);
            else constant = false;
            if (step is ScriptIndexerExpression { Index: not ScriptLiteral } indexer) others.Add(indexer.Index!);
        }
        return (root, members, others);
    }
    /// <summary>A number or a value stands in its brackets.</summary>
    public static bool PicksOne(ScriptExpression path)
    {
        for (ScriptNode? node = path; node is ScriptMemberExpression or ScriptIndexerExpression; node = node is ScriptMemberExpression member ? member.Target : ((ScriptIndexerExpression)node).Target)
            if (node is ScriptIndexerExpression { Index: not ScriptLiteral { Value: string } }) return true;
        return false;
    }
}
