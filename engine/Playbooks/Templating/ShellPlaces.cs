namespace Playbooks.Templating;

/// <summary>
/// Finds the place of each value in a text for a shell, by the text alone, as POSIX (XCU 2.2, 2.3, 2.6, 2.7.4), dash, bash and busybox
/// agree on it. Where they do not, or it would take all of a shell to be sure, it says so, and every value from there on is refused.
/// </summary>
internal sealed partial class ShellPlaces
{
    /// <summary>Stands for a value; no text for a shell can hold it.</summary>
    public const char Hole = '\0';

    private static readonly string[] Calculating = ["-eq", "-ne", "-lt", "-le", "-gt", "-ge"];

    private readonly string text;
    private readonly List<FoundPlace> found = [];
    private int at;
    private FoundPlace? inside;
    private List<HereDocument> pending = [];

    private ShellPlaces(string text) => this.text = text;

    public IReadOnlyList<FoundPlace> Found => found;

    /// <summary>What never ends, and where it begins; null where all ends, or the text could not be followed.</summary>
    public (int At, string What)? Open { get; private set; }

    public static ShellPlaces Of(string text)
    {
        var places = new ShellPlaces(text);
        places.Code(null);
        return places;
    }

    private bool AtEnd => at >= text.Length;

    /// <summary>The character that many further on; past the end a line end, which ends whatever the text's end does.</summary>
    private char Next(int ahead = 0) => at + ahead < text.Length ? text[at + ahead] : '\n';

    /// <summary>Commands: to the end of the text, or to the bracket that ends the `$(` which began there.</summary>
    private void Code(int? opened)
    {
        var outer = (inside, pending);
        pending = [];
        var around = inside;
        var (round, square, wordBegins, test) = (0, 0, true, -1);
        while (!AtEnd)
        {
            if (wordBegins)
            {
                (inside, square) = (around, 0);
                if (opened is not null && IsWord("case")) Lose("a `case` inside $( )");
                else if (IsWord("[[")) test = found.Count;
                else if (IsWord("]]")) (test, around, inside) = (-1, outer.inside, outer.inside);
                else if (test >= 0 && Calculating.Any(IsWord)) Calculates(test, ref around);
            }
            var c = Next();
            var begins = false;
            switch (c)
            {
                case Hole: Note(ShellPlace.Bare); break;
                case '\\': begins = Next(1) == '\n' && wordBegins; Escape(); break;
                case '\'': SingleQuotes(); break;
                case '"': DoubleQuotes(); break;
                case '`': OldSubstitution(); break;
                case '$': Dollar(quoted: false); break;
                case '#' when wordBegins: Comment(opened is not null); break;
                case '[':
                    inside = Refuse("inside [ ], where it would be a part of a pattern or of an index");
                    square++;
                    at++;
                    break;
                case ']':
                    if (square > 0 && --square == 0) inside = around;
                    at++;
                    break;
                case '<' when Next(1) == '<' && Next(2) == '<': begins = true; at += 3; break;
                case '<' when Next(1) == '<': begins = true; HereDocumentBegins(); break;
                case '(' when Next(1) == '(': Lose("a `((`, which shells do not read alike", "a subshell within a subshell is written ( ( with a blank between"); break;
                case ')' when round == 0 && opened is not null:
                    at++;
                    if (pending.Count > 0) Lose("a here-document that begins inside $( ) and goes on after it");
                    (inside, pending) = outer;
                    return;
                default:
                    begins = c is ' ' or '\t' or '\n' or ';' or '&' or '|' or '<' or '>' or '(' or ')';
                    round += c == '(' ? 1 : c == ')' && round > 0 ? -1 : 0;
                    at++;
                    if (c == '\n' && pending.Count > 0) HereDocuments();
                    break;
            }
            wordBegins = begins;
        }
        (inside, pending) = outer;
        if (opened is { } open) Unended(open, "this $( is never closed");
    }

    private bool IsWord(string word) => string.CompareOrdinal(text, at, word, 0, word.Length) == 0 && Next(word.Length) is ' ' or '\t' or '\n' or ';' or '&' or '|' or ')' or '\\';

    /// <summary>bash works out both sides of `-eq` in `[[ ]]` as arithmetic, in which `a[$(id)]` runs id.</summary>
    private void Calculates(int test, ref FoundPlace? around)
    {
        around = inside = Refuse("beside -eq or its like in [[ ]], where bash would calculate with it and run what stands in it", "write [ ] instead of [[ ]]") with { InVariable = false };
        for (; test < found.Count; test++) found[test] = around.Value;
    }

    private void Note(ShellPlace place)
    {
        found.Add(inside ?? new FoundPlace(place));
        at++;
    }

    private static FoundPlace Refuse(string why, string? mend = null) => new(ShellPlace.Refused, why, mend);

    /// <summary>From here on nothing is sure.</summary>
    private void Lose(string after, string? mend = null)
    {
        for (; !AtEnd; at++)
            if (Next() == Hole) found.Add(Refuse($"after {after}: whether it stands in quotes there is not sure", mend));
        at = text.Length;
        Open ??= (-1, "");
    }

    private void Unended(int began, string what) => Open ??= (began, what);

    private void Escape()
    {
        at++;
        if (Next() == Hole) NoteRefused("right after a backslash, which would change it", "a backslash that is meant as text is written \\\\");
        else if (!AtEnd) at++;
    }

    private void NoteRefused(string why, string mend)
    {
        found.Add(inside ?? Refuse(why, mend));
        at++;
    }

    private void SingleQuotes()
    {
        var began = at++;
        for (; !AtEnd; at++)
            switch (Next())
            {
                case '\'': at++; return;
                case Hole: Note(ShellPlace.Single); at--; break;
                case '\n' when pending.Count > 0: Lose(BetweenHereDocument); return;
            }
        Unended(began, "this ' is never closed");
    }

    private void DoubleQuotes()
    {
        var began = at++;
        while (!AtEnd)
            switch (Next())
            {
                case '"': at++; return;
                case Hole: Note(ShellPlace.Double); break;
                case '\\': Escape(); break;
                case '`': OldSubstitution(); break;
                case '$': Dollar(quoted: true); break;
                case '\n' when pending.Count > 0: Lose(BetweenHereDocument); return;
                default: at++; break;
            }
        Unended(began, "this \" is never closed");
    }

    /// <summary>To the next backquote.</summary>
    private void OldSubstitution()
    {
        var began = at++;
        for (; !AtEnd; at++)
            switch (Next())
            {
                case '`': at++; return;
                case Hole: found.Add(Refuse("inside backquotes", "write $( ) instead")); break;
                // bash, looking for braces to expand, takes a quote in them for one around them (5.2, brace_gobbler).
                case '\'' or '"' or '\\': Lose("backquotes with quotes or a backslash in them", "write $( ) instead of them"); return;
                case '\n' when pending.Count > 0: Lose(BetweenHereDocument); return;
            }
        Unended(began, "this ` is never closed");
    }

    private const string BetweenHereDocument = "a line end inside quotes that stands between a << and its here-document";

    private void Comment(bool insideSubstitution)
    {
        for (; !AtEnd && Next() != '\n'; at++)
            if (Next() == Hole) found.Add(Refuse("inside a comment", "leave it out there"));
            // Some versions of bash look for the end of $( ) inside comments too.
            else if (insideSubstitution && Next() is '\'' or '"' or '`' or '(' or ')' or '\\')
            {
                Lose("a comment with quotes or brackets inside $( )");
                return;
            }
    }
}
