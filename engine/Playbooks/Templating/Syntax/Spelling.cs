using System.Text.RegularExpressions;
using Playbooks.Problems;

namespace Playbooks.Templating.Syntax;

/// <summary>Finds what people write from habit (of Jinja, C, shells, word processors) and says how it is written here.</summary>
internal static partial class Spelling
{
    private const string Typographic = "‘’‚‛“”„‟«»‹›";

    /// <summary>Adds the first problem, and says whether there was one: what follows a wrong token is seldom worth reading.</summary>
    public static bool IsWrong(PlacedText text, IReadOnlyList<Token> tokens, ProblemList problems)
    {
        if (tokens.Count == 0)
        {
            problems.Add(text.At(0), "here an expression is missing");
            return true;
        }
        for (var i = 0; i < tokens.Count; i++)
        {
            var before = i > 0 ? tokens[i - 1] : (Token?)null;
            var after = i + 1 < tokens.Count ? tokens[i + 1] : (Token?)null;
            var found = tokens[i].Kind switch
            {
                TokenKind.Operator => OfOperator(tokens[i], before),
                TokenKind.Word => OfWord(tokens[i], before, after),
                TokenKind.Number => OfNumber(tokens[i]),
                _ => null,
            };
            if (Report(text, found, problems)) return true;
        }
        // Only now: `a and b` is better answered with `&&` than with "an operator is missing".
        for (var i = 0; i + 1 < tokens.Count; i++)
            if (Report(text, OfNeighbours(tokens[i], tokens[i + 1]), problems)) return true;
        for (var i = 0; i < tokens.Count; i++)
            if (Report(text, OfGaps(tokens[i], i > 0 ? tokens[i - 1] : null, i + 1 < tokens.Count ? tokens[i + 1] : null), problems)) return true;
        return false;
    }

    private static bool Report(PlacedText text, (Token Token, string Message, string? Mend)? found, ProblemList problems)
    {
        if (found is not { } wrong) return false;
        problems.Add(text.At(wrong.Token.Start, wrong.Token.Text.Length), wrong.Message, wrong.Mend);
        return true;
    }

    private static (Token Token, string Message, string? Mend)? OfOperator(Token token, Token? before) => token.Text switch
    {
        "=" => (token, "`=` assigns, and an expression only asks", "did you mean `==`?"),
        "===" or "!==" => (token, $"there is no `{token.Text}`", $"did you mean `{token.Text[..2]}`?"),
        "<>" => (token, "there is no `<>`", "did you mean `!=`?"),
        "+=" or "-=" or "*=" or "/=" or "%=" => (token, $"`{token.Text}` assigns, and an expression only asks", null),
        "=>" => (token, "functions of one's own are not part of expressions", "put it into `vars`, or into an action"),
        ";" => (token, "an expression is exactly one, and `;` would begin another", before is null ? null : "give a list of expressions, or join them with `&&`"),
        "{{" or "}}" => (token, $"`{token.Text}` has no place inside an expression", "write the name or the expression alone, without `{{ }}`"),
        "++" or "--" => (token, $"`{token.Text}` changes a value, and an expression only asks", $"for two signs leave a blank between: `{token.Text[0]} {token.Text[0]}`"),
        "//" => (token, "`//` is neither a comment nor a division here", "for whole numbers write math.floor(a / b)"),
        "<<" or ">>" => (token, $"there is no `{token.Text}` in expressions", $"did you mean `{token.Text[0]}`?"),
        "??" => (token, "there is no `??` in expressions", "write default(value, other)"),
        "?!" => (token, "there is no `?!` in expressions", "write a ? b : c"),
        "?." => (token, "there is no `?.` in expressions", "write default(a.b, other)"),
        "$" => (token, "names are written without `$`", null),
        "!" when before is { EndsOperand: true } => (token, "`!` stands before what it negates", "did you mean `!=`?"),
        "#" => (token, "an expression has no comments", "write the comment on a line of its own in the YAML"),
        "&" => (token, "there is no `&` in expressions", "did you mean `&&`?"),
        "@" => (token, "`@` has no meaning in expressions", null),
        "^" or "~" => (token, $"there is no `{token.Text}` in expressions", token.Text == "~" ? "join texts with `+`, and match with matches(text, `regex`)" : null),
        "\\" => (token, "a backslash can stand only within text", "write regexes in backticks: `…`"),
        [var c] when Typographic.Contains(c, StringComparison.Ordinal) => (token, $"{c} is a typographic quote, which expressions do not know", "write \" or '"),
        _ => null,
    };

