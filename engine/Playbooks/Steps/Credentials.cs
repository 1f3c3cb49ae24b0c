using System.Text.RegularExpressions;

namespace Playbooks.Steps;

/// <summary>Values that stand behind a name such as `password` or `Authorization`, where nobody has declared them as secrets: a token in an answer cannot be.</summary>
public static partial class Credentials
{
    /// <summary>The text with `***` in their place: of `name: value`, `"name": "value"` and `name=value`.</summary>
    public static string Hidden(string text) => Named().Replace(text, "${name}***");

    /// <summary>What stands before the word is not looked at, and a quote need not be closed: a page may be one line of a million letters, or be cut.</summary>
    [GeneratedRegex("""(?<name>(?:authorization|(?<!session_)cookie|passwo?r?d|passphrase|secret|token|api[_-]?key)["']?\s{0,9}[:=]\s{0,9})(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|(?:(?:Bearer|Basic)\s{1,9})?[^\s,;&}\]"']+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}
