namespace Playbooks.Reporting.Origins;

/// <summary>Tells by their keys alone which of two steps comes first in the order of a run.</summary>
internal static class RunOrder
{
    private static readonly string[] Last = ["undo", "rescue", "always"];

    /// <summary>It stands around the other.</summary>
    public static bool IsAround(string key, string other) => other.StartsWith(key + "/", StringComparison.Ordinal);

    /// <summary>It may have begun where the other is the first that has not passed: it comes before it, stands around it, or beside it.</summary>
    public static bool IsBefore(string key, string other)
    {
        if (IsAround(key, other)) return true;
        string[] mine = key.Split('/'), others = other.Split('/');
        // Keys are lists and places in turn: steps/3/block/0. What undoes a call has no place: steps/3/undo/steps/0.
        for (var i = 0; i < Math.Min(mine.Length, others.Length); i++)
        {
            if (mine[i] == others[i]) continue;
            if (!int.TryParse(mine[i], out var place) || !int.TryParse(others[i], out var otherPlace)) return Rank(mine[i]) < Rank(others[i]);
            return place < otherPlace || i > 0 && mine[i - 1] == "parallel";
        }
        return false;
    }

    /// <summary>Probes begin first; what a step does itself comes before its undo, that before `rescue`, `always` last; of the playbook too.</summary>
    private static int Rank(string list) => list == "probes" ? -2 : Array.IndexOf(Last, list);
}
