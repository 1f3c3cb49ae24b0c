namespace Playbooks.Problems;

/// <summary>Finds the word that was probably meant.</summary>
public static class Suggest
{
    /// <summary>A file may have tens of thousands of names, and as many mistakes.</summary>
    private const int MostCandidates = 1_000;

    /// <summary>"did you mean `x`?" for the nearest candidate, or null where none is near.</summary>
    public static string? DidYouMean(string word, IEnumerable<string> candidates) =>
        Closest(word, candidates) is { } closest ? $"did you mean `{closest}`?" : null;

    public static string? Closest(string word, IEnumerable<string> candidates) => candidates
        .Take(MostCandidates)
        .Where(candidate => candidate != word && IsLongEnough(candidate, word) && Math.Abs(candidate.Length - word.Length) <= Math.Max(1, word.Length / 3))
        .Select(candidate => (candidate, distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
        .Where(x => x.distance <= Math.Max(1, Math.Min(word.Length, x.candidate.Length) / 3))
        .OrderBy(x => x.distance).ThenBy(x => x.candidate, StringComparer.Ordinal)
        .Select(x => x.candidate)
        .FirstOrDefault();

    /// <summary>In a word of two letters another letter is half of it: only case and order may differ, or a letter be lacking.</summary>
    private static bool IsLongEnough(string a, string b) => Math.Min(a.Length, b.Length) is var least && (least >= 3 || least == 2 && a.Length != b.Length || a.ToLowerInvariant().Order().SequenceEqual(b.ToLowerInvariant().Order()));

    /// <summary>Optimal string alignment: like Levenshtein, and two swapped letters count as one slip.</summary>
    private static int Distance(string a, string b)
    {
        if (a.Length > 64 || b.Length > 64) return int.MaxValue;
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
