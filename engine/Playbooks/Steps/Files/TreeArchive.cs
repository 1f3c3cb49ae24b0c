using System.Formats.Tar;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Connections;

namespace Playbooks.Steps.Files;

/// <summary>The archive that <see cref="TreeScript"/> takes: the files that differ, numbered by the folder they go to, and what is to be done with them.</summary>
internal sealed class TreeArchive
{
    /// <summary>Files that one `mv` is given: a name may have 255 bytes, and 128 KB of words fit everywhere.</summary>
    private const int MostTogether = 400;

    private readonly List<(string Name, byte[] Bytes)> lists = [];
    private readonly List<(string Name, Content Content)> files = [];
    private readonly List<string> words = [];

    /// <param name="newFolders">Below the folder, each after the one it is in; `.` is the folder itself.</param>
    /// <param name="folderRights">What they get.</param>
    /// <param name="changes">Files below the folder: new contents, or only other rights.</param>
    public TreeArchive(IReadOnlyList<string> newFolders, FileRights folderRights, IEnumerable<(FileDiff.Change Change, FileRights Rights)> changes)
    {
        var numbers = new Dictionary<(string Folder, int Part), int>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var groups = new Dictionary<(bool IsNew, FileRights Rights), List<string>>();
        if (folderRights != FileRights.None && newFolders.Count > 0) groups[(false, folderRights)] = [.. newFolders];
        foreach (var (change, rights) in changes)
        {
            var path = change.There.Path;
            if (change.Content is { } content)
            {
                var end = path.LastIndexOf('/');
                var count = counts[path[..end]] = counts.GetValueOrDefault(path[..end]) + 1;
                var key = (path[..end], count / MostTogether);
                var number = numbers.TryGetValue(key, out var known) ? known : numbers[key] = numbers.Count;
                path = string.Create(CultureInfo.InvariantCulture, $"./files/{number}/{path[(end + 1)..]}");
                files.Add((path[2..], content));
            }
            if (!groups.TryGetValue((change.Content is not null, rights), out var group)) groups[(change.Content is not null, rights)] = group = [];
            group.Add(path);
        }
        lists.Add(("folders", HostListing.NameList(newFolders.Where(f => f != "."))));
        lists.Add(("places", HostListing.NameList(numbers.SelectMany(n => new[] { n.Value.ToString(CultureInfo.InvariantCulture), n.Key.Folder }))));
        foreach (var (i, ((isNew, rights), paths)) in groups.Index())
        {
            lists.Add((string.Create(CultureInfo.InvariantCulture, $"{(isNew ? "new" : "old")}.{i}"), HostListing.NameList(paths)));
            words.AddRange([isNew ? "new" : "old", rights.Owner, rights.Mode]);
        }
    }

    public Task<HostWrite> Send(StepContext context, string folder, CancellationToken cancel)
    {
        using var sha = SHA256.Create();
        using (var sum = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write)) Write(sum);
        return HostWrite.Run(context, TreeScript.Text, [folder, FilePlacing.Temporary(folder + "/"), Convert.ToHexStringLower(sha.Hash!), TreeScript.Place, .. words], new LargeInput(Write), cancel);
    }

    private void Write(Stream to)
    {
        // A message for each piece that the writer of the archive makes would be thousands.
        var pieces = new BufferedStream(to, 32 * 1024);
        using (var tar = new TarWriter(pieces, leaveOpen: true))
        {
            foreach (var (name, bytes) in lists) tar.WriteEntry(Entry(name, new MemoryStream(bytes, writable: false)));
            foreach (var (name, content) in files) content.Write(stream => tar.WriteEntry(Entry(name, stream)));
        }
        pieces.Flush();
    }

    /// <summary>The same bytes each time. The old format where it will do: the new one has more blocks for each file.</summary>
    private static TarEntry Entry(string name, Stream data)
    {
        TarEntry entry = Encoding.UTF8.GetByteCount(name) < 100 ? new UstarTarEntry(TarEntryType.RegularFile, name) : new GnuTarEntry(TarEntryType.RegularFile, name);
        (entry.DataStream, entry.ModificationTime, entry.Mode) = (data, DateTimeOffset.UnixEpoch, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return entry;
    }
}
