using System.Globalization;
using System.Security.Cryptography;
using Playbooks.Templating;

namespace Playbooks.Steps.Fetch;

/// <summary>A file that was listed and is to be brought.</summary>
/// <param name="Path">As its machine calls it, seen from the folder.</param>
/// <param name="Parts">Its place below the destination.</param>
internal sealed record Wanted(string Path, IReadOnlyList<string> Parts, long Size, string Sha256);

/// <summary>
/// Brings files of one folder of a machine: as many bytes of each as it had when it was listed. Small ones come many at a time, big ones
/// in pieces, so that little of them is ever in memory. What came is held against the host's own checksum.
/// </summary>
/// <param name="context">Of the step.</param>
/// <param name="folder">On its machine.</param>
/// <param name="to">Takes them.</param>
/// <param name="cancel">Ends it.</param>
internal sealed class Fetching(StepContext context, string folder, LocalTree to, CancellationToken cancel)
{
    /// <summary>Bytes of one answer; some three times that is in memory while it comes.</summary>
    private const int Most = 4 << 20;

    private const int MostFiles = 300;

    /// <summary>Letters of their names: a program's arguments have a limit.</summary>
    private const int MostNames = 60_000;

    private readonly long began = context.Time.GetTimestamp();

    /// <summary>What was brought, in order.</summary>
    public List<(Wanted File, string Sha256)> Brought { get; } = [];

    /// <summary>Null: it is there.</summary>
    public StepResult? MakeFolder(IReadOnlyList<string> place)
    {
        try
        {
            to.MakeFolder(place);
            return null;
        }
        catch (Exception e) when (e is LocalTree.RefusedException || LocalFile.IsUnreadable(e))
        {
            return Unwritten(e);
        }
    }

    private static StepResult Unwritten(Exception e) => StepResult.Error(e is LocalTree.RefusedException ? e.Message : $"it could not be written on this machine: {e.Message}");

    /// <summary>Null: all came.</summary>
    public async Task<StepResult?> All(IEnumerable<Wanted> files)
    {
        try
        {
            var some = new List<Wanted>();
            foreach (var file in files)
            {
                if (file.Size > Most)
                {
                    if (await Big(file) is { } failed) return failed;
                    continue;
                }
                if (some.Sum(f => f.Size) + file.Size > Most || some.Count == MostFiles || some.Sum(f => f.Path.Length) + file.Path.Length > MostNames)
                {
                    if (await Small(some) is { } failed) return failed;
                    some.Clear();
                }
                some.Add(file);
            }
            return await Small(some);
        }
        catch (Exception e) when (e is LocalTree.RefusedException || LocalFile.IsUnreadable(e))
        {
            return Unwritten(e);
        }
    }

    private async Task<StepResult?> Small(List<Wanted> files)
    {
        if (files.Count == 0) return null;
        // An empty file has nothing to read; not every `head` knows -c 0.
        var full = files.Where(file => file.Size > 0).ToList();
        var (pieces, wrong) = full.Count == 0 ? ([], null) : await Read([.. full.Select(file => (file, 0L, (int)file.Size))]);
        if (pieces is null) return wrong;
        var next = 0;
        foreach (var file in files)
        {
            var content = file.Size > 0 ? pieces[next++] : default;
            using var incoming = to.Open(file.Parts);
            await incoming.Add(content, cancel);
            if (await Keep(incoming, file, Convert.ToHexStringLower(SHA256.HashData(content.Span))) is { } failed) return failed;
        }
        return null;
    }

    private async Task<StepResult?> Big(Wanted file)
    {
        using var incoming = to.Open(file.Parts);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = 0; at < file.Size; at += Most)
        {
            var (pieces, wrong) = await Read([(file, at / FetchScript.Block, (int)Math.Min(Most, file.Size - at))]);
            if (pieces is not [var piece]) return wrong;
            hash.AppendData(piece.Span);
            await incoming.Add(piece, cancel);
        }
        return await Keep(incoming, file, Convert.ToHexStringLower(hash.GetCurrentHash()));
    }

    private async Task<(IReadOnlyList<ReadOnlyMemory<byte>>? Pieces, StepResult? Wrong)> Read(IReadOnlyList<(Wanted File, long Block, int Count)> ranges)
    {
        var words = ranges.SelectMany(range => new[] { range.File.Path, range.Block.ToString(CultureInfo.InvariantCulture), range.Count.ToString(CultureInfo.InvariantCulture) });
        var look = await Look.Run(context.Since(began), FetchScript.Take, [folder, .. words], ranges.Sum(range => range.Count) + 64 * (ranges.Count + 1), cancel);
        if (look.Wrong is { } wrong) return (null, wrong);
        if (Pieces.Read(ranges.Select(range => range.Count), look.Stdout) is not { } pieces)
            return (null, StepResult.Error(ranges.Count == 1 ? $"{Data.Show(ranges[0].File.Path, 200)} became shorter while it was fetched" : "files became shorter while they were fetched", "try again: `within` does"));
        foreach (var (range, piece) in ranges.Zip(pieces))
            if (piece is null) return (null, StepResult.Error($"{Data.Show(range.File.Path, 200)} was gone before it was fetched", "try again: `within` does"));
        return ([.. pieces.Select(piece => piece!.Value)], null);
    }

    /// <summary>A log that has grown has the same beginning: that is what was listed, and what came.</summary>
    private async Task<StepResult?> Keep(LocalTree.Incoming incoming, Wanted file, string sha256)
    {
        if (sha256 != file.Sha256)
        {
            var words = new[] { folder, file.Path, (file.Size / FetchScript.Block).ToString(CultureInfo.InvariantCulture), (file.Size % FetchScript.Block).ToString(CultureInfo.InvariantCulture) };
            var look = await Look.Run(context.Since(began), FetchScript.Sum, words, 10_000, cancel);
            if (look.Wrong is { } wrong) return wrong;
            if (System.Text.Encoding.ASCII.GetString(look.Stdout.Span).Trim() != sha256)
                return StepResult.Error($"{Data.Show(file.Path, 200)} changed while it was fetched", "try again: `within` does");
        }
        incoming.Keep();
        Brought.Add((file, sha256));
        return null;
    }
}
