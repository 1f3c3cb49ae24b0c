using System.Collections.Concurrent;
using System.Text;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps.Files;
using Playbooks.Templating;

namespace Playbooks.Steps.Fetch;

/// <summary>A `fetch` step, bound.</summary>
internal sealed record FetchWork(StepKind Kind, Setting<string> Src, Setting<string> Dest) : KindWork(Kind)
{
    private const int MostNamed = 5;

    /// <summary>Whose file went where, in this run: two must not go to one place.</summary>
    private readonly ConcurrentDictionary<string, string> owners = new();

    /// <summary>It changes this machine only.</summary>
    public override Effect Effect => Effect.None;

    public static string? WrongSource(string src) =>
        !src.StartsWith('/') ? $"`src` is a path of the host and must be absolute, but is {Data.Show(src, 200)}"
        : src.Contains('\0', StringComparison.Ordinal) ? "a path cannot hold a NUL character"
        : src.TrimEnd('/').Split('/')[^1] is "" or "." or ".." ? $"`src` names no file or folder: {Data.Show(src, 200)}"
        : null;

    public static string? WrongDestination(string dest) =>
        dest.Contains('\0', StringComparison.Ordinal) ? "a path cannot hold a NUL character"
        : dest.Length == 0 || !dest.EndsWith('/') && dest.Split('/')[^1] is "." or ".." or "~" ? $"`dest` names no file: {(dest.Length == 0 ? "it is empty" : $"a folder ends in `/`: {dest}/")}"
        : null;

    public override (Position At, string Message, string Mend)? WrongOnMany =>
        Dest.IsConstant && !Dest.Get(Scope.Empty).EndsWith('/') ? (Dest.At, "several hosts would write the same file", "end it in `/`: then each has a folder of its own; or put {{ host.name }} in it") : null;

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var (src, dest) = (Src.Get(context.Scope), Dest.Get(context.Scope));
        if (WrongSource(src) is { } wrongSource) throw new ExpressionException(Src.At, wrongSource);
        if (WrongDestination(dest) is { } wrongDest) throw new ExpressionException(Dest.At, wrongDest);
        src = src.TrimEnd('/');
        var began = context.Time.GetTimestamp();
        // Before the listing, which is none where `find` could not read all.
        if (await Closed(context, src, cancel) is { } closed) return closed;
        var (listing, wrong) = await HostListing.Tree(Rest(), src, cancel);
        if (listing is null) return wrong!;
        var type = listing.Files[0].Type;
        if (Unfit(type, src, context) is { } unfit) return unfit;

        var (root, place) = Place(context, src, dest, type);
        var (path, owner) = (Path.Combine([root, .. place]), $"{context.Machine.Name}:{src}");
        if (owners.GetOrAdd(path, owner) is var other && other != owner)
            return StepResult.Error($"{path} holds {other} already, fetched by this step", "end `dest` in `/`, or put {{ host.name }} in it");
        if (type == HostFileType.File)
            return await Bring(Rest(), "/", new LocalTree(root), place, [new Wanted(src, place, listing.Files[0].Size, listing.Files[0].Sha256)], [], cancel);

        // The first is the folder as it was asked for; then it comes once more, as `find` calls it.
        var inside = listing.Files.Where(file => file.Path.StartsWith("./", StringComparison.Ordinal)).ToList();
        if (inside.FirstOrDefault(file => file.Type is HostFileType.ClosedFile or HostFileType.ClosedFolder) is { } shut) return Denied(shut.Path, src, context);
        try
        {
            var wanted = inside.Where(file => file.Type == HostFileType.File).Select(file => new Wanted(file.Path, [.. place, .. LocalTree.Parts(file.Path[2..])], file.Size, file.Sha256)).ToList();
            return await Bring(Rest(), src, new LocalTree(root), place, wanted, LeftOut(inside), cancel);
        }
        catch (LocalTree.RefusedException e)
        {
            return StepResult.Error(e.Message);
        }

