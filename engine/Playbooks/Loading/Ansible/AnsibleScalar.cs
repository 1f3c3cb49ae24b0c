using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Playbooks.Loading.Ansible;

/// <summary>
/// Types what is not quoted in a YAML file of Ansible: by YAML 1.1 as PyYAML reads it (yaml.org/type, and its resolver), so `yes` and `on`
/// are booleans, `0644` is octal and `1:30` counts in sixties. Dates, infinities and whole numbers beyond 64 bits stay text.
/// </summary>
internal static partial class AnsibleScalar
{
    private const int MostDigits = 4300;

    public static object? Read(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL": return null;
            case "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON": return true;
            case "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF": return false;
        }
        if (!(char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.') || text.Length > MostDigits) return text;
        var isReal = Real().IsMatch(text);
        if (!isReal && !Whole().IsMatch(text)) return text;
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var sign = digits[0] == '-' ? -1 : 1;
        digits = digits.TrimStart('-', '+');
        if (isReal) return Sixties(digits.Split(':'), part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real : double.NaN, 60.0) is var sum && double.IsFinite(sum) ? sign * sum : text;
        var number = digits switch
        {
            ['0', 'b', .. var binary] => Of(binary, 2),
            ['0', 'x', .. var hexadecimal] => Of(hexadecimal, 16),
            ['0', _, ..] => Of(digits[1..], 8),
            _ => Sixties(digits.Split(':'), part => BigInteger.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture), new BigInteger(60)),
        };
        return (number * sign) is var signed && signed >= long.MinValue && signed <= long.MaxValue ? (long)signed : signed.ToString(CultureInfo.InvariantCulture);
    }

    private static T Sixties<T>(string[] parts, Func<string, T> read, T sixty) where T : INumberBase<T> => parts.Aggregate(T.Zero, (sum, part) => sum * sixty + read(part));

    private static BigInteger Of(string digits, int radix) => digits.Aggregate(BigInteger.Zero, (sum, digit) => sum * radix + Convert.ToInt32(digit.ToString(), 16));

    [GeneratedRegex(@"^([-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?|\.[0-9][0-9_]*([eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*)\z")]
    private static partial Regex Real();

    [GeneratedRegex(@"^([-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+)\z")]
    private static partial Regex Whole();
}
