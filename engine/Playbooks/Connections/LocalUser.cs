using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Playbooks.Connections;

/// <summary>The user of this machine that we are, by number, and which files are theirs: .NET tells neither.</summary>
internal static class LocalUser
{
    // statx(2), whose buffer is laid out alike on every Linux.
    private const int Here = -100, UidAsked = 0x8, UidAt = 20, Length = 256;

    public static uint Id => GetUid();

    /// <summary>False also where it cannot be found out.</summary>
    public static bool Owns(string path)
    {
        var about = new byte[Length];
        return StatX(Here, path, 0, UidAsked, about) == 0 && BinaryPrimitives.ReadUInt32LittleEndian(about.AsSpan(UidAt)) == Id;
    }

    [DllImport("libc", EntryPoint = "getuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint GetUid();

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] about);
}
