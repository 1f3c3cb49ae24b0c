namespace Playbooks.Steps;

/// <summary>A file as it was when a window opened: what is in it past `Size` came later. An inode tells it from another file of its name.</summary>
/// <param name="Before">
/// A hash of the bytes just before `Size`: a file that was emptied and has grown past its old size again, or a new one that got the
/// inode of an old one, has others there. Null where they could not be read.
/// </param>
public sealed record LogMark(string Path, ulong Device, ulong Inode, long Size, string? Before = null);
