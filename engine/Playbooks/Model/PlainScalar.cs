using System.Globalization;
using System.Text.RegularExpressions;

namespace Playbooks.Model;

/// <summary>
/// Reads unquoted scalars by the YAML 1.2 core schema (yaml.org/spec/1.2.2, section 10.3.2), with three differences: only `true` and
/// `false` are booleans, digits with a leading zero are text (a file mode, a postcode), and so is what a number could not hold exactly
/// (.inf, .nan, integers beyond 64 bits).
/// </summary>
public static partial class PlainScalar
{
    public static object? Read(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" => true,
        "false" => false,
        _ => Number(text) ?? text,
    };

    private static object? Number(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.')) return null;
        if (Integer().IsMatch(text)) return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null;
        if (Hexadecimal().IsMatch(text)) return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) && hex >= 0 ? hex : null;
        if (Octal().IsMatch(text)) return Convert.ToInt64(text[2..], 8);
        return Real().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : null;
    }

    [GeneratedRegex(@"^[-+]?(0|[1-9][0-9]*)\z")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^0x[0-9a-fA-F]{1,16}\z")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"^0o[0-7]{1,20}\z")]
    private static partial Regex Octal();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Real();
}
