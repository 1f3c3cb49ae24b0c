using System.Text.RegularExpressions;

namespace Playbooks.Steps;

/// <summary>Values that stand behind a name such as `password` or `Authorization`, where nobody has declared them as secrets: a token in an answer cannot be.</summary>
public static partial class Credentials
{
    /// <summary>The text with `***` in their place: of `name: value`, `"name": "value"` and `name=value`.</summary>
    public static string Hidden(string text) => Named().Replace(text, "${name}***");

    /// <summary>
    /// A name may end in the word; where it begins is not searched for: a page may be one line of a million letters. It may be cut, too, so that a quote which
    /// nothing closes goes to the end of its line. `session_cookie` is a word of ours.
    /// </summary>
    [GeneratedRegex("""(?<name>(?:authorization|(?<!(?<![\w-])session_)cookie|passwo?r?d|passphrase|secret|token|api[_-]?key)["']?\s*[:=]\s*)(?:"(?>(?:[^"\\]+|\\.)*)"|"[^\n]*|'[^']*'|'[^\n]*|(?:(?:Bearer|Basic|Digest|Token)\s+)?[^\s,;&}\]"']+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Named();
}
