namespace Playbooks.Steps;

/// <summary>A file as it was when a window opened: what is in it past `Size` came later. Device, inode and birth tell it from another file of its name.</summary>
/// <param name="Before">
/// A hash of the bytes just before `Size`: a file that was emptied and has grown past its old size again, or a new one that got the
/// inode of an old one, has others there. Null where they were not read.
/// </param>
public sealed record LogMark(string Path, ulong Device, ulong Inode, long Size, string? Before = null)
{
    /// <summary>Its birth as a Unix time in seconds; 0 where the machine does not know.</summary>
    public long Born { get; init; }

    /// <summary>When its bytes last changed, as a text that sorts by time.</summary>
    public string Changed { get; init; } = "";

    /// <summary>It is not a file of the path itself, but has the name of a rotation of one.</summary>
    public bool IsRotation { get; init; }
}