    private static (Token, string, string?)? OfWord(Token token, Token? before, Token? after)
    {
        if (before is { } dot && dot.Is(".")) return null;
        if (after is { } colon && colon.Is(":") && before is { } open && (open.Is("{") || open.Is(","))) return null;
        // Where a value is due these may be names; between two values, or before one, they are meant as operators.
        var isOperator = before is { EndsOperand: true } && after is { } next && (next.BeginsOperand || next.Is("!") || next.Is("-"));
        return token.Text switch
        {
            "this" => (token, "there is no `this` in expressions", "write the names themselves"),
            "not" when after is { BeginsOperand: true } => (token, "`not` is written `!` here", after is { Kind: TokenKind.Word } ? $"write !{after.Value.Text}" : "write !(…)"),
            "and" when isOperator => (token, "`and` is written `&&` here", "write a && b"),
            "or" when isOperator => (token, "`or` is written `||` here", "write a || b"),
            "contains" when isOperator => (token, "`contains` is no operator here", "write string.contains(text, part), array.contains(list, item) or matches(text, `regex`)"),
            "in" when isOperator => (token, "`in` is no operator here", "write array.contains(list, item) or string.contains(text, part)"),
            "is" when isOperator => (token, "`is` is no operator here", "write `==`; whether a name is there is asked with defined(name)"),
            "matches" or "startswith" or "endswith" when isOperator => (token, $"`{token.Text}` is no operator here", "write matches(text, `regex`)"),
            "if" when before is not null => (token, "`if` is a statement, and an expression is only a value", "write condition ? this : that"),
            "func" or "do" or "ret" => (token, "functions of one's own are not part of expressions", "put it into `vars`, or into an action"),
            // In a template file it tells of the turn of a loop; elsewhere there is no such name.
            "for" when after is { } member && member.Is(".") => null,
            "for" or "while" or "tablerow" => (token, $"`{token.Text}` is a statement, and an expression is only a value", "a step is repeated with `loop`"),
            _ when ReservedNames.Statements.Contains(token.Text) => (token, $"`{token.Text}` is a statement, and an expression is only a value", token.Text == "if" ? "write condition ? this : that" : null),
            _ => null,
        };
    }

    private static (Token, string, string?)? OfNumber(Token token)
    {
        if (PlainNumber().IsMatch(token.Text)) return null;
        if (Literals.TryDuration(token.Text, out _)) return (token, $"a duration stands in quotes: {token.Text}", $"write '{token.Text}'");
        if (Literals.TrySize(token.Text, out _)) return (token, $"a size stands in quotes: {token.Text}", $"write '{token.Text}'");
        return (token, $"`{token.Text}` is neither a number nor a name", $"if it is meant as text write '{token.Text}'");
    }

    /// <summary>An operator without one of its sides.</summary>
    private static (Token, string, string?)? OfGaps(Token token, Token? before, Token? after)
    {
        if (token.Kind != TokenKind.Operator) return null;
        var mend = token.Text is "?" or ":" ? "write condition ? this : that" : null;
        if (token.Text == "." && after is { Kind: not TokenKind.Word } no)
            return (no, "after `.` a name is due", no.Kind is TokenKind.Number or TokenKind.Text ? $"write […]: x[{no.Text}]" : null);
        if (after is null or { Kind: TokenKind.Close }) return (token, $"after `{token.Text}` a value is missing", mend);
        if (token.Text is not ("!" or "-" or "+") && before is not { EndsOperand: true }) return (token, $"before `{token.Text}` a value is missing", mend);
        return null;
    }

    private static (Token, string, string?)? OfNeighbours(Token token, Token next)
    {
        if (!token.EndsOperand || !next.BeginsOperand) return null;
        var touching = token.End == next.Start;
        if (touching && next.Text == "[") return null;
        if (touching && next.Text == "(" && token.Kind == TokenKind.Word) return null;
        if (next.Text == "(" && token.Kind == TokenKind.Word)
            return (next, $"between `{token.Text}` and its bracket there must be no blank", $"write {token.Text}(…)");
        if (next.Text == "[" && token.Kind is TokenKind.Word)
            return (next, $"between `{token.Text}` and its bracket there must be no blank", $"write {token.Text}[…]");
        if (token.Kind == TokenKind.Word && (BuiltIns.Has(token.Text) || token.Text is "string" or "array" or "regex"))
            return (token, "a function is called with brackets", $"write {token.Text}(…)");
        if (token.Kind == TokenKind.Text && next.Kind == TokenKind.Text)
            return (next, "two texts stand side by side", "within a text the quote itself is written with a backslash: \\\"");
        return (next, $"between `{Short(token)}` and `{Short(next)}` an operator is missing", "a function is called with brackets: f(a, b)");
    }

    private static string Short(Token token) => token.Text.Length <= 20 ? token.Text : token.Text[..19] + "…";

    [GeneratedRegex(@"^(?:0x[0-9a-fA-F]+|0b[01]+|[0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainNumber();
}
