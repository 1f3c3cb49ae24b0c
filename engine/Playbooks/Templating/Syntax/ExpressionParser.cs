using System.Text;
using Playbooks.Problems;
using Scriban.Parsing;
using Scriban.Syntax;

namespace Playbooks.Templating.Syntax;

/// <summary>Reads an expression: our own tokens for what is wrong with it, then Scriban's tree, then the allow-list.</summary>
internal static class ExpressionParser
{
    // Scriban counts every operator in a row as a level; its default would refuse nothing and overflow the stack.
    private static readonly ParserOptions Options = new() { ExpressionDepthLimit = 400 };
    private static readonly LexerOptions Lexing = new() { Mode = ScriptMode.ScriptOnly };

    public static Parsed? Parse(PlacedText text, ProblemList problems)
    {
        problems.Spend(1, text.Start);
        if (Tokens.Read(text, problems) is not { } tokens || Spelling.IsWrong(text, tokens, problems)) return null;

        var template = Scriban.Template.Parse(OnOneLine(text.Value, tokens), "", Options, Lexing);
        if (template.HasErrors)
        {
            Report(text, template.Messages[0], problems);
            return null;
        }
        if (template.Page?.Body?.Statements is not [ScriptExpressionStatement { Expression: { } root }])
        {
            problems.Add(text.Start, "this is not one expression");
            return null;
        }
        var count = problems.Count;
        var names = AllowedTree.Check(text, root, problems);
        return problems.Count == count ? new Parsed(text, root, names) : null;
    }

    /// <summary>The same text with every line end outside of quotes made a blank: for Scriban a line end would end the expression.</summary>
    private static string OnOneLine(string text, IReadOnlyList<Token> tokens)
    {
        if (text.AsSpan().IndexOfAny('\r', '\n') < 0) return text;
        var line = new StringBuilder(text).Replace('\r', ' ').Replace('\n', ' ');
        foreach (var token in tokens)
            if (token.Kind == TokenKind.Text)
                for (var i = token.Start; i < token.End; i++) line[i] = text[i];
        return line.ToString();
    }

    private static void Report(PlacedText text, LogMessage message, ProblemList problems)
    {
        var offset = message.Span.Start.Offset;
        if (message.Message.Contains("depth limit", StringComparison.Ordinal))
            problems.Add(text.At(0), "this expression is nested too deep, or too long", "work parts of it out in `vars` first");
        else if (offset < 0 || offset >= text.Value.Length)
            problems.Add(text.At(Math.Max(0, text.Value.TrimEnd().Length - 1)), "the expression ends too early", text.Value.Contains('?', StringComparison.Ordinal) ? "write condition ? this : that" : null);
        else
            problems.Add(text.At(offset, message.Span.End.Offset - offset + 1), "this is no expression: " + FirstSentence(message.Message));
    }

    private static string FirstSentence(string message)
    {
        var plain = message.Replace("<EOL>/end of line", "the end", StringComparison.Ordinal);
        return char.ToLowerInvariant(plain[0]) + plain[1..].TrimEnd('.');
    }
}
