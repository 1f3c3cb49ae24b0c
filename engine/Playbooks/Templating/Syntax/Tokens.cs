using System.Text.RegularExpressions;
using Playbooks.Problems;

namespace Playbooks.Templating.Syntax;

/// <summary>
/// Cuts an expression into tokens before Scriban sees it. Scriban would guess at much of what is refused here (a call without brackets,
/// `2s`, a comment), and would have to be understood backwards from its messages; and what is too long or too deep for it must not reach it.
/// </summary>
internal static partial class Tokens
{
    private const int Longest = 10_000;
    private const int DeepestBrackets = 64;
    private static readonly string[] Operators =
    [
        "===", "!==", "..<", "&&", "||", "==", "!=", "<=", ">=", "<>", "..", "?.", "??", "?!", "++", "--", "//", "<<", ">>", "=>",
        "+=", "-=", "*=", "/=", "%=", "{{", "}}",
    ];

    /// <summary>The tokens, or null where there was a problem.</summary>
    public static IReadOnlyList<Token>? Read(PlacedText text, ProblemList problems)
    {
        var value = text.Value;
        if (value.Length > Longest)
        {
            problems.Add(text.At(0), $"an expression has at most {Longest} characters, and this one has {value.Length}");
            return null;
        }
        var tokens = new List<Token>();
        var open = new Stack<Token>();
        for (var i = 0; i < value.Length;)
        {
            if (char.IsWhiteSpace(value[i])) { i++; continue; }
            if (Next(text, i, open.Count > 0 && open.Peek().Text == "{", problems) is not { } token) return null;
            tokens.Add(token);
            i = token.End;
            if (token.Kind == TokenKind.Open) open.Push(token);
            if (open.Count > DeepestBrackets)
            {
                problems.Add(text.At(token.Start), $"brackets are nested more than {DeepestBrackets} deep here");
                return null;
            }
            if (token.Kind == TokenKind.Close && !Closes(text, token, open, problems)) return null;
        }
        if (open.TryPop(out var left))
        {
            problems.Add(text.At(left.Start), $"this `{left.Text}` is never closed");
            return null;
        }
        return tokens;
    }

    private static bool Closes(PlacedText text, Token close, Stack<Token> open, ProblemList problems)
    {
        var expected = close.Text switch { ")" => "(", "]" => "[", _ => "{" };
        if (open.TryPop(out var begun) && begun.Text == expected) return true;
        problems.Add(text.At(close.Start), begun.Text is null ? $"this `{close.Text}` closes nothing" : $"this `{close.Text}` does not close the `{begun.Text}` that is open");
        return false;
    }

    private static Token? Next(PlacedText text, int start, bool inMap, ProblemList problems)
    {
        var value = text.Value;
        var c = value[start];
        if (c is '"' or '\'' or '`') return ReadText(text, start, problems);
        if (char.IsLetter(c) || c == '_')
        {
            var end = start + 1;
            while (end < value.Length && (char.IsLetterOrDigit(value[end]) || value[end] == '_')) end++;
            return new Token(TokenKind.Word, start, value[start..end]);
        }
        if (char.IsAsciiDigit(c)) return new Token(TokenKind.Number, start, NumberPattern().Match(value, start).Value);
        if (c is '(' or '[' || (c == '{' && !value.AsSpan(start).StartsWith("{{"))) return new Token(TokenKind.Open, start, c.ToString());
        if (c is ')' or ']' || (c == '}' && (inMap || !value.AsSpan(start).StartsWith("}}")))) return new Token(TokenKind.Close, start, c.ToString());
        var op = Array.Find(Operators, x => value.AsSpan(start).StartsWith(x, StringComparison.Ordinal)) ?? c.ToString();
        return new Token(TokenKind.Operator, start, op);
    }

    private static Token? ReadText(PlacedText text, int start, ProblemList problems)
    {
        var value = text.Value;
        var quote = value[start];
        for (var i = start + 1; i < value.Length; i++)
        {
            if (value[i] == quote && quote == '`' && i + 1 < value.Length && value[i + 1] == '`') i++;
            else if (value[i] == quote) return new Token(TokenKind.Text, start, value[start..(i + 1)]);
            else if (value[i] == '\\' && quote != '`')
            {
                if (i + 1 < value.Length && !"'\"\\0bfnrtvux\r\n".Contains(value[i + 1], StringComparison.Ordinal))
                {
                    problems.Add(text.At(i, 2), $"`\\{value[i + 1]}` means nothing in {quote}quotes{quote}", "write regexes and other text with backslashes in backticks: `…`");
                    return null;
                }
                i++;
            }
        }
        problems.Add(text.At(start), $"the text that begins with this {quote} never ends", $"close it with {quote}");
        return null;
    }

    // Letters that follow at once belong to it, so that 2s and 10MB are seen as one wrong thing; `1..5` stays a range.
    [GeneratedRegex(@"\G[0-9][0-9_]*(?:\.(?=[0-9])[0-9_]+)?(?:[eE][+-]?[0-9]+)?[\p{L}_0-9]*", RegexOptions.CultureInvariant)]
    private static partial Regex NumberPattern();
}
