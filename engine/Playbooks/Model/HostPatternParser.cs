using Playbooks.Problems;
using Playbooks.Templating;
using static Playbooks.Model.HostPattern;

namespace Playbooks.Model;

/// <summary>Reads a pattern from the parts of its template: an expression is one atom of it, whatever its value will be.</summary>
internal sealed class HostPatternParser(Template template, ProblemList problems)
{
    private readonly IReadOnlyList<TemplatePart> parts = template.Parts;
    private readonly List<Term> terms = [];
    private int part;
    private int offset;

    public HostPattern? Parse()
    {
        var joining = Joining.Or;
        var wantsName = true;
        while (true)
        {
            SkipBlanks();
            if (AtEnd) break;
            if (Peek() == ',')
            {
                if (wantsName) return Wrong("a name is missing before this comma");
                offset++;
                (joining, wantsName) = (Joining.Or, true);
                continue;
            }
            if (Peek() is ':' or '!' or '&' or '~') return Wrong($"`{Peek()}` has no meaning in a pattern", mend: "Ansible's `:` is `,` here, `:!` is `not`, `:&` is `and`");
            var at = Here;
            var name = Name();
            if (name is null) return null;
            if (name is [TemplatePart.Literal { Text.Value: "and" or "not" } word])
            {
                if (terms.Count == 0) return Wrong($"a pattern may not begin with `{word.Text.Value}`", at, "say what from: `all not web`");
                if (word.Text.Value == "not" && joining == Joining.Or) { joining = Joining.Not; wantsName = true; continue; }
                if (wantsName && joining != Joining.Or || word.Text.Value == "and" && wantsName) return Wrong("a name is missing here", at);
                (joining, wantsName) = (word.Text.Value == "and" ? Joining.And : Joining.Not, true);
                continue;
            }
            if (!wantsName) return Wrong("two names stand side by side", at, "put `,`, `and` or `not` between them");
            if (RangeOf(name, at) is not { } many) return null;
            Filter? filter = null;
            if (!AtEnd && Peek() == '[' && (filter = ReadFilter()) is null) return null;
            terms.Add(new Term(joining, name, filter, at) { Names = many });
            (joining, wantsName) = (Joining.Or, false);
        }
        return terms.Count == 0 || wantsName ? Wrong(terms.Count == 0 ? "the pattern is empty" : "a name is missing at the end", template.At) : new HostPattern(template, terms);
    }

    private bool AtEnd => part >= parts.Count;

    private Position Here => AtEnd ? template.At : parts[part] is TemplatePart.Literal text ? text.Text.At(offset) : parts[part].At;

    private char Peek() => parts[part] is TemplatePart.Literal text ? text.Text.Value[offset] : '\0';

    private void SkipBlanks()
    {
        Normalise();
        while (!AtEnd && char.IsWhiteSpace(Peek())) { offset++; Normalise(); }
    }

    private void Normalise()
    {
        while (!AtEnd && parts[part] is TemplatePart.Literal text && offset >= text.Text.Value.Length) { part++; offset = 0; }
    }

    private List<TemplatePart>? Name() => Pieces(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '*' or '?', "a name of a host or a group", ranges: true);

    /// <summary>At this `[` a range begins, and no `[variable=value]`.</summary>
    private bool IsRange(string text) => text.IndexOf(']', offset) is >= 0 and var end && NameRanges.IsIn(text[offset..(end + 1)]);

    /// <summary>The names that a range stands for; none where there is no range.</summary>
    private IReadOnlyList<string>? RangeOf(List<TemplatePart> name, Position at)
    {
        if (name.Find(part => part is TemplatePart.Literal literal && literal.Text.Value.Contains('[', StringComparison.Ordinal)) is not TemplatePart.Literal { Text: var text }) return [];
        if (name.Count == 1 && !text.Value.AsSpan().ContainsAny('*', '?')) return NameRanges.Expand(text, problems);
        Wrong("a range stands in a name that is written out, without `{{ }}`, `*` and `?`", at);
        return null;
    }

    /// <summary>Letters that belong together, with the expressions between them.</summary>
    private List<TemplatePart>? Pieces(Func<char, bool> belongs, string what, bool ranges = false)
    {
        var pieces = new List<TemplatePart>();
        var at = Here;
        for (Normalise(); !AtEnd; Normalise())
        {
            if (parts[part] is not TemplatePart.Literal { Text: var text })
            {
                pieces.Add(parts[part++]);
                offset = 0;
                continue;
            }
            var start = offset;
            while (offset < text.Value.Length && (belongs(text.Value[offset]) || ranges && text.Value[offset] == '[' && IsRange(text.Value)))
                offset = text.Value[offset] == '[' && ranges ? text.Value.IndexOf(']', offset) + 1 : offset + 1;
            if (offset > start) pieces.Add(new TemplatePart.Literal(text.Slice(start, offset - start)));
            if (offset < text.Value.Length) break;
        }
        if (pieces.Count > 0) return pieces;
        Wrong($"{what} is missing here", at);
        return null;
    }

    private Filter? ReadFilter()
    {
        var at = Here;
        offset++;
        var variable = Pieces(c => char.IsLetterOrDigit(c) || c is '_' or '-', "a variable's name");
        if (variable is null) return null;
        if (variable is not [TemplatePart.Literal { Text: var name }]) return Fail("the variable's name is written out, only its value may be a template", at);
        Normalise();
        var equal = true;
        if (!AtEnd && Peek() == '!') { equal = false; offset++; Normalise(); }
        if (AtEnd || Peek() != '=') return Fail("a condition is written [variable=value] or [variable!=value]", at);
        offset++;
        Normalise();
        if (!AtEnd && Peek() == '=') return Fail("a condition is written with one `=`", Here);
        var value = Pieces(c => c is not (']' or '[' or ','), "a value");
        if (value is null) return null;
        if (AtEnd || Peek() != ']') return Fail("the `]` is missing", at);
        offset++;
        return new Filter(name.Value, equal, value, at);
    }

    private Filter? Fail(string message, Position at)
    {
        Wrong(message, at);
        return null;
    }

    private HostPattern? Wrong(string message, Position? at = null, string? mend = null)
    {
        problems.Add(at ?? Here, message, mend);
        return null;
    }
}
