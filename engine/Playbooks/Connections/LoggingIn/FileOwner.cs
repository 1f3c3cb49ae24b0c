using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Playbooks.Connections.LoggingIn;

/// <summary>Whose a file is, which .NET does not tell: statx(2), whose buffer is laid out alike on every Linux.</summary>
internal static class FileOwner
{
    private const int Here = -100, UidAsked = 0x8, UidAt = 20, Length = 256;

    /// <summary>False also where it cannot be found out.</summary>
    public static bool IsUser(string path)
    {
        var about = new byte[Length];
        return StatX(Here, path, 0, UidAsked, about) == 0 && BinaryPrimitives.ReadUInt32LittleEndian(about.AsSpan(UidAt)) == EffectiveUser();
    }

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int StatX(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] about);

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint EffectiveUser();
}
