using System.Text;
using Playbooks.Templating;

namespace Playbooks.Steps.Fetch;

/// <summary>A folder of this machine, and the only way to write into it: no name leads out of it, and no link in it is followed.</summary>
/// <remarks>What stood there under a name is replaced in one step: nobody sees half a file, and a link is replaced and not written through. Files are their owner's alone.</remarks>
internal sealed class LocalTree(string root)
{
    /// <summary>A name is not written under; the message is a sentence for the user.</summary>
    public sealed class RefusedException(string message) : Exception(message);

    /// <summary>Of a name, on the file systems there are.</summary>
    private const int LongestName = 255;

    private const int MostParts = 200;

    /// <summary>The parts of a path that a host gave; what is none below a folder is refused.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public static IReadOnlyList<string> Parts(string path)
    {
        var parts = path.Split('/');
        if (parts.Length > MostParts) throw new RefusedException($"{Data.Show(path, 100)} is deeper than {MostParts} folders");
        foreach (var part in parts)
            if (part is "" or "." or ".." || part.Contains('\0', StringComparison.Ordinal))
                throw new RefusedException($"the host gave a name that leads out of its folder, or is none: {Data.Show(path, 200)}");
            else if (part.Contains('\ufffd', StringComparison.Ordinal))
                throw new RefusedException($"the name {Data.Show(path, 200)} is not UTF-8");
            else if (Encoding.UTF8.GetByteCount(part) > LongestName)
                throw new RefusedException($"the name {Data.Show(part, 60)} is longer than {LongestName} bytes");
        return parts;
    }

    /// <summary>Where a file of these parts is, or will be.</summary>
    public string PathOf(IReadOnlyList<string> parts) => Path.Combine([root, .. parts]);

    /// <summary>Takes a file's bytes as they come; it has its name when <see cref="Incoming.Keep"/> was called, and is gone when that was not.</summary>
    /// <exception cref="RefusedException">It is not written under that name.</exception>
    /// <exception cref="Exception">One that <see cref="LocalFile.IsUnreadable"/> knows.</exception>
    public Incoming Open(IReadOnlyList<string> parts)
    {
        // Its folder is the user's own word, and may be a link.
        Directory.CreateDirectory(root);
        var folder = root;
        foreach (var part in parts.SkipLast(1)) Enter(folder = Path.Combine(folder, part));
        var path = Path.Combine(folder, parts[^1]);
        if (Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null) throw new RefusedException($"{path} is a folder, and a file would have its name");
        return new Incoming(folder, path);
    }

    public void MakeFolder(IReadOnlyList<string> parts)
    {
        Directory.CreateDirectory(root);
        var folder = root;
        foreach (var part in parts) Enter(folder = Path.Combine(folder, part));
    }

    private static void Enter(string folder)
    {
        if (new DirectoryInfo(folder).LinkTarget is not null) throw new RefusedException($"{folder} is a link, which is not followed");
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A file on its way to its name.</summary>
    internal sealed class Incoming : IDisposable
    {
        private readonly string temporary;
        private readonly string path;
        private readonly FileStream stream;

        public Incoming(string folder, string path)
        {
            this.path = path;
            temporary = Path.Combine(folder, $".play-{Guid.NewGuid():N}");
            // A new one: where something has that name already, also a link, it is not opened.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            stream = new FileStream(temporary, options);
        }

        public ValueTask Add(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => stream.WriteAsync(bytes, cancel);

        public void Keep()
        {
            stream.Dispose();
            File.Move(temporary, path, overwrite: true);
        }

        public void Dispose()
        {
            stream.Dispose();
            File.Delete(temporary);
        }
    }
}
