using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Steps.Files;

/// <summary>The checksum of a folder's files: that of what `sha256sum` prints of them.</summary>
internal static class FolderChecksum
{
    /// <param name="files">In their order; names begin below the folder.</param>
    public static string Of(IEnumerable<(string Sha256, string Name)> files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files.Select(file => $"{file.Sha256}  {file.Name}\n")))));
}
