using System.Text.RegularExpressions;
using Playbooks.Problems;

namespace Playbooks.Templating.Statements;

/// <summary>Puts the pieces of a template file together to statements, and notes the names that it does not give itself.</summary>
internal sealed partial class StatementReader(ProblemList problems)
{
    private const int DeepestNesting = 32;

    private readonly List<NameUse> names = [];
    private readonly HashSet<string> assigned = new(StringComparer.Ordinal);
    private readonly List<string> loops = [];

    /// <summary>A statement that is open, with what stands in it so far.</summary>
    private sealed class Open(Position at, string word)
    {
        public Position At { get; } = at;

        /// <summary>`if` or `for`; empty: the file itself.</summary>
        public string Word { get; } = word;

        public List<Statement> Body { get; set; } = [];

        public List<(Expression? Condition, IReadOnlyList<Statement> Body)> Branches { get; } = [];

        public Expression? Condition { get; set; }

        public bool HasElse { get; set; }

        public string Name { get; init; } = "";
    }

    public IReadOnlyList<NameUse> Names => names;

    public IReadOnlyList<Statement> Read(IEnumerable<Piece> pieces)
    {
        var open = new Stack<Open>([new Open(Position.In(""), "")]);
        foreach (var piece in pieces)
        {
            if (!piece.IsCode) open.Peek().Body.Add(new Statement.Literal(piece.Text.Value, piece.Place));
            else Code(piece, open);
            if (open.Count > DeepestNesting) throw problems.TooMuch(piece.Place, $"`if` and `for` are nested more than {DeepestNesting} deep here");
        }
        while (open.Count > 1)
        {
            var left = open.Pop();
            problems.Add(left.At, $"this `{left.Word}` has no end", "write {{ end }} where it ends");
        }
        return open.Peek().Body;
    }

    private void Code(Piece piece, Stack<Open> open)
    {
        var text = Trimmed(piece.Text);
        // `for.index` is no statement.
        var word = Word().Match(text.Value) is { Success: true } match && !text.Value.AsSpan(match.Length).StartsWith(".") ? match.Value : "";
        switch (word)
        {
            case "if": Begin(piece, text, open); break;
            case "for": Loop(piece, text, open); break;
            case "else": Else(piece, text, open); break;
            case "end": End(piece, text, open); break;
            case "break" or "continue":
                if (text.Value != word) problems.Add(piece.Place, $"`{word}` stands alone between its braces");
                else if (loops.Count == 0) problems.Add(piece.Place, $"`{word}` ends a loop, and this is in none");
                else open.Peek().Body.Add(new Statement.Leave(word == "break"));
                break;
            case "elif" or "elsif" or "elseif": problems.Add(piece.Place, $"`{word}` is written `else if` here"); break;
            case "endif" or "endfor": problems.Add(piece.Place, $"`{word}` is written `end` here"); break;
            case "set": problems.Add(piece.Place, "a name is given a value without `set`", "write {{ name = value }}"); break;
            case not "" when ReservedNames.Statements.Contains(word):
                problems.Add(piece.Place, $"there is no `{word}` in templates here", "there are if, else if, else, for … in …, break, continue, end and name = value");
                break;
            default: ExpressionOrAssignment(piece, text, open); break;
        }
    }

    private void Begin(Piece piece, PlacedText text, Stack<Open> open) =>
        open.Push(new Open(piece.Place, "if") { Condition = Expression(text.Slice(2, text.Value.Length - 2), piece, "if") });

    private void Loop(Piece piece, PlacedText text, Stack<Open> open)
    {
        var parts = ForIn().Match(text.Value);
        if (!parts.Success) problems.Add(piece.Place, "a loop names its item and its list", "write {{ for item in list }}");
        var name = parts.Success ? parts.Groups[1].Value : "";
        if (parts.Success) CheckName(name, text.At(parts.Groups[1].Index, name.Length));
        var list = parts.Success ? Expression(text.Slice(parts.Length, text.Value.Length - parts.Length), piece, "in") : null;
        open.Push(new Open(piece.Place, "for") { Condition = list, Name = name });
        loops.Add(name);
    }