        StepContext Rest() => context.Since(began);
    }

    /// <summary>The user's own folder, and the place in it; a folder of the host may be that folder itself.</summary>
    private (string Root, IReadOnlyList<string> Place) Place(StepContext context, string src, string dest, HostFileType type)
    {
        var whole = Path.GetFullPath(LocalFile.PathOf(dest, Dest.At));
        return dest.EndsWith('/') ? (whole, [context.Machine.Name, src.Split('/')[^1]])
            : type == HostFileType.Folder ? (whole, [])
            : (Path.GetDirectoryName(whole)!, [Path.GetFileName(whole)]);
    }

    private static StepResult? Unfit(HostFileType type, string src, StepContext context) => type switch
    {
        HostFileType.File or HostFileType.Folder => null,
        HostFileType.ClosedFile or HostFileType.ClosedFolder => Denied($"{src} may not be read there by {Who(context)}", context),
        HostFileType.Special => StepResult.Error($"{src} is no file or folder there, but a device, a pipe or a socket, which is not read"),
        HostFileType.BrokenLink => StepResult.Error($"{src} is a link there that leads nowhere"),
        _ => StepResult.Error($"there is no {src} there"),
    };

    /// <summary>What may not be looked into is not left out in silence.</summary>
    private static async Task<StepResult?> Closed(StepContext context, string src, CancellationToken cancel)
    {
        var look = await Look.Run(context, FetchScript.Closed, [src], 1 << 20, cancel);
        if (look.Wrong is not null) return look.Wrong;
        return Encoding.UTF8.GetString(look.Stdout.Span).Split('\0')[0] switch
        {
            "" => null,
            ['/', ..] and var above => Denied($"{src} may be there, but {Data.Show(above, 200)} may not be entered there by {Who(context)}", context),
            var folder => Denied(folder, src, context),
        };
    }

    private static StepResult Denied(string path, string src, StepContext context) => Denied($"{Data.Show(path, 200)} in {src} may not be read there by {Who(context)}", context);

    private static StepResult Denied(string message, StepContext context) => StepResult.Error(message, Look.SudoMend(context));

    private static string Who(StepContext context) => context.Sudo ?? "that user";

    private static List<string> LeftOut(IEnumerable<HostFile> inside)
    {
        var left = inside.Select(file => (file.Path, Why: file switch
        {
            { Type: HostFileType.Special } => "a device, a pipe or a socket",
            { Type: HostFileType.BrokenLink } => "a link that leads nowhere",
            { Type: HostFileType.Folder, IsLink: true } => "a link to a folder",
            _ => null,
        })).Where(file => file.Why is not null).ToList();
        if (left.Count == 0) return [];
        return [$"left out: {string.Join(", ", left.Take(MostNamed).Select(file => $"{Data.Show(file.Path[2..], 100)} ({file.Why})"))}{(left.Count > MostNamed ? $" and {left.Count - MostNamed} more" : "")}"];
    }

    private static async Task<StepResult> Bring(StepContext context, string folder, LocalTree tree, IReadOnlyList<string> place, IReadOnlyList<Wanted> wanted, List<string> notes, CancellationToken cancel)
    {
        var fetching = new Fetching(context, folder, tree, cancel);
        // A single file has a whole path.
        var isFolder = wanted is not [{ Path: ['/', ..] }];
        if (isFolder && fetching.MakeFolder(place) is { } none) return none;
        if (await fetching.All(wanted) is { } failed) return failed with { Notes = notes };
        var files = fetching.Brought.Select(file => (object?)new DataMap(new Dictionary<string, object?> { ["path"] = tree.PathOf(file.File.Parts), ["size"] = file.File.Size, ["sha256"] = file.Sha256 })).ToList();
        var checksum = isFolder
            ? FolderChecksum.Of(fetching.Brought.OrderBy(file => file.File.Path, StringComparer.Ordinal).Select(file => (file.Sha256, file.File.Path[2..])))
            : fetching.Brought[0].Sha256;
        return StepResult.Passed(new DataMap(new Dictionary<string, object?> { ["files"] = files, ["checksum"] = checksum })) with { Notes = notes };
    }
}
