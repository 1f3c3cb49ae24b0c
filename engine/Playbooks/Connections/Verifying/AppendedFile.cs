using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Playbooks.Connections.Verifying;

/// <summary>Adds lines to a file that other programs add lines to as well.</summary>
internal static class AppendedFile
{
    // The numbers of Linux, see open(2), flock(2) and access(2). .NET's own append writes at the end that it saw when it opened the file.
    private const int WriteOnly = 1, Append = 0x400, CloseOnExec = 0x80000, Exclusive = 2, Writable = 2;

    /// <summary>
    /// Does something while no other run changes files in that file's folder. The folder is locked and not the file: .NET would not let
    /// others read that meanwhile. Where the file system has no locks, only those of this run wait for each other.
    /// </summary>
    public static void Locked(string path, Action work)
    {
        using var folder = Open(Path.GetDirectoryName(path)!, CloseOnExec);
        if (!folder.IsInvalid) _ = Lock(folder, Exclusive);
        work();
    }

    /// <summary>One write, at whatever is the end by then; a last line without a line end gets one first. A file that is not there is made, for its owner alone, and its folder too.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Add(string path, string line)
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Own;
            new FileStream(path, options).Dispose();
        }

        using var file = Open(path, WriteOnly | Append | CloseOnExec);
        if (file.IsInvalid) throw new UnauthorizedAccessException(Marshal.GetLastPInvokeErrorMessage());
        RandomAccess.Write(file, Encoding.UTF8.GetBytes((EndsInLine(path) ? "" : "\n") + line + "\n"), 0);
    }

    /// <summary>Whether what is added to it begins a line of its own; so it does in a file that is not there.</summary>
    public static bool EndsInLine(string path)
    {
        if (!File.Exists(path)) return true;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (!file.CanSeek || file.Length == 0) return true;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Whether we may write to the file or folder, or, where it is not there, make it.</summary>
    public static bool IsWritable(string path) => Path.Exists(path) ? Access(path, Writable) == 0 : Path.GetDirectoryName(path) is { } above && IsWritable(above);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "flock")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Lock(SafeFileHandle file, int operation);

    [DllImport("libc", EntryPoint = "access")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
}
