using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Playbooks.Connections;

/// <summary>The user of this machine that we are, by number, and which files are theirs: .NET tells neither.</summary>
internal static class LocalUser
{
    // statx(2), whose buffer is laid out alike on every Linux.
    private const int Here = -100, TypeAsked = 0x1, UidAsked = 0x8, InodeAsked = 0x100, UidAt = 20, ModeAt = 28, InodeAt = 32, DeviceAt = 136, Length = 256;

    public static uint Id => GetUid();

    /// <summary>False also where it cannot be found out.</summary>
    public static bool Owns(string path)
    {
        var about = new byte[Length];
        return StatX(Here, path, 0, UidAsked, about) == 0 && BinaryPrimitives.ReadUInt32LittleEndian(about.AsSpan(UidAt)) == Id;
    }

    /// <summary>A pipe, a socket or a device: to read it may wait for ever, and never end.</summary>
    public static bool IsSpecial(string path)
    {
        const int type = 0xf000, folder = 0x4000, regular = 0x8000;
        var about = new byte[Length];
        return StatX(Here, path, 0, TypeAsked, about) == 0 && (BinaryPrimitives.ReadUInt16LittleEndian(about.AsSpan(ModeAt)) & type) is not (folder or regular);
    }

    /// <summary>What tells the file from any other that has had its name; null where there is none.</summary>
    public static (ulong Device, ulong Inode)? File(string path)
    {
        var about = new byte[Length];
        return StatX(Here, path, 0, InodeAsked, about) == 0 ? (BinaryPrimitives.ReadUInt64LittleEndian(about.AsSpan(DeviceAt)), BinaryPrimitives.ReadUInt64LittleEndian(about.AsSpan(InodeAt))) : null;
    }

    [DllImport("libc", EntryPoint = "getuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint GetUid();

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] about);
}
