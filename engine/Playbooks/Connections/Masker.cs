using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Playbooks.Connections;

/// <summary>
/// Hides the secrets of a run, and all they can be read from, in what is shown, stored or told. There is one for each run; secrets
/// may be added while it goes on. Safe to use from many threads.
/// </summary>
public sealed class Masker
{
    private const string Hidden = "***";

    /// <summary>A beginning of a secret that is shorter says nothing.</summary>
    private const int Telling = 3;

    /// <summary>A shorter secret may well stand in a word by chance: there it must be the word, or its end behind `=` or `:`.</summary>
    private const int Unlikely = 8;

    private readonly Lock gate = new();
    private readonly HashSet<string> secrets = new(StringComparer.Ordinal), forms = new(StringComparer.Ordinal);
    private volatile bool isEmpty = true;

    /// <summary>Made when it is first asked for after an addition: many are added one after the other.</summary>
    private volatile Known? known;

    /// <summary>What is looked for, ready to be looked for.</summary>
    private sealed record Known(FrozenSet<string> Secrets, SearchValues<string> Any, FrozenDictionary<char, string[]> ByFirst, int Longest);

    public void Add(string secret)
    {
        lock (gate)
        {
            if (secret.Length == 0 || !secrets.Add(secret)) return;
            forms.UnionWith(SecretForms.Of(secret));
            (known, isEmpty) = (null, false);
        }
    }

    /// <summary>There is nothing to hide, and everything comes back as it is.</summary>
    public bool IsEmpty => isEmpty;

    /// <summary>The text without secrets; the same instance where there is none in it. What was cut (…) is hidden too where it begins as one does.</summary>
    /// <param name="text">A whole text, or a whole line.</param>
    /// <param name="isCut">It ends where it ends by chance.</param>
    public string Mask(string text, bool isCut = false)
    {
        if (Look() is not { } look) return text;
        var ranges = Found(look, text);
        var before = 0;
        for (var cut = text.IndexOf('…', StringComparison.Ordinal); cut >= 0; cut = text.IndexOf('…', before))
        {
            Beginning(text.AsSpan(before, cut - before), before);
            before = cut + 1;
        }
        if (isCut) Beginning(text.AsSpan(before), before);
        return ranges.Count == 0 ? text : Without(text, ranges);

        void Beginning(ReadOnlySpan<char> part, int at)
        {
            if (OpenAt(look, part) is var open && part.Length - open >= Telling) ranges.Add((at + open, at + part.Length));
        }
    }

    /// <summary>From where on the text may be the beginning of a secret that has not come whole; its length where it is none.</summary>
    public int OpenAt(string text)
    {
        if (Look() is not { } look) return text.Length;
        var open = OpenAt(look, text);
        // The beginning of one may be the end of another that is whole: then all of that waits.
        foreach (var (start, end) in Found(look, text))
            if (start < open && open < end) return start;
        return open;
    }

    /// <summary>A secret is, or stands in, this word of a command, which everybody on its machine may read: as it is, or as base64 and its kin.</summary>
    public bool IsInWord(string word) => Look() is { } look && (Found(look, word).Any(range => range.End - range.Start >= Unlikely)
        || look.Secrets.Any(secret => secret.Length < Unlikely && (word == secret || word.EndsWith("=" + secret, StringComparison.Ordinal) || word.EndsWith(":" + secret, StringComparison.Ordinal))));

    /// <summary>A secret was filled into this text for a shell.</summary>
    public bool IsInScript(string script) => Look() is { } look && look.Secrets.Any(secret =>
        secret.Replace("'", @"'\''", StringComparison.Ordinal) is var quoted && script.Contains(secret.Length >= Unlikely ? quoted : $"'{quoted}'", StringComparison.Ordinal));

    /// <summary>Null: there is nothing to look for.</summary>
    private Known? Look()
    {
        if (isEmpty) return null;
        if (known is { } made) return made;
        lock (gate)
            return known ??= new Known(secrets.ToFrozenSet(StringComparer.Ordinal), SearchValues.Create([.. forms], StringComparison.Ordinal),
                forms.GroupBy(form => form[0]).ToFrozenDictionary(same => same.Key, same => same.OrderByDescending(form => form.Length).ToArray()), forms.Max(form => form.Length));
    }

    private static List<(int Start, int End)> Found(Known look, string text)
    {
        var ranges = new List<(int Start, int End)>();
        for (var from = 0; text.AsSpan(from).IndexOfAny(look.Any) is >= 0 and var found;)
        {
            var start = from + found;
            var end = start + LengthAt(look, text.AsSpan(start));
            // Another one may begin within it and end behind it.
            for (var inside = start + 1; inside < end; inside++) end = Math.Max(end, inside + LengthAt(look, text.AsSpan(inside)));
            ranges.Add((start, end));
            from = end;
        }
        return ranges;
    }

    private static int OpenAt(Known look, ReadOnlySpan<char> text)
    {
        for (var at = Math.Max(0, text.Length - look.Longest + 1); at < text.Length; at++)
            if (look.ByFirst.TryGetValue(text[at], out var forms))
                foreach (var form in forms)
                    if (form.Length > text.Length - at && form.AsSpan().StartsWith(text[at..], StringComparison.Ordinal)) return at;
        return text.Length;
    }

    /// <summary>The length of the longest form that begins there.</summary>
    private static int LengthAt(Known look, ReadOnlySpan<char> text)
    {
        if (look.ByFirst.TryGetValue(text[0], out var forms))
            foreach (var form in forms)
                if (text.StartsWith(form, StringComparison.Ordinal)) return form.Length;
        return 0;
    }

    private static string Without(string text, List<(int Start, int End)> ranges)
    {
        var masked = new StringBuilder();
        var at = 0;
        foreach (var (start, end) in ranges.OrderBy(range => range.Start))
        {
            // Two that touch are hidden as one.
            if (start > at || at == 0) masked.Append(text, at, start - at).Append(Hidden);
            at = Math.Max(at, end);
        }
        return masked.Append(text, at, text.Length - at).ToString();
    }
}
