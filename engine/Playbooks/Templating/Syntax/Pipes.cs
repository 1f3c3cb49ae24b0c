using Scriban.Syntax;

namespace Playbooks.Templating.Syntax;

/// <summary>Takes a pipe apart: Scriban nests `x | f(1) | g` to the right, as x | (f(1) | g).</summary>
internal static class Pipes
{
    /// <summary>What is piped, then each function in turn.</summary>
    public static IReadOnlyList<ScriptNode> Stages(ScriptPipeCall pipe)
    {
        var stages = new List<ScriptNode> { pipe.From! };
        ScriptNode to = pipe.To!;
        for (; to is ScriptPipeCall next; to = next.To!) stages.Add(next.From!);
        stages.Add(to);
        return stages;
    }
}
