namespace Playbooks.Loading;

/// <summary>A line of a YAML file by itself, looked at where the parser has given it up: what stands where in it, without what is around it.</summary>
internal sealed class YamlLine
{
    private readonly int end;

    /// <param name="text">The line.</param>
    /// <param name="isInside">A bracket or brace is open where it begins.</param>
    public YamlLine(string text, bool isInside = false)
    {
        Text = text;
        Indent = Start = Next(0);
        while (text.AsSpan(Start).StartsWith("- ")) Start = Next(Start + 2);
        (end, Colon, AfterQuote) = Read(isInside ? 1 : 0);
    }

    public string Text { get; }

    /// <summary>Where it begins (0-based), and where it does behind its `- `.</summary>
    public int Indent { get; }

    public int Start { get; }

    /// <summary>The colon behind its key; null: it has no key.</summary>
    public int? Colon { get; }

    /// <summary>What stands behind the key, or behind `- `.</summary>
    public string Value => Text[(Colon + 1 ?? Start)..end].Trim();

    /// <summary>Its first word, without the colon.</summary>
    public string Word => Text[Start..].Split(' ', ':')[0];

    /// <summary>The key of `key:value`, which is one word to YAML.</summary>
    public string? Glued => Colon is null && Text.IndexOf(':', Start) is var at && at > Start && at + 1 < Text.Length && Text[at + 1] is not ('/' or ':' or '\\') && Text.AsSpan(Start, at - Start).IndexOfAnyExceptInRange('_', 'z') < 0 ? Text[Start..at] : null;

    /// <summary>What follows a closed quote where nothing may.</summary>
    public int? AfterQuote { get; }

    private int Next(int start) => Text.AsSpan(start).IndexOfAnyExcept(' ') is >= 0 and var blanks ? start + blanks : Text.Length;

    /// <summary>Quotes and brackets count where a value may begin.</summary>
    private (int End, int? Colon, int? AfterQuote) Read(int depth)
    {
        int? colon = null, after = null;
        var mayBegin = true;
        for (var i = Start; i < Text.Length; i++)
        {
            var c = Text[i];
            if (c == '#' && (i == 0 || Text[i - 1] == ' ')) return (i, colon, after);
            if (c is '"' or '\'' && mayBegin)
            {
                if (Closed(i) is not { } closed) break;
                i = closed;
                var next = Next(closed + 1);
                if (next < Text.Length && Text[next] is not ('#' or ':') && !(depth > 0 && Text[next] is (',' or ']' or '}'))) after ??= next;
                mayBegin = false;
            }
            else if (c is '[' or '{' && (mayBegin || depth > 0)) (depth, mayBegin) = (depth + 1, true);
            else if (c is ']' or '}' && depth > 0) (depth, mayBegin) = (depth - 1, false);
            else if (c == ',' && depth > 0) mayBegin = true;
            else if (c == ':' && (i + 1 == Text.Length || Text[i + 1] == ' '))
            {
                // The first in a line ends its key, a further one is part of a text.
                mayBegin = depth > 0 || colon is null;
                if (depth == 0) colon ??= i;
            }
            else if (c != ' ') mayBegin = false;
        }
        return (Text.Length, colon, after);
    }

    /// <summary>Where the quote that begins there is closed.</summary>
    private int? Closed(int start)
    {
        for (var i = start + 1; i < Text.Length; i++)
            if (Text[start] == '"' && Text[i] == '\\') i++;
            else if (Text[i] == Text[start])
                if (Text[start] == '\'' && i + 1 < Text.Length && Text[i + 1] == '\'') i++;
                else return i;
        return null;
    }
}
