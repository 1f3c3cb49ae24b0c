using Playbooks.Templating;

namespace Playbooks.Model;

/// <summary>Reads a value of data as a type of the language; `Expected` completes "this must be …".</summary>
public sealed record SettingType<T>(string Expected, SettingType<T>.Reader TryRead)
{
    public delegate bool Reader(object? value, out T read);

    /// <summary>What to write instead, where that is plain.</summary>
    public string? Mend(object? value) => value switch
    {
        string text when (typeof(T) == typeof(bool) || Equals(SettingTypes.Sudo)) && Truth.Of(text) is { } truth => $"write {(truth ? "true" : "false")}",
        long number when typeof(T) == typeof(TimeSpan) => $"a number alone has no unit: {number}s, {number}ms or {number}m?",
        long or double when typeof(T) == typeof(double) => $"a number alone has no unit: {Data.ToText(value)}%?",
        _ => null,
    };
}

/// <summary>What other languages take for true and false.</summary>
internal static class Truth
{
    public static bool? Of(string text) => text.ToLowerInvariant() switch
    {
        "yes" or "on" or "true" or "y" => true,
        "no" or "off" or "false" or "n" => false,
        _ => null,
    };
}

/// <summary>The types that settings are of.</summary>
public static class SettingTypes
{
    public static SettingType<string> Text { get; } = new("a text", (object? value, out string read) =>
    {
        read = value is string or long or double or bool or TimeSpan or Size or DateTimeOffset ? Data.ToText(value) : "";
        return value is not (null or IMembers or IReadOnlyList<object?>);
    });

    public static SettingType<bool> Boolean { get; } = new("true or false", (object? value, out bool read) =>
    {
        read = value is true;
        return value is bool;
    });

    public static SettingType<TimeSpan> Duration { get; } = new("a duration such as 250ms, 10s or 1h30m", (object? value, out TimeSpan read) =>
    {
        read = value as TimeSpan? ?? default;
        return value is TimeSpan || value is string text && Literals.TryDuration(text, out read);
    });

    /// <summary>Between two samples.</summary>
    public static SettingType<TimeSpan> Period { get; } = new("a duration from 50ms to 1h, such as 250ms or 1s", (object? value, out TimeSpan read) =>
        Duration.TryRead(value, out read) && read >= TimeSpan.FromMilliseconds(50) && read <= TimeSpan.FromHours(1));

    /// <summary>For one sample.</summary>
    public static SettingType<TimeSpan> SampleTime { get; } = new("a duration from 1ms to 1h, such as 500ms or 5s", (object? value, out TimeSpan read) =>
        Duration.TryRead(value, out read) && read >= TimeSpan.FromMilliseconds(1) && read <= TimeSpan.FromHours(1));

    public static SettingType<int> WholeNumber(int least, int most) => new($"a whole number from {least} to {most}", (object? value, out int read) =>
    {
        read = value is long number && number >= least && number <= most ? (int)number : 0;
        return value is long whole && whole >= least && whole <= most;
    });

    /// <summary>A size as bytes; no more than a result can hold.</summary>
    public static SettingType<int> Bytes { get; } = new("a size up to 100MB, such as 64KB or 10MB", (object? value, out int read) =>
    {
        var size = value as Size? ?? (value is string text && Literals.TrySize(text, out var written) ? written : new Size(-1));
        read = (int)Math.Clamp(size.Bytes, 0, MostBytes);
        return size.Bytes is >= 0 and <= MostBytes;
    });

    private const int MostBytes = 100_000_000;

    /// <summary>How many in a hundred.</summary>
    public static SettingType<double> Percentage { get; } = new("a percentage such as 1% or 0.5%", (object? value, out double read) =>
    {
        read = 0;
        return value is string text && Literals.TryPercentage(text, out read);
    });

    /// <summary>A number of hosts or a percentage of them, or several, of which the last repeats.</summary>
    public static SettingType<IReadOnlyList<BatchSize>> BatchSizes { get; } = new("a number of hosts (from 1), a percentage (1% to 100%), or a list of these", (object? value, out IReadOnlyList<BatchSize> read) =>
    {
        var items = value is IReadOnlyList<object?> list ? list : [value];
        var sizes = items.Select(SizeOf).ToList();
        read = [.. sizes.OfType<BatchSize>()];
        return sizes.Count > 0 && sizes.TrueForAll(size => size is not null);
    });

    private static BatchSize? SizeOf(object? value) => value switch
    {
        long number and > 0 and <= int.MaxValue => new((int)number, false),
        // As a param's value comes that may be a percentage too.
        string text when int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var count) && count > 0 => new(count, false),
        string text when text.EndsWith('%') && int.TryParse(text[..^1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100 => new(percent, true),
        _ => null,
    };

    public static SettingType<BatchOrder> BatchOrder { get; } = new("inventory, reverse, shuffle, or a list of hosts' names", (object? value, out BatchOrder read) =>
    {
        var by = value switch { "inventory" => BatchOrderBy.Inventory, "reverse" => BatchOrderBy.Reverse, "shuffle" => BatchOrderBy.Shuffle, _ => BatchOrderBy.Names };
        IReadOnlyList<string> names = [];
        var ok = by != BatchOrderBy.Names || value is IReadOnlyList<object?> && Texts!.TryRead(value, out names);
        read = new BatchOrder(by, names);
        return ok;
    });

    /// <summary>One text or a list of texts.</summary>
    public static SettingType<IReadOnlyList<string>> Texts { get; } = new("a text or a list of texts", (object? value, out IReadOnlyList<string> read) =>
    {
        var items = value is IReadOnlyList<object?> list ? list : [value];
        read = [.. items.Where(item => Text.TryRead(item, out _)).Select(Data.ToText)];
        return read.Count == items.Count;
    });

    /// <summary>A map from text to text.</summary>
    public static SettingType<IReadOnlyDictionary<string, string>> TextMap { get; } = new("a map of texts", (object? value, out IReadOnlyDictionary<string, string> read) =>
    {
        var map = value as IReadOnlyDictionary<string, object?>;
        var ok = map is not null && map.Values.All(item => Text.TryRead(item, out _));
        read = ok ? map!.ToDictionary(e => e.Key, e => Data.ToText(e.Value)) : new Dictionary<string, string>();
        return ok;
    });

    /// <summary>Names and values of environment variables (POSIX, section 8.1: letters, digits and underscores).</summary>
    public static SettingType<IReadOnlyDictionary<string, string>> Environment { get; } = new("a map from names (letters, digits and _) to texts", (object? value, out IReadOnlyDictionary<string, string> read) =>
        TextMap.TryRead(value, out read) && read.Keys.All(name => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')));

    /// <summary>`true` is root, `false` nobody, a text that user; no user is meant by `yes`.</summary>
    public static SettingType<string?> Sudo { get; } = new("true, false or a user's name", (object? value, out string? read) =>
    {
        read = value switch { true => "root", string user => user, _ => null };
        return value is bool || value is string { Length: > 0 } text && Truth.Of(text) is null;
    });
}
