using System.Buffers;
using System.Globalization;

namespace Playbooks.Templating;

/// <summary>
/// What can be said of any value: null, bool, long, double, string, <see cref="TimeSpan"/> (a duration), <see cref="Size"/>,
/// <see cref="DateTimeOffset"/> (a time), a list (<see cref="IReadOnlyList{T}"/> of values) or <see cref="IMembers"/> (a map or record).
/// </summary>
public static partial class Data
{
    private static readonly SearchValues<char> WholeNumber = SearchValues.Create("-0123456789");
    private static readonly SearchValues<char> RealNumber = SearchValues.Create("0123456789+-.eE");

    /// <summary>What people call the type of the value.</summary>
    public static string TypeName(object? value) => value switch
    {
        null => "null",
        string => "text",
        bool => "boolean",
        long or double => "number",
        TimeSpan => "duration",
        Size => "size",
        DateTimeOffset => "time",
        IMembers => "map",
        IReadOnlyList<object?> => "list",
        _ => value.GetType().Name,
    };

    /// <summary>The value as a part of a text: numbers and booleans as YAML writes them. Null, lists and maps have no such form.</summary>
    /// <exception cref="ArgumentException">The value is null, a list or a map; the message says so to the user.</exception>
    public static string ToText(object? value) => value switch
    {
        string text => text,
        bool truth => truth ? "true" : "false",
        long or double => NumberText(value),
        TimeSpan duration => Literals.Print(duration),
        Size size => size.ToString(),
        DateTimeOffset time => Literals.Print(time),
        null => throw new ArgumentException("null has no text"),
        _ => throw new ArgumentException($"a {TypeName(value)} has no text: {Show(value, 60)}"),
    };

    internal static string NumberText(object number)
    {
        if (number is long whole) return whole.ToString(CultureInfo.InvariantCulture);
        var text = ((double)number).ToString("R", CultureInfo.InvariantCulture);
        // YAML tells 2.0 from 2, so a number that was written with a fraction keeps one.
        return text.AsSpan().IndexOfAnyExcept(WholeNumber) < 0 ? text + ".0" : text;
    }

    /// <summary>The value as .NET gives it elsewhere, brought to one of our own types; every number that enters goes through here.</summary>
    internal static object? Own(object? value) => value switch
    {
        int or short or byte or sbyte or ushort or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        char one => one.ToString(),
        Absent absent => throw new MissingValueException(absent.Message, absent.Mend),
        _ => value,
    };

    internal static bool IsNumber(string text) => ToNumber(text) is not null;

    /// <summary>The number that a text holds, blanks around it aside; null where it holds none. Leading zeros are digits: "08" is 8.</summary>
    internal static object? ToNumber(string text)
    {
        var plain = text.AsSpan().Trim();
        if (plain.Length is 0 or > 64) return null;
        if (long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return whole;
        // NumberStyles.Float alone would also take "Infinity" and "NaN".
        if (plain.IndexOfAnyExcept(RealNumber) >= 0 || plain.IndexOfAny(".eE") < 0) return null;
        return double.TryParse(plain, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : null;
    }
}
