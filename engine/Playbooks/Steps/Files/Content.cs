using System.Security.Cryptography;
using Playbooks.Connections;

namespace Playbooks.Steps.Files;

/// <summary>The content of a file, as it is to be on hosts.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">In hexadecimal: what was sent is compared with it there.</param>
/// <param name="IsExecutable">It may be run here.</param>
/// <param name="Open">Opens it anew.</param>
internal sealed record Content(long Size, string Sha256, bool IsExecutable, Func<Stream> Open)
{
    /// <summary>Only its owner may read it here: what is in it is not shown.</summary>
    public bool IsPrivate { get; init; }

    public static Content Of(byte[] bytes) => new(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), false, () => new MemoryStream(bytes, writable: false));

    /// <exception cref="Exception">One that <see cref="LocalFile.IsUnreadable"/> knows.</exception>
    public static Content Of(LocalEntry file)
    {
        using var stream = File.OpenRead(file.Path);
        var sum = Convert.ToHexStringLower(SHA256.HashData(stream));
        return new Content(stream.Position, sum, file.Mode.HasFlag(UnixFileMode.UserExecute), () => File.OpenRead(file.Path)) { IsPrivate = FileRights.IsPrivate((int)file.Mode) };
    }

    /// <summary>For a command's input. A file that changed meanwhile has another checksum, and is refused there.</summary>
    public LargeInput Input => new(to => Write(stream => stream.CopyTo(to)));

    /// <summary>All of it, for what is small.</summary>
    public byte[] Read()
    {
        using var kept = new MemoryStream();
        Write(stream => stream.CopyTo(kept));
        return kept.ToArray();
    }

    /// <summary>Hands it over.</summary>
    /// <exception cref="IOException">It cannot be read any more.</exception>
    public void Write(Action<Stream> write)
    {
        try
        {
            using var stream = Open();
            write(stream);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
