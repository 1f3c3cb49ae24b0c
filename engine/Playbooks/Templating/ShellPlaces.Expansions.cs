using System.Buffers;

namespace Playbooks.Templating;

/// <summary>What begins with a `$`, and here-documents.</summary>
internal sealed partial class ShellPlaces
{
    private static readonly SearchValues<char> NotPlain = SearchValues.Create("(){}'\"`\\#<$");

    private sealed record HereDocument(string End, bool Tabs, bool Literal);

    private void Dollar(bool quoted)
    {
        var began = at++;
        switch (Next())
        {
            case Hole:
                NoteRefused("right after a `$`, which would make it a name", "a `$` that is meant as text is written \\$");
                break;
            case '(' when Next(1) == '(': Arithmetic(); break;
            case '(':
                at++;
                Code(began);
                break;
            case '{': Parameter(quoted); break;
            case '\'' when !quoted: AnsiQuotes(); break;
            case '[': Lose("a `$[`, which shells do not read alike", "arithmetic is written $(( ))"); break;
            case '$' or '!' or '?' or '#' or '*' or '@' or '-' or (>= '0' and <= '9'): at++; break;
        }
    }

    /// <summary>`$(( ))` of digits, names and operators; with anything else in it, or ending elsewhere, some shells take it for commands.</summary>
    private void Arithmetic()
    {
        const string Unsure = "a `$((` with more than names, numbers and operators in it";
        var outer = inside;
        inside = Refuse("inside $(( )), where a shell would calculate with it", "work it out in the template: {{ number(x) + 1 }}") with { InVariable = false };
        at += 2;
        var depth = 2;
        while (depth > 0 && Open is null)
        {
            var c = Next();
            if (AtEnd || c is '\'' or '"' or '\\' or '`' or '#' or ';' or '@' || c == '\n' && pending.Count > 0) Lose(Unsure);
            else if (c == Hole) Note(ShellPlace.Bare);
            else if (c == '$' && (Next(1) == '{' || char.IsAsciiLetterOrDigit(Next(1)) || Next(1) is '_' or '#' or '?')) Dollar(quoted: true);
            else if (c == '$' || c == ')' && depth == 2 && Next(1) != ')') Lose(Unsure);
            else
            {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                at++;
            }
        }
        inside = outer;
    }

    /// <summary>`${ }`: how quotes in it are read differs from shell to shell where it stands in double quotes itself.</summary>
    private void Parameter(bool quoted)
    {
        const string Unsure = "a `${ }` with quotes or a backslash in it";
        var outer = inside;
        inside = Refuse("inside ${ }");
        var began = at - 1;
        at++;
        // `${ command; }` of ksh and bash 5.3.
        if (Next() is ' ' or '\t' or '\n' or '|') Lose("a `${` with a blank after it");
        while (!AtEnd && Next() != '}')
            switch (Next())
            {
                case Hole: Note(ShellPlace.Bare); break;
                case '$': Dollar(quoted: true); break;
                case '"' when !quoted: DoubleQuotes(); break;
                case '\'' when !quoted: SingleQuotes(); break;
                case '"' or '\'' or '\\' or '`' or '{': Lose(Unsure); break;
                case '\n' when pending.Count > 0: Lose(BetweenHereDocument); break;
                default: at++; break;
            }
        if (AtEnd) Unended(began, "this ${ is never closed");
        at++;
        inside = outer;
    }

    /// <summary>`$'…'` ends at the same quote for all shells, those that do not know it included, unless it holds a `\'`.</summary>
    private void AnsiQuotes()
    {
        var began = at - 1;
        for (at++; !AtEnd; at++)
            switch (Next())
            {
                case '\'': at++; return;
                case '\\' when Next(1) == '\'': Lose("a `\\'` inside $' '"); return;
                case '\\' when Next(1) != Hole: at++; break;
                case Hole: found.Add(Refuse("inside $' '")); break;
                case '\n' when pending.Count > 0: Lose(BetweenHereDocument); return;
            }
        Unended(began, "this $' is never closed");
    }

    /// <summary>`&lt;&lt;` or `&lt;&lt;-` and the word that will end it; only plain words, whole in quotes or not.</summary>
    private void HereDocumentBegins()
    {
        at += 2;
        var tabs = Next() == '-';
        if (tabs) at++;
        while (Next() is ' ' or '\t') at++;
        var quote = Next() is '\'' or '"' or '\\' ? Next() : default(char?);
        if (quote is not null) at++;
        var began = at;
        while (!AtEnd && (char.IsAsciiLetterOrDigit(Next()) || Next() is '_' or '.' or '-' or '+' or '/' or '!' or '@' or '%')) at++;
        var end = text[began..Math.Min(at, text.Length)];
        if (quote is '\'' or '"' && Next() == quote) at++;
        else if (quote is '\'' or '"') end = "";
        if (end.Length == 0 || !AtEnd && Next() is not (' ' or '\t' or '\n' or ';' or '&' or '|' or '<' or '>' or '(' or ')')) Lose("a here-document whose end is no plain word");
        else pending.Add(new HereDocument(end, tabs, quote is not null));
    }

    /// <summary>The here-documents whose `&lt;&lt;` stood on the line that has just ended.</summary>
    private void HereDocuments()
    {
        var documents = pending;
        pending = [];
        foreach (var document in documents)
            while (!AtEnd)
            {
                var end = text.IndexOf('\n', at) is >= 0 and var newline ? newline : text.Length;
                var line = text[at..end];
                if ((document.Tabs ? line.TrimStart('\t') : line) == document.End)
                {
                    at = Math.Min(end + 1, text.Length);
                    break;
                }
                if (!document.Literal && !IsPlain(line))
                {
                    Lose("a here-document with a substitution or a backslash at a line's end in it");
                    return;
                }
                for (; at < end; at++)
                    if (Next() == Hole) found.Add(Refuse("inside a here-document"));
                at = Math.Min(end + 1, text.Length);
            }
    }

    /// <summary>Nothing on this line of a here-document can reach over its end: for bash it ends at the first line that says so, for dash not inside a `$(`.</summary>
    private static bool IsPlain(string line)
    {
        for (var i = 0; i < line.Length; i++)
            switch (line[i])
            {
                case '`': return false;
                case '\\' when i + 1 == line.Length: return false;
                case '\\': i++; break;
                case '$' when i + 1 < line.Length && line[i + 1] is '(' or '{' or '[':
                    var closing = line[i + 1] switch { '(' => ')', '{' => '}', _ => ']' };
                    var close = line.IndexOf(closing, i);
                    if (close < 0 || line.AsSpan(i + 2, close - i - 2).ContainsAny(NotPlain)) return false;
                    i = close;
                    break;
            }
        return true;
    }
}
