using Playbooks.Templating.Evaluating;

namespace Playbooks.Templating.Functions;

/// <summary>same, unique and majority: what many hosts gave, held against each other; the odd one out is named.</summary>
internal static class ComparingFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("same(list)", "Whether all values of a list or a map are equal; where they are not, the odd one out is named.", "same([9, 9, 9]) → true", x => Same(x)),
        new("unique(list)", "Whether no two values of a list or a map are equal; those that are, are named.", "unique(['tomcat1', 'tomcat2']) → true", x => Unique(x)),
        new("majority(list)", "The commonest value of a list or a map; an error where two are equally common.", "majority([1, 1, 2]) → 1", Majority),
    ];

    private static bool Same(Arguments x)
    {
        var groups = Groups(x);
        if (groups.Count == 1) return true;
        // With a tie nobody is the odd one: then all are listed.
        var hasMajority = groups[0].Count() > groups[1].Count();
        var odd = (hasMajority ? groups.Skip(1) : groups).SelectMany(g => g.Select(i => $"{i.Name} is {Data.Show(i.Value, 40)}")).ToList();
        x.Remark = Some(odd) + (hasMajority ? $", {(groups[0].Count() == 1 ? "the other" : $"the other {groups[0].Count()}")} {Data.Show(groups[0].Key, 40)}" : "");
        return false;
    }

    private static bool Unique(Arguments x)
    {
        var doubles = Groups(x).Where(g => g.Count() > 1).Select(g => $"{Some([.. g.Select(i => i.Name)])} have {Data.Show(g.Key, 40)}").ToList();
        if (doubles.Count == 0) return true;
        x.Remark = Some(doubles);
        return false;
    }

    private static object? Majority(Arguments x)
    {
        var groups = Groups(x);
        if (groups.Count == 1 || groups[0].Count() > groups[1].Count()) return groups[0].Key;
        throw x.Fail(0, $"no value is the commonest: {Data.Show(groups[0].Key, 40)} and {Data.Show(groups[1].Key, 40)} are there {groups[0].Count()} {(groups[0].Count() == 1 ? "time" : "times")} each");
    }

    /// <summary>Equal values together, the largest group first.</summary>
    private static List<IGrouping<object?, (string Name, object? Value)>> Groups(Arguments x)
    {
        var items = x.Items(0);
        if (items.Count == 0) throw x.Fail(0, "there is nothing to compare: it is empty");
        return [.. items.GroupBy(i => i.Value, Data.ByValue).OrderByDescending(g => g.Count())];
    }

    private static string Some(List<string> names) =>
        string.Join(", ", names.Take(4)) + (names.Count > 4 ? $" and {names.Count - 4} more" : "");
}
