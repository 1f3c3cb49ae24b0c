namespace Playbooks.Steps.Files;

/// <summary>What stands at a path of a machine; of a link, what it leads to.</summary>
internal enum HostFileType
{
    None,
    File,

    /// <summary>A file that may not be read: nothing is known of its content.</summary>
    ClosedFile,
    Folder,

    /// <summary>A folder that may not be looked into: nothing is known of what is in it.</summary>
    ClosedFolder,

    /// <summary>A device, a pipe, a socket.</summary>
    Special,

    /// <summary>A link that leads nowhere.</summary>
    BrokenLink,
}

/// <summary>A path of a machine, and what stands there.</summary>
/// <param name="Path">As it was asked for.</param>
/// <param name="IsLink">It is a symbolic link; all else is of what it leads to.</param>
/// <param name="Mode">The permissions, with the bits of setuid, setgid and sticky.</param>
/// <param name="Device">The file system it is on.</param>
/// <param name="Sha256">Of a file: in hexadecimal.</param>
internal sealed record HostFile(string Path, HostFileType Type, bool IsLink, int Mode = 0, long Size = 0, long Uid = 0, long Gid = 0, string Owner = "", string Group = "", string Device = "", string Sha256 = "")
{
    public bool Exists => Type is not (HostFileType.None or HostFileType.BrokenLink);
}
