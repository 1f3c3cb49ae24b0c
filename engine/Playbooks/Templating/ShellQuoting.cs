using Playbooks.Problems;

namespace Playbooks.Templating;

/// <summary>
/// A text for a shell in which each value is quoted for the place it stands in, so that the shell sees exactly that value and reads
/// nothing of it; `raw(x)` goes in as it is. Whether a place can be served depends on the text alone. Safe to use from many threads.
/// </summary>
public sealed class ShellQuoting
{
    private readonly Template template;
    private readonly IReadOnlyDictionary<TemplatePart.Hole, ShellPlace> places;

    private ShellQuoting(Template template, IReadOnlyDictionary<TemplatePart.Hole, ShellPlace> places) => (this.template, this.places) = (template, places);

    public Template Template => template;

    /// <summary>Null where a value stands at a place that cannot be served, or the text never ends; the problems say which.</summary>
    public static ShellQuoting? Of(Template template, ProblemList problems)
    {
        var before = problems.Count;
        foreach (var literal in template.Parts.OfType<TemplatePart.Literal>())
            if (literal.Text.Value.IndexOf(ShellPlaces.Hole) is >= 0 and var nul) problems.Add(literal.Text.At(nul), "this is a NUL character, which no shell can be given");
        if (problems.Count > before) return null;

        var found = ShellPlaces.Of(Text(template, _ => null));
        var holes = template.Parts.OfType<TemplatePart.Hole>().ToList();
        var places = new Dictionary<TemplatePart.Hole, ShellPlace>(ReferenceEqualityComparer.Instance);
        foreach (var (hole, place) in holes.Zip(found.Found, (hole, place) => (hole, place)))
        {
            places[hole] = place.Place;
            if (place.Place != ShellPlace.Refused || hole.Expression.IsRaw) continue;
            var way = $"pass it with `env`: NAME: \"{{{{ {hole.Expression.Text} }}}}\", and write \"$NAME\" here";
            problems.Add(hole.At, $"a value cannot be quoted here: it stands {place.Why}", (place.Mend, place.InVariable) switch { (null, _) => way, (var mend, true) => $"{mend}; or {way}", (var mend, _) => mend });
        }
        if (found.Open is { At: >= 0 } open && !holes.Any(h => h.Expression.IsRaw)) problems.Add(PlaceOf(template, open.At), open.What);
        return problems.Count == before ? new ShellQuoting(template, places) : null;
    }

    /// <summary>The text for the shell.</summary>
    /// <exception cref="ExpressionException">
    /// A value is null, a list or a map, or has no bytes that a shell could be given; or one that is `raw` opens or closes quotes for the values after it.
    /// </exception>
    public string Fill(Scope scope)
    {
        var raw = new Dictionary<TemplatePart.Hole, string>(ReferenceEqualityComparer.Instance);
        var filled = template.EvaluateText(scope, (hole, value) =>
        {
            var text = Exact(hole, Template.Filled(hole, value));
            if (hole.Expression.IsRaw) return raw[hole] = text;
            return places[hole] switch
            {
                ShellPlace.Bare => $"'{InSingleQuotes(text)}'",
                // Out of the double quotes and back: so neither a `$` before it nor a locale's double-byte characters can matter.
                ShellPlace.Double => $"\"'{InSingleQuotes(text)}'\"",
                _ => InSingleQuotes(text),
            };
        });
        if (raw.Count > 0 && raw.Count < places.Count) CheckRaw(raw);
        return filled;
    }

    /// <summary>What is raw is the user's own code, but must not move the others into other quotes.</summary>
    private void CheckRaw(Dictionary<TemplatePart.Hole, string> raw)
    {
        var found = ShellPlaces.Of(Text(template, raw.GetValueOrDefault)).Found;
        var moved = places.Keys.Where(hole => !raw.ContainsKey(hole)).Zip(found, (hole, place) => (hole, place.Place)).FirstOrDefault(x => x.Place != places[x.hole]).hole;
        if (moved is not null) throw new ExpressionException(moved.At, "what a raw(…) before this {{ }} was filled with changes how this {{ }} is read");
    }

    /// <summary>The text with its literals, and for each hole what it is said to be, or the sign for one.</summary>
    private static string Text(Template template, Func<TemplatePart.Hole, string?> written) =>
        string.Concat(template.Parts.Select(part => part is TemplatePart.Hole hole ? written(hole) ?? ShellPlaces.Hole.ToString() : ((TemplatePart.Literal)part).Text.Value));

    private static Position PlaceOf(Template template, int at)
    {
        foreach (var part in template.Parts)
        {
            var length = part is TemplatePart.Literal literal ? literal.Text.Value.Length : 1;
            if (at < length) return part is TemplatePart.Literal here ? here.Text.At(at) : part.At;
            at -= length;
        }
        return template.At;
    }

    private static string InSingleQuotes(string text) => text.Replace("'", @"'\''", StringComparison.Ordinal);

    private static string Exact(TemplatePart.Hole hole, string text)
    {
        if (text.Contains(ShellPlaces.Hole, StringComparison.Ordinal)) throw new ExpressionException(hole.Expression.At, $"`{hole.Expression.Text}` holds a NUL character, which no shell can be given");
        if (!IsWhole(text)) throw new ExpressionException(hole.Expression.At, $"`{hole.Expression.Text}` holds half a character (a lone surrogate), which has no bytes");
        return text;
    }

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i]))) return false;
        return true;
    }
}
