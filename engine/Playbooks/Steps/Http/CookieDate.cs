using System.Globalization;
using System.Text.RegularExpressions;

namespace Playbooks.Steps.Http;

/// <summary>Reads the dates of cookies as browsers do (RFC 6265, section 5.1.1): in any order, with dashes or without.</summary>
internal static partial class CookieDate
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Null where it is no date: the cookie then lives as if it had none.</summary>
    public static DateTimeOffset? Read(string text)
    {
        TimeSpan? time = null;
        int? day = null, month = null, year = null;
        foreach (var token in Delimiter().Split(text))
        {
            if (time is null && Clock().Match(token) is { Success: true } clock) time = new TimeSpan(Number(clock, 1), Number(clock, 2), Number(clock, 3));
            else if (day is null && OneOrTwoDigits().Match(token) is { Success: true } d) day = Number(d, 1);
            else if (month is null && token.Length >= 3 && Array.IndexOf(Months, token[..3].ToLowerInvariant()) is >= 0 and var m) month = m + 1;
            else if (year is null && TwoToFourDigits().Match(token) is { Success: true } y) year = Number(y, 1) switch { >= 70 and <= 99 and var last => 1900 + last, <= 69 and var next => 2000 + next, var full => full };
        }
        if (time is null || year is not (>= 1601 and <= 9998) || month is null || day is not >= 1 || day > DateTime.DaysInMonth(year.Value, month.Value)) return null;
        return new DateTimeOffset(year.Value, month.Value, day.Value, 0, 0, 0, TimeSpan.Zero) + time.Value;
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")]
    private static partial Regex Delimiter();

    [GeneratedRegex(@"^([01]?[0-9]|2[0-3]):([0-5]?[0-9]):([0-5]?[0-9])(?![0-9])")]
    private static partial Regex Clock();

    [GeneratedRegex(@"^([0-9]{1,2})(?![0-9])")]
    private static partial Regex OneOrTwoDigits();

    [GeneratedRegex(@"^([0-9]{2,4})(?![0-9])")]
    private static partial Regex TwoToFourDigits();
}
