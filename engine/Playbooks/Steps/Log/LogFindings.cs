namespace Playbooks.Steps.Log;

/// <summary>What was found in the lines of one file of a window. It keeps few lines, whatever the file has.</summary>
internal sealed class LogFindings(LogQuestion question)
{
    /// <summary>Lines kept for the result; all are counted.</summary>
    public const int MostLines = 1_000;

    /// <summary>Characters kept for the result.</summary>
    public const int MostText = 1 << 20;

    public const int LastLines = 3;

    /// <summary>Characters kept of lines that are only shown.</summary>
    public const int ShownLine = 200;

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

    /// <summary>A line was a third of NUL characters, or began with a byte order mark that is turned round: it is in UTF-16 or UTF-32, and not in this encoding.</summary>
    public bool IsWide { get; private set; }

    /// <summary>With the last line, which has no end yet: it counts too, and may have more tomorrow.</summary>
    public LogFindings With(string? unfinished)
    {
        if (unfinished is null) return this;
        var all = new LogFindings(question) { kept = kept, LineCount = LineCount, Count = Count, LinesCut = LinesCut, First = First, Undecodable = Undecodable, IsWide = IsWide };
        all.Lines.AddRange(Lines);
        all.Contained.UnionWith(Contained);
        all.Matched.UnionWith(Matched);
        foreach (var (text, found) in Unwanted) all.Unwanted[text] = found;
        foreach (var line in Last) all.Last.Enqueue(line);
        all.Add(unfinished);
        return all;
    }

    public void Add(string line)
    {
        LineCount++;
        Undecodable |= line.Contains('\ufffd', StringComparison.Ordinal);
        IsWide |= line.StartsWith('\ufffe') || line.Contains('\0', StringComparison.Ordinal) && line.AsSpan().Count('\0') * 3 >= line.Length;
        Last.Enqueue(Look.Cut(line, ShownLine));
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
                Unwanted[text] = Unwanted.TryGetValue(text, out var before) ? (before.Count + 1, before.First) : (1, Look.Cut(line, ShownLine));
        if (hit) Keep(line);
    }

    /// <summary>Something that is asked for, or must not be there, stands in the line.</summary>
    public bool Finds(string line) => question.Contains.Concat(question.Lacks).Any(text => line.Contains(text, StringComparison.Ordinal)) || question.Matches.Any(pattern => pattern.IsMatch(line));

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
