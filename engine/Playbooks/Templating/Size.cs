using System.Globalization;

namespace Playbooks.Templating;

/// <summary>An amount of data, as `10MB` writes it: 1KB is 1000 bytes, 1KiB is 1024.</summary>
public readonly record struct Size(long Bytes) : IComparable<Size>
{
    internal static readonly (string Unit, long Bytes)[] Units =
    [
        ("B", 1), ("KB", 1_000), ("KiB", 1L << 10), ("MB", 1_000_000), ("MiB", 1L << 20),
        ("GB", 1_000_000_000), ("GiB", 1L << 30), ("TB", 1_000_000_000_000), ("TiB", 1L << 40),
    ];

    public int CompareTo(Size other) => Bytes.CompareTo(other.Bytes);

    public static bool operator <(Size left, Size right) => left.Bytes < right.Bytes;
    public static bool operator >(Size left, Size right) => left.Bytes > right.Bytes;
    public static bool operator <=(Size left, Size right) => left.Bytes <= right.Bytes;
    public static bool operator >=(Size left, Size right) => left.Bytes >= right.Bytes;

    /// <summary>The size in the unit that needs the fewest digits and no fraction, so that reading it again gives the same bytes.</summary>
    public override string ToString()
    {
        var bytes = Bytes;
        var (unit, of) = bytes == 0 ? Units[0] : Units.Where(x => bytes % x.Bytes == 0).MaxBy(x => x.Bytes);
        return (bytes / of).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
