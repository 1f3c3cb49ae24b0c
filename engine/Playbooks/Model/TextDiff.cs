using System.Globalization;
using DiffPlex;
using DiffPlex.Chunkers;
using DiffPlex.Model;

namespace Playbooks.Model;

/// <summary>Shows what differs between two texts, as `diff -u` does: https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html.</summary>
public static class TextDiff
{
    /// <summary>Of both texts together, without what they have in common at their beginning and end: past this what differs is shown as one piece. Time grows with its square.</summary>
    private const int MostCompared = 10_000;

    private const int MostShown = 1_000;
    private const int LongestLine = 1_000;

    /// <summary>The lines of a unified difference; none where the texts are equal. What stands in them is as it was: whoever shows it makes it safe.</summary>
    /// <param name="before">The text that is taken away from.</param>
    /// <param name="after">The text that is added to.</param>
    /// <param name="beforeName">What the first is called, behind `---`.</param>
    /// <param name="afterName">What the second is called, behind `+++`.</param>
    /// <param name="context">Lines shown around each change.</param>
    public static IReadOnlyList<string> Unified(string before, string after, string beforeName, string afterName, int context = 3)
    {
        if (before == after) return [];
        string[] old = Lines(before), now = Lines(after);
        var shown = new List<string>();
        var more = 0;
        foreach (var hunk in Hunks(Blocks(before, old, after, now), context))
            foreach (var line in Hunk(hunk, old, now, context))
                if (shown.Count < MostShown) shown.Add(line);
                else more++;
        if (more > 0) shown.Add(string.Create(CultureInfo.InvariantCulture, $"… {more} more lines of this difference"));
        return [$"--- {beforeName}", $"+++ {afterName}", .. shown];
    }

    /// <summary>Lines with their ends, so that a last one without differs from one with.</summary>
    private static string[] Lines(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length - 1; i++) lines[i] += "\n";
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static IList<DiffBlock> Blocks(string before, string[] old, string after, string[] now)
    {
        var start = old.AsSpan().CommonPrefixLength(now);
        var end = 0;
        while (end < Math.Min(old.Length, now.Length) - start && old[^(end + 1)] == now[^(end + 1)]) end++;
        if (old.Length + now.Length - 2 * (start + end) > MostCompared) return [new DiffBlock(start, old.Length - end - start, start, now.Length - end - start)];
        return Differ.Instance.CreateDiffs(before, after, ignoreWhiteSpace: false, ignoreCase: false, new CustomFunctionChunker(text => ReferenceEquals(text, before) ? old : now)).DiffBlocks;
    }

    /// <summary>Changes that share lines around them stand together.</summary>
    private static IEnumerable<List<DiffBlock>> Hunks(IEnumerable<DiffBlock> blocks, int context)
    {
        var hunk = new List<DiffBlock>();
        foreach (var block in blocks)
        {
            if (hunk.Count > 0 && block.DeleteStartA - hunk[^1].DeleteStartA - hunk[^1].DeleteCountA > 2 * context)
            {
                yield return hunk;
                hunk = [];
            }
            hunk.Add(block);
        }
        if (hunk.Count > 0) yield return hunk;
    }

    private static IEnumerable<string> Hunk(List<DiffBlock> blocks, string[] old, string[] now, int context)
    {
        var (first, last) = (blocks[0], blocks[^1]);
        var lead = Math.Min(context, first.DeleteStartA);
        var tail = Math.Min(context, old.Length - last.DeleteStartA - last.DeleteCountA);
        var at = first.DeleteStartA - lead;
        yield return $"@@ -{Range(at, last.DeleteStartA + last.DeleteCountA + tail)} +{Range(first.InsertStartB - lead, last.InsertStartB + last.InsertCountB + tail)} @@";
        foreach (var block in blocks)
        {
            foreach (var line in Marked(' ', old[at..block.DeleteStartA])) yield return line;
            at = block.DeleteStartA + block.DeleteCountA;
            foreach (var line in Marked('-', old[block.DeleteStartA..at])) yield return line;
            foreach (var line in Marked('+', now[block.InsertStartB..(block.InsertStartB + block.InsertCountB)])) yield return line;
        }
        foreach (var line in Marked(' ', old[at..(at + tail)])) yield return line;
    }

    /// <summary>From 0-based places; of no lines it is the line before.</summary>
    private static string Range(int from, int to) => FormattableString.Invariant((to - from) switch { 1 => (FormattableString)$"{from + 1}", 0 => $"{from},0", var count => $"{from + 1},{count}" });

    private static IEnumerable<string> Marked(char mark, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var text = line.TrimEnd('\n');
            yield return mark + (text.Length <= LongestLine ? text : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, LongestLine)}… ({text.Length} characters)"));
            if (!line.EndsWith('\n')) yield return "\\ No newline at end of file";
        }
    }
}
