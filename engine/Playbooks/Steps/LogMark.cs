namespace Playbooks.Steps;

/// <summary>A file as it was when a window opened: what is in it past `Size` came later. An inode tells it from another file of its name.</summary>
public sealed record LogMark(string Path, ulong Device, ulong Inode, long Size);
