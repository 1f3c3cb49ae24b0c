using System.Collections.Frozen;
using Scriban.Syntax;

namespace Playbooks.Templating.Syntax;

/// <summary>The operators with two sides that an expression may use.</summary>
internal static class BinaryOperators
{
    private static readonly FrozenSet<ScriptBinaryOperator> Comparing = new[]
    {
        ScriptBinaryOperator.CompareEqual, ScriptBinaryOperator.CompareNotEqual, ScriptBinaryOperator.CompareLess,
        ScriptBinaryOperator.CompareLessOrEqual, ScriptBinaryOperator.CompareGreater, ScriptBinaryOperator.CompareGreaterOrEqual,
    }.ToFrozenSet();

    public static readonly FrozenSet<ScriptBinaryOperator> Allowed = Comparing.Concat(
    [
        ScriptBinaryOperator.And, ScriptBinaryOperator.Or, ScriptBinaryOperator.Add, ScriptBinaryOperator.Subtract, ScriptBinaryOperator.Multiply,
        ScriptBinaryOperator.Divide, ScriptBinaryOperator.Modulus, ScriptBinaryOperator.RangeInclude, ScriptBinaryOperator.RangeExclude,
    ]).ToFrozenSet();

    public static bool Compares(ScriptBinaryOperator? op) => op is { } known && Comparing.Contains(known);

    public static bool IsRange(ScriptBinaryOperator? op) => op is ScriptBinaryOperator.RangeInclude or ScriptBinaryOperator.RangeExclude;

    public static bool IsLogic(ScriptBinaryOperator? op) => op is ScriptBinaryOperator.And or ScriptBinaryOperator.Or;
}
