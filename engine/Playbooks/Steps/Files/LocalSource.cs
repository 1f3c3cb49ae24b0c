using System.Formats.Tar;

namespace Playbooks.Steps.Files;

/// <summary>A file or a folder of this machine that is in what is copied.</summary>
/// <param name="Name">Below what is copied, with `/` between its parts; of a single file its own name.</param>
/// <param name="Path">Where it is; of a link, what it leads to.</param>
/// <param name="Mode">Its permissions here; of a folder nothing.</param>
/// <param name="Written">When its content was last written, in ticks.</param>
internal sealed record LocalEntry(string Name, string Path, bool IsFolder, UnixFileMode Mode = default, long Size = 0, long Written = 0);

/// <summary>What is copied: a file of this machine, or a folder with all that is in it. Its files are read when the first host asks, once for all.</summary>
internal sealed class LocalSource
{
    private const long MostBytes = 1L << 30;
    private const int MostEntries = 100_000;

    private readonly Lock reading = new();
    private IReadOnlyList<Content>? contents;

    private LocalSource(bool isFolder, IReadOnlyList<LocalEntry> entries) => (IsFolder, Entries) = (isFolder, entries);

    public bool IsFolder { get; }

    /// <summary>The file itself, or all that is in the folder, each after the folder it is in.</summary>
    public IReadOnlyList<LocalEntry> Entries { get; }

    /// <summary>Of the entries that are files, in their order.</summary>
    /// <exception cref="Exception">One that <see cref="LocalFile.IsUnreadable"/> knows.</exception>
    public IReadOnlyList<Content> Contents
    {
        get
        {
            // Not a Lazy: that would keep an exception for good.
            lock (reading) return contents ??= [.. Entries.Where(e => !e.IsFolder).Select(Content.Of)];
        }
    }

    /// <summary>Nothing was written since, as far as the system tells.</summary>
    public bool IsSame(LocalSource now) => IsFolder == now.IsFolder && Entries.SequenceEqual(now.Entries);

    /// <summary>Looks what is there. Where it cannot be copied the problem says why.</summary>
    public static (LocalSource? Source, string? Problem) Of(string path)
    {
        try
        {
            var isFolder = Directory.Exists(path);
            var entries = new List<LocalEntry>();
            var problem = isFolder ? Folder(Real(new DirectoryInfo(path)), "", entries) : One(new FileInfo(path), Path.GetFileName(path), "", entries);
            if (problem is null && entries.Sum(e => e.Size) > MostBytes) problem = $"{path} has more than {MostBytes >> 30} GiB, which is more than is copied";
            return problem is null ? (new LocalSource(isFolder, entries), null) : (null, problem);
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            return (null, LocalFile.Problem(path, e));
        }
    }

    private static string Real(FileSystemInfo info) => (info.ResolveLinkTarget(returnFinalTarget: true) ?? info).FullName.TrimEnd('/');

    private static string? Folder(string root, string below, List<LocalEntry> entries)
    {
        foreach (var info in new DirectoryInfo(root + below).EnumerateFileSystemInfos().OrderBy(i => i.Name, StringComparer.Ordinal))
        {
            var name = $"{below}/{info.Name}".TrimStart('/');
            if (entries.Count == MostEntries) return $"{root} holds more than {MostEntries} files and folders, which is more than is copied";
            // What is not UTF-8 comes with this character, and is not found under it.
            if (info.Name.Contains('\ufffd', StringComparison.Ordinal)) return $"{info.FullName}: the name of a file that is copied must be UTF-8";
            if (info is DirectoryInfo { LinkTarget: null })
            {
                entries.Add(new LocalEntry(name, info.FullName, true));
                if (Folder(root, "/" + name, entries) is { } problem) return problem;
            }
            else if (One(info, name, root, entries) is { } problem) return problem;
        }
        return null;
    }

    /// <param name="within">A link must not lead out of this folder; empty: it may.</param>
    private static string? One(FileSystemInfo info, string name, string within, List<LocalEntry> entries)
    {
        var path = Real(info);
        if (info.LinkTarget is { } leads && !System.IO.Path.Exists(path)) return $"{info.FullName} is a link that leads nowhere, to {leads}";
        if (info.LinkTarget is not null && within.Length > 0 && !path.StartsWith(within + "/", StringComparison.Ordinal)) return $"{info.FullName} is a link that leads out of the folder, to {path}";
        if (Directory.Exists(path)) return $"{info.FullName} is a link to a folder, which is not copied";
        if (!IsRegular(path)) return $"{info.FullName} is no file but a device, a pipe or a socket";
        using var isReadable = File.OpenHandle(path);
        var file = new FileInfo(path);
        entries.Add(new LocalEntry(name, path, false, file.UnixFileMode, file.Length, file.LastWriteTimeUtc.Ticks));
        return null;
    }

    /// <summary>Asks without opening it: a pipe would wait for a writer. The library says what it is only to those who archive it.</summary>
    private static bool IsRegular(string path)
    {
        if (new FileInfo(path).Length > 0) return true;
        using var archive = new MemoryStream();
        try
        {
            using (var writer = new TarWriter(archive, leaveOpen: true)) writer.WriteEntry(path, "it");
        }
        catch (IOException e) when (e is not FileNotFoundException)
        {
            return false;
        }
        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile;
    }
}
