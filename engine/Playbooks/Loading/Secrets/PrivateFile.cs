using Playbooks.Steps;

namespace Playbooks.Loading.Secrets;

/// <summary>A file with a secret in it, which nobody but its owner may read.</summary>
internal static class PrivateFile
{
    /// <exception cref="SecretException">There is none, it may not be read, or others may read it too.</exception>
    public static string Read(string path)
    {
        Check(path);
        var bytes = Bytes(path, SecretReader.MostBytes + 2);
        try
        {
            return VaultFile.Text(bytes);
        }
        catch (VaultException)
        {
            throw new SecretException($"{path} is no UTF-8 text");
        }
    }

    /// <summary>All of a file, or one byte more than `most`.</summary>
    public static byte[] Bytes(string path, int most)
    {
        try
        {
            return LocalFile.Read(path, most);
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            throw new SecretException(LocalFile.Problem(path, e));
        }
    }

    private static void Check(string path)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (OperatingSystem.IsWindows() || !File.Exists(path)) return;
        // Of a link the file counts.
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (File.Exists(target) && (File.GetUnixFileMode(target) & Others) != 0)
            throw new SecretException($"others may read or write {path}", $"chmod 600 {path}");
    }
}
