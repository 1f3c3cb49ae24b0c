using System.Text.RegularExpressions;

namespace Playbooks.Steps;

/// <summary>Values that stand behind a name such as `password` or `Authorization`, where nobody has declared them as secrets: a token in an answer cannot be.</summary>
public static partial class Credentials
{
    /// <summary>The text with `***` in their place: of `name: value`, `"name": "value"` and `name=value`.</summary>
    public static string Hidden(string text) => Named().Replace(text, "${name}***");

    [GeneratedRegex("""(?<name>["']?\b(?!session_cookie)[\w-]*(?:authorization|cookie|passwo?r?d|passphrase|secret|token|api[_-]?key)["']?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|(?:(?:Bearer|Basic)\s+)?[^\s,;&}\]"']+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}
