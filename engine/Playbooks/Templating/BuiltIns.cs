using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Playbooks.Problems;
using Playbooks.Templating.Evaluating;
using Playbooks.Templating.Functions;
using Scriban.Syntax;

namespace Playbooks.Templating;

/// <summary>
/// The functions of expressions: our own, and those of Scriban that neither evaluate, nor include, nor know the clock or chance.
/// They are called as they stand here, not found by reflection, so that what works in a test works when compiled ahead of time.
/// </summary>
internal static class BuiltIns
{
    private static readonly FrozenDictionary<string, Function> All = OwnFunctions.All
        .Concat(ComparingFunctions.All).Concat(TextFunctions.All).Concat(ListFunctions.All).Concat(NumberFunctions.All).Concat(PatternFunctions.All).Concat(OtherFunctions.All)
        .ToFrozenDictionary(x => x.Name, StringComparer.Ordinal);

    public static readonly FrozenSet<string> Families = All.Keys.Where(x => x.Contains('.', StringComparison.Ordinal)).Select(x => x.Split('.')[0])
        .Append("timespan").ToFrozenSet(StringComparer.Ordinal);

    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Our own first, then family by family.</summary>
    public static IEnumerable<Function> Functions => All.Values.OrderBy(x => x.Name.Contains('.', StringComparison.Ordinal)).ThenBy(x => x.Name, StringComparer.Ordinal);

    public static TimeSpan PatternLimit => Limits.Pattern;

    public static bool Has(string name) => All.ContainsKey(name);

    public static Function? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>`count` or `string.upcase`; null where what is called is no plain name.</summary>
    public static string? NameOf(ScriptExpression? target) => target switch
    {
        ScriptVariableGlobal name => name.Name,
        ScriptMemberExpression { Target: ScriptVariableGlobal family, Member: { } name } => $"{family.Name}.{name.Name}",
        _ => null,
    };

    /// <summary>`x == string.upcase` and `date.now`: paths that are sure to be meant as calls.</summary>
    public static (string Message, string? Mend)? MeantAsCall(string path) =>
        Find(path) is { } function ? ("a function is called with brackets", $"write {function.Usage}")
        : path is "date.now" or "math.random" or "math.uuid" ? Unknown(path)
        : null;

    public static (string Message, string? Mend) Unknown(string name)
    {
        var message = $"there is no function `{name}`";
        return name switch
        {
            "date.now" => ("an expression does not read the clock", "play.started_at is when the run began"),
            "math.random" or "math.uuid" => ("an expression leaves nothing to chance", null),
            "object.eval" or "object.eval_template" or "include" or "include_join" or "import" => ("a value never becomes code here", null),
            _ when Elsewhere.TryGetValue(name, out var here) => (message, here),
            _ when Suggest.DidYouMean(name, Names) is { } near => (message, near),
            _ when Names.FirstOrDefault(x => x.EndsWith("." + name[(name.LastIndexOf('.') + 1)..], StringComparison.Ordinal)) is { } same => (message, $"did you mean `{same}`?"),
            _ when name.Split('.') is [var family, _] && Families.Contains(family) =>
                (message, "there is " + string.Join(", ", Names.Where(x => x.StartsWith(family + ".", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(12))),
            _ => (message, Suggest.Closest(name, Elsewhere.Keys) is { } foreign ? Elsewhere[foreign] : null),
        };
    }

    /// <summary>What other languages call it, and what to write here.</summary>
    private static readonly FrozenDictionary<string, string> Elsewhere = new (string Names, string Here)[]
    {
        ("len length size string.length array.length array.count", "write count(list) or string.size(text)"),
        ("lower upper trim", "write string.downcase, string.upcase, string.strip"),
        ("contains", "write string.contains(text, part) or array.contains(list, item)"),
        ("int float str string", "write number(x) or text(x)"),
        ("json from_json to_json", "write parse_json(text) or object.to_json(value)"),
        ("match search", "write matches(text, `regex`)"),
    }.SelectMany(x => x.Names.Split(' ').Select(name => (name, x.Here))).ToFrozenDictionary(x => x.name, x => x.Here, StringComparer.Ordinal);

    /// <summary>What is wrong with a regex, without repeating it: .NET's message is `Invalid pattern '(' at offset 1. Not enough )'s.`</summary>
    public static string PatternError(RegexParseException e) => e.Error switch
    {
        RegexParseError.InsufficientClosingParentheses => "a `(` is not closed; `\\(` is the letter",
        RegexParseError.InsufficientOpeningParentheses => "a `)` closes nothing; `\\)` is the letter",
        RegexParseError.UnterminatedBracket => "a `[` is not closed; `\\[` is the letter",
        RegexParseError.QuantifierAfterNothing => "a `*`, `+` or `?` has nothing before it to repeat; `\\*` is the letter",
        RegexParseError.NestedQuantifiersNotParenthesized => "a repetition stands right behind another",
        RegexParseError.UnescapedEndingBackslash => "it ends in a `\\`",
        RegexParseError.UnrecognizedEscape => "a `\\` stands before a letter that means nothing then",
        RegexParseError.ReversedCharacterRange => "a range in [ ] runs backwards",
        RegexParseError.ReversedQuantifierRange => "in {n,m} n is more than m",
        _ => Said(e),
    };

    private static string Said(RegexParseException e)
    {
        var after = e.Message.IndexOf($"at offset {e.Offset}. ", StringComparison.Ordinal);
        return after < 0 ? e.Message : e.Message[(after + $"at offset {e.Offset}. ".Length)..].TrimEnd('.');
    }
}
