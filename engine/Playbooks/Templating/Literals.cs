using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Playbooks.Templating;

/// <summary>Reads and prints the literals that have a unit: durations `1h30m`, sizes `10MB`, percentages `25%`, and times.</summary>
public static partial class Literals
{
    private static readonly (string Unit, long Ticks)[] DurationUnits =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
    ];

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK",
    ];

    /// <summary>`250ms 10s 5m 1h30m 2d`: units from large to small, each once; only the last may have a fraction. Never negative.</summary>
    public static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length is 0 or > 64) return false;
        var match = DurationPattern().Match(text);
        if (!match.Success) return false;

        var ticks = 0m;
        var last = -1;
        var fraction = false;
        for (var i = 0; i < match.Groups["unit"].Captures.Count; i++)
        {
            var unit = Array.FindIndex(DurationUnits, x => x.Unit == match.Groups["unit"].Captures[i].Value);
            if (unit <= last || fraction) return false;
            last = unit;
            var number = match.Groups["number"].Captures[i].Value;
            fraction = number.Contains('.', StringComparison.Ordinal);
            if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)) return false;
            if (amount > long.MaxValue / DurationUnits[unit].Ticks) return false;
            ticks += amount * DurationUnits[unit].Ticks;
        }
        // A tick is 100 ns; what is finer than that was not meant as a duration.
        if (ticks != decimal.Truncate(ticks) || ticks > long.MaxValue) return false;
        duration = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>The duration as <see cref="TryDuration"/> reads it; a negative one (a difference) has a minus sign before it.</summary>
    public static string Print(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero) return "0s";
        var text = new StringBuilder();
        // As decimal: TimeSpan.MinValue has no positive counterpart in 64 bits.
        var ticks = Math.Abs((decimal)duration.Ticks);
        if (duration < TimeSpan.Zero) text.Append('-');
        foreach (var (unit, of) in DurationUnits)
        {
            // 1.5s reads better than 1s500ms; below a second it is milliseconds.
            var isLast = unit == "ms" || (unit == "s" && ticks >= of && ticks % of != 0);
            var amount = isLast ? ticks / of : decimal.Truncate(ticks / of);
            if (amount == 0) continue;
            text.Append(amount.ToString("0.#######", CultureInfo.InvariantCulture)).Append(unit);
            ticks -= amount * of;
        }
        return text.ToString();
    }

    /// <summary>`10MB`, `1.5GiB`, `512B`: a whole number of bytes, never negative.</summary>
    public static bool TrySize(string text, out Size size)
    {
        size = default;
        var match = SizePattern().Match(text);
        if (!match.Success || text.Length > 64) return false;
        var of = Size.Units.First(x => x.Unit == match.Groups["unit"].Value).Bytes;
        if (!decimal.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)) return false;
        if (amount > long.MaxValue / of) return false;
        var bytes = amount * of;
        if (bytes != decimal.Truncate(bytes)) return false;
        size = new Size((long)bytes);
        return true;
    }

    /// <summary>`25%` or `0.5%`, as the number before the sign: 0 to 100.</summary>
    public static bool TryPercentage(string text, out double percent)
    {
        percent = 0;
        return text.Length <= 64 && PercentagePattern().IsMatch(text)
            && double.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent) && percent <= 100;
    }

    /// <summary>A time as ISO 8601 writes it, with its offset or Z; a date alone is its midnight in UTC. A time without an offset is not guessed at.</summary>
    public static bool TryTime(string text, out DateTimeOffset time)
    {
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)) return true;
        return text.Length > 16 && OffsetPattern().IsMatch(text)
            && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    /// <summary>The time as <see cref="TryTime"/> reads it.</summary>
    public static string Print(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + (time.Offset == TimeSpan.Zero ? "Z" : time.ToString("zzz", CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^(?:(?<number>[0-9]{1,19}(?:\.[0-9]{1,9})?)(?<unit>ms|[dhms]))+\z", RegexOptions.CultureInvariant)]
    private static partial Regex DurationPattern();

    [GeneratedRegex(@"^(?<number>[0-9]{1,19}(?:\.[0-9]{1,9})?)(?<unit>B|[KMGT]i?B)\z", RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();

    [GeneratedRegex(@"^[0-9]{1,3}(?:\.[0-9]{1,9})?%\z", RegexOptions.CultureInvariant)]
    private static partial Regex PercentagePattern();

    [GeneratedRegex(@"(?:Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex OffsetPattern();
}
