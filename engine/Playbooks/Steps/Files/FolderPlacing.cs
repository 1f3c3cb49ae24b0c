using Playbooks.Templating;

namespace Playbooks.Steps.Files;

/// <summary>Brings all files of a folder to their places on a host: one look for all, then one archive of those that differ. What else is there stays.</summary>
internal sealed class FolderPlacing(StepContext context, FileWishes wishes, LocalSource source)
{
    /// <summary>Of a comparison: the rest is counted.</summary>
    private const int MostMessages = 10;

    private readonly string folder = wishes.Dest.TrimEnd('/') is { Length: > 0 } path ? path : "/";

    /// <summary>What is to be changed: folders that are not there, `.` the folder itself, and files.</summary>
    private sealed record Work(IReadOnlyList<string> Folders, IReadOnlyList<(FileDiff.Change Change, FileRights Rights)> Files)
    {
        public bool IsNone => Folders.Count == 0 && Files.Count == 0;
    }

    public async Task<StepResult> Run(CancellationToken cancel)
    {
        var contents = source.Contents;
        var checksum = Checksum(contents);
        var (listing, wrong) = await HostListing.Below(context, folder, source.Entries.Select(e => e.Name), cancel);
        if (listing is null) return wrong! with { Began = false };
        if (Obstacle(listing) is { } obstacle) return obstacle.Result(context.Compares, diff => Fields(checksum, false, diff));
        var work = Compare(listing, contents);
        if (work.IsNone) return StepResult.Passed(Fields(checksum, false, "")) with { Notes = await listing.Clean(context, FilePlacing.Temporary(folder + "/"), cancel) };
        if (LinkInTheWay(work) is { } link && !context.Compares) return link with { Began = false };

        var (diff, unread) = await FileDiff.Of(context, folder, [.. work.Files.Select(f => f.Change)], cancel);
        if (unread is not null) return unread with { Began = false };
        diff = string.Join('\n', work.Folders.Select(name => $"{Shown(name)}: not there → a folder").Append(diff).Where(line => line.Length > 0));
        if (context.Compares) return StepResult.Failed(Fields(checksum, false, diff), Shortened([.. work.Folders.Select(name => $"there is no folder {Shown(name)}"), .. work.Files.SelectMany(f => f.Change.Sentences)]));

        var write = await new TreeArchive(work.Folders, FileRights.OfFolder(wishes), work.Files).Send(context, folder, cancel);
        if (write.Wrong is { } failed) return failed with { Messages = [.. failed.Messages.Select(m => $"{folder}: {m}")], Notes = [.. failed.Notes, .. write.Notes] };
        if (write.LinkLost) return await AfterLoss(work, contents, checksum, diff, cancel);
        return StepResult.Passed(Fields(checksum, true, diff)) with { Notes = write.Notes };
    }

    /// <summary>Each entry with what stands in its place, which is nothing where there is no folder.</summary>
    private IEnumerable<(LocalEntry Entry, HostFile There)> Pairs(HostListing listing) => listing.Files[0].Type == HostFileType.Folder
        ? source.Entries.Zip(listing.Files.Skip(1))
        : source.Entries.Select(entry => (entry, new HostFile("./" + entry.Name, HostFileType.None, false)));

    private Obstacle? Obstacle(HostListing listing)
    {
        var root = listing.Files[0];
        if (root.Type == HostFileType.None) return null;
        if (root.Type != HostFileType.Folder) return Files.Obstacle.Other(folder, root.Type, "folder");
        foreach (var (entry, there) in Pairs(listing))
        {
            var (wanted, word) = entry.IsFolder ? (HostFileType.Folder, "folder") : (HostFileType.File, "file");
            if (there.Type != HostFileType.None && there.Type != wanted) return Files.Obstacle.Other(Shown(entry.Name), there.Type, word);
            if (there.Type == HostFileType.Folder && there.Device != root.Device && !context.Compares)
                return new($"{Shown(entry.Name)} is on another file system than {folder}, so no file there could be replaced in one step", "copy it with a step of its own");
        }
        return null;
    }

    private Work Compare(HostListing listing, IReadOnlyList<Content> contents)
    {
        var folders = listing.Files[0].Exists ? new List<string>() : ["."];
        var files = new List<(FileDiff.Change, FileRights)>();
        var next = 0;
        foreach (var (entry, there) in Pairs(listing))
        {
            if (entry.IsFolder)
            {
                if (!there.Exists) folders.Add(there.Path);
                continue;
            }
            var content = contents[next++];
            if (FileDiff.Change.Of(Shown(entry.Name), there, content, wishes) is not { } change) continue;
            files.Add((change, change.Content is null ? FileRights.Said(wishes, there) : FileRights.Of(wishes, there, content.IsExecutable)));
        }
        return new Work(folders, files);
    }

    /// <summary>A link would be replaced by the file, and by a step of its own what it leads to is.</summary>
    private static StepResult? LinkInTheWay(Work work) => work.Files.FirstOrDefault(f => f.Change.There.IsLink).Change is { } link
        ? StepResult.Error($"{link.Name} is a link there, and what it leads to differs from what is copied", "copy that file with a step of its own, which replaces what the link leads to")
        : null;

    private static List<string> Shortened(List<string> sentences) =>
        sentences.Count <= MostMessages ? sentences : [.. sentences.Take(MostMessages - 1), $"and {sentences.Count - MostMessages + 1} more differences"];

    private string Shown(string name) => name switch
    {
        "." => folder,
        _ => $"{folder.TrimEnd('/')}/{(name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name)}",
    };

    private Task<StepResult> AfterLoss(Work before, IReadOnlyList<Content> contents, string checksum, string diff, CancellationToken cancel)
    {
        var doubt = $"the link was lost while the files of {folder} were written";
        return HostWrite.LookAgain(doubt, () => HostListing.Below(context, folder, source.Entries.Select(e => e.Name), cancel), listing => Compare(listing, contents) is { IsNone: false } left
            ? StepResult.Error($"{doubt}: a new look shows that {before.Files.Count - left.Files.Count} of {before.Files.Count} are in place, and the others as they were") with { LinkLost = true }
            : StepResult.Passed(Fields(checksum, true, diff)) with { Notes = ["the link was lost while it was written; a new look shows that all is in place"] });
    }

    private string Checksum(IReadOnlyList<Content> contents) => FolderChecksum.Of(source.Entries.Where(e => !e.IsFolder).Zip(contents, (entry, content) => (content.Sha256, entry.Name)));

    private DataMap Fields(string checksum, bool changed, string diff) => FilePlacing.Fields(changed, diff, checksum, folder, null);
}
