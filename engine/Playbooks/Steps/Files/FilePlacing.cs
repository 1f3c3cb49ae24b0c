using System.Security.Cryptography;
using System.Text;
using Playbooks.Templating;

namespace Playbooks.Steps.Files;

/// <summary>Brings one file to its place on a host: looks first, changes only what differs, and then only in one step.</summary>
internal sealed class FilePlacing(StepContext context, FileWishes wishes, Content content)
{
    /// <param name="name">What it is called where the place is a folder; empty: it has no name.</param>
    /// <param name="cancel">The run's.</param>
    public async Task<StepResult> Run(string name, CancellationToken cancel)
    {
        var (listing, wrong) = await HostListing.Place(context, wishes.Dest, name, cancel);
        if (listing is null) return wrong! with { Began = false };
        var there = listing.Files[1];
        if (Obstacle(listing.Files[0], there, name) is { } obstacle) return obstacle.Result(context.Compares, diff => Fields(there, false, diff));

        var change = FileDiff.Change.Of(there.Path, there, content, wishes);
        if (change is null) return StepResult.Passed(Fields(there, false, "")) with { Notes = await listing.Clean(context, Temporary(there.Path), cancel) };
        var (diff, unread) = await FileDiff.Of(context, "/", [change], cancel);
        if (unread is not null) return unread with { Began = false };
        if (context.Compares) return StepResult.Failed(Fields(there, false, diff), [.. change.Sentences]);

        var write = await Write(there, change, cancel);
        if (write.Wrong is { } failed) return failed with { Messages = [.. failed.Messages.Select(m => $"{there.Path}: {m}")], Notes = [.. failed.Notes, .. write.Notes] };
        if (write.LinkLost) return await AfterLoss(there, name, diff, cancel);
        return StepResult.Passed(Fields(there, true, diff, write.Backup)) with { Notes = write.Notes };
    }

    /// <summary>What this machine's files, or a value that no host can be told, made impossible before anything was written: <see cref="HostWrite"/> tells the rest.</summary>
    public static async Task<StepResult> Guarded(Func<Task<StepResult>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            return StepResult.Error(e.Message) with { Began = false };
        }
    }

    private Obstacle? Obstacle(HostFile folder, HostFile there, string name) => (folder.Type, there.Type) switch
    {
        _ when there.Path.EndsWith('/') && name.Length == 0 => new($"{there.Path} is a folder, and what has no name of its own cannot go into it", "write the file's whole path"),
        // Who only compares finds that the file is not there.
        (HostFileType.None or HostFileType.BrokenLink, _) => context.Compares ? null : new($"there is no folder {folder.Path}", "make it first: only a copied folder makes the folders in it"),
        (not HostFileType.Folder, _) => Files.Obstacle.Other(folder.Path, folder.Type, "folder"),
        (_, HostFileType.None or HostFileType.File) => null,
        _ => Files.Obstacle.Other(there.Path, there.Type, "file"),
    };

    private Task<HostWrite> Write(HostFile there, FileDiff.Change change, CancellationToken cancel)
    {
        if (change.Content is null)
        {
            var said = FileRights.Said(wishes, there);
            return HostWrite.Run(context, PlaceScript.Only, [there.Path, said.Owner, said.Mode], null, cancel);
        }
        var rights = FileRights.Of(wishes, there, content.IsExecutable);
        return HostWrite.Run(context, PlaceScript.Text, [there.Path, Temporary(there.Path), content.Sha256, rights.Owner, rights.Mode, wishes.Backup ? "yes" : "", .. wishes.Validate], content.Input, cancel);
    }

    /// <summary>
    /// How the name of what is written beside a file or, with a `/` at its end, a folder begins: the same for every run, so that one finds what another left. It ends in no word
    /// that a server would look for, such as `.war` or `.conf`.
    /// </summary>
    public static string Temporary(string path) => $".play-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path[(path.AsSpan(0, path.Length - 1).LastIndexOf('/') + 1)..])))[..12]}";

    private Task<StepResult> AfterLoss(HostFile before, string name, string diff, CancellationToken cancel)
    {
        var doubt = $"the link was lost while {before.Path} was written";
        return HostWrite.LookAgain(doubt, () => HostListing.Place(context, wishes.Dest, name, cancel), listing => FileDiff.Change.Of("", listing.Files[1], content, wishes) is null
            ? StepResult.Passed(Fields(before, true, diff, wishes.Backup ? new Absent("the link was lost before the backup's path came", "look for it beside the file") : null)) with { Notes = ["the link was lost while it was written; a new look shows that it is in place"] }
            : StepResult.Error($"{doubt}; a new look shows that it is as it was") with { LinkLost = true });
    }

    private DataMap Fields(HostFile there, bool changed, string diff, object? backup = null) => Fields(changed, diff, content.Sha256, there.Path, backup);

    public static DataMap Fields(bool changed, string diff, string checksum, string dest, object? backup) => new([
        KeyValuePair.Create<string, object?>("changed", changed), new("diff", diff), new("checksum", checksum), new("dest", dest), new("backup", backup),
    ]);
}
