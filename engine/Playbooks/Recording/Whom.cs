using Playbooks.Model;

namespace Playbooks.Recording;

/// <summary>Says in a pattern which hosts are meant, in as few words as people would: `was` where it is the whole group, else names.</summary>
internal sealed class Whom(Inventory inventory, IReadOnlyList<Host> all)
{
    /// <summary>More are written as ranges.</summary>
    private const int MostNames = 12;

    /// <summary>The pattern of just these hosts.</summary>
    public string Pattern(IReadOnlyCollection<Host> hosts)
    {
        var left = hosts.ToHashSet();
        var words = new List<string>();
        // The greatest group first; hosts that it does not have stay for the next.
        foreach (var (name, members) in inventory.Groups.Where(g => g.Key is not "all" && g.Value.Count > 1).OrderByDescending(g => g.Value.Count))
        {
            if (!members.All(left.Contains)) continue;
            words.Add(name);
            left.ExceptWith(members);
        }
        return string.Join(", ", words.Concat(Names([.. all.Where(left.Contains).Select(host => host.Name)])));
    }

    /// <summary>Many as ranges, unless their names have two numbers.</summary>
    private static IEnumerable<string> Names(List<string> names)
    {
        if (names.Count <= MostNames) return names;
        var folded = NameFolding.Fold(names);
        return folded.Any(name => name.Count(c => c == '[') > 1) ? names : folded.SelectMany(Ranges);
    }

    /// <summary>`app[001-120,122]` as a pattern has it: `app[001:120], app122`.</summary>
    private static IEnumerable<string> Ranges(string folded)
    {
        var (open, close) = (folded.IndexOf('[', StringComparison.Ordinal), folded.IndexOf(']', StringComparison.Ordinal));
        if (open < 0) return [folded];
        return folded[(open + 1)..close].Split(',').Select(run => folded[..open] + (run.Contains('-', StringComparison.Ordinal) ? $"[{run.Replace('-', ':')}]" : run) + folded[(close + 1)..]);
    }
}