    private void Else(Piece piece, PlacedText text, Stack<Open> open)
    {
        var rest = Trimmed(text.Slice(4, text.Value.Length - 4));
        if (open.Peek() is not { Word: "if" } top) problems.Add(piece.Place, open.Peek().Word == "for" ? "a loop has no `else` here" : "this `else` belongs to no `if`");
        else if (top.HasElse) problems.Add(piece.Place, "the `else` before was the last branch of this `if`");
        else if (rest.Value.Length > 0 && Word().Match(rest.Value).Value != "if") problems.Add(piece.Place, "`else` stands alone between its braces, or before `if`", "write {{ else }} or {{ else if condition }}");
        else
        {
            top.Branches.Add((top.Condition, top.Body));
            top.Body = [];
            top.HasElse = rest.Value.Length == 0;
            top.Condition = top.HasElse ? null : Expression(rest.Slice(2, rest.Value.Length - 2), piece, "else if");
        }
    }

    private void End(Piece piece, PlacedText text, Stack<Open> open)
    {
        if (text.Value != "end")
        {
            problems.Add(piece.Place, "`end` stands alone between its braces");
            return;
        }
        if (open.Count == 1)
        {
            problems.Add(piece.Place, "this `end` ends nothing");
            return;
        }
        var top = open.Pop();
        if (top.Word == "for")
        {
            loops.RemoveAt(loops.Count - 1);
            if (top.Condition is { } list) open.Peek().Body.Add(new Statement.For(top.Name, list, top.Body));
        }
        else
        {
            top.Branches.Add((top.Condition, top.Body));
            open.Peek().Body.Add(new Statement.If(top.Branches));
        }
    }

    private void ExpressionOrAssignment(Piece piece, PlacedText text, Stack<Open> open)
    {
        if (Assignment().Match(text.Value) is { Success: true } match)
        {
            var name = match.Groups[1].Value;
            CheckName(name, text.At(0, name.Length));
            if (Expression(text.Slice(match.Length, text.Value.Length - match.Length), piece, "=") is { } value) open.Peek().Body.Add(new Statement.Assign(name, value));
            assigned.Add(name);
        }
        else if (Expression(text, piece, "{{") is { } expression) open.Peek().Body.Add(new Statement.Write(new TemplatePart.Hole(expression, piece.Place)));
    }

    private void CheckName(string name, Position at)
    {
        if (ReservedNames.Why(name) is { } why) problems.Add(at, $"`{name}` is {why}", "choose another name");
    }

    private Expression? Expression(PlacedText text, Piece piece, string after)
    {
        if (text.Value.AsSpan().Trim().IsEmpty)
        {
            problems.Add(piece.Place, after == "{{" ? "between these braces an expression is missing" : $"after `{after}` an expression is missing");
            return null;
        }
        var expression = Templating.Expression.Parse(text, problems);
        // A name that the file gives somewhere before is its own; whether it came to that place, only filling it in can tell.
        names.AddRange((expression?.Names ?? []).Where(use => !assigned.Contains(use.Name) && !loops.Contains(use.Name) && (use.Name != "for" || loops.Count == 0)));
        return expression;
    }

    private static PlacedText Trimmed(PlacedText text)
    {
        var start = text.Value.Length - text.Value.AsSpan().TrimStart().Length;
        return text.Slice(start, text.Value.AsSpan().Trim().Length);
    }

    [GeneratedRegex(@"^[A-Za-z_]\w*", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"^for\s+([\p{L}_]\w*)\s+in\b", RegexOptions.CultureInvariant)]
    private static partial Regex ForIn();

    [GeneratedRegex(@"^([\p{L}_]\w*)\s*=(?![=>])", RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();
}
