namespace Playbooks.Steps.Log;

/// <summary>What was found in the lines of one file of a window. It keeps few lines, whatever the file has.</summary>
internal sealed class LogFindings(LogQuestion question)
{
    /// <summary>Lines kept for the result; all are counted.</summary>
    public const int MostLines = 1_000;

    /// <summary>Characters kept for the result.</summary>
    public const int MostText = 1 << 20;

    public const int LastLines = 3;

    private int kept;

    public long LineCount { get; private set; }

    /// <summary>Lines that something of `contains` or `matches` is in; all lines where neither is asked for.</summary>
    public long Count { get; private set; }

    public List<string> Lines { get; } = [];

    public bool LinesCut { get; private set; }

    public string? First { get; private set; }

    public HashSet<string> Contained { get; } = new(StringComparer.Ordinal);

    /// <summary>Places in the list of patterns.</summary>
    public HashSet<int> Matched { get; } = [];

    /// <summary>For each text of `lacks` that is there: in how many lines, and the first of them.</summary>
    public Dictionary<string, (long Count, string First)> Unwanted { get; } = new(StringComparer.Ordinal);

    public Queue<string> Last { get; } = new();

    /// <summary>A line had bytes that are none in its encoding: what is not ASCII may stand there unseen.</summary>
    public bool Undecodable { get; private set; }

    public void Add(string line)
    {
        LineCount++;
        Undecodable |= line.Contains('\ufffd', StringComparison.Ordinal);
        Last.Enqueue(line);
        if (Last.Count > LastLines) Last.Dequeue();
        var hit = !question.AsksForLines;
        foreach (var text in question.Contains)
            if (line.Contains(text, StringComparison.Ordinal))
            {
                Contained.Add(text);
                hit = true;
            }
        for (var i = 0; i < question.Matches.Count; i++)
            if (question.Matches[i].IsMatch(line))
            {
                Matched.Add(i);
                hit = true;
            }
        foreach (var text in question.Lacks)
            if (line.Contains(text, StringComparison.Ordinal))
                Unwanted[text] = Unwanted.TryGetValue(text, out var before) ? (before.Count + 1, before.First) : (1, line);
        if (hit) Keep(line);
    }

    private void Keep(string line)
    {
        Count++;
        First ??= line;
        if (Lines.Count == MostLines || kept + line.Length > MostText) LinesCut = true;
        if (LinesCut) return;
        kept += line.Length;
        Lines.Add(line);
    }
}
