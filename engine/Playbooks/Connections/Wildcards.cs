namespace Playbooks.Connections;

/// <summary>Patterns as OpenSSH has them in all its files (ssh_config(5), PATTERNS): `*` stands for any text, `?` for any character, everything else for itself, also `[`.</summary>
internal static class Wildcards
{
    public static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, retry = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, retry) = (p++, t);
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t])) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++retry);
            else return false;
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    /// <summary>One of the patterns has to match; one with a `!` before it that matches rules the name out, whatever the others say.</summary>
    public static bool AnyMatches(IEnumerable<string> patterns, string name)
    {
        var named = false;
        foreach (var pattern in patterns)
        {
            if (pattern.StartsWith('!') && Match(pattern.AsSpan(1), name)) return false;
            named |= !pattern.StartsWith('!') && Match(pattern, name);
        }

        return named;
    }
}
