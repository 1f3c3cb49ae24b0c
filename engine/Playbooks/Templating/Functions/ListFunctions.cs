using Playbooks.Templating.Evaluating;

namespace Playbooks.Templating.Functions;

/// <summary>Scriban's `array` functions, over our lists, comparing by value; each gives a new list.</summary>
internal static class ListFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("array.first(list)", "Its first item; an error where there is none.", "array.first(['web1', 'web2']) → 'web1'", x => x.List(0) is { Count: > 0 } list ? list[0] : throw Empty(x)),
        new("array.last(list)", "Its last item; an error where there is none.", "array.last(['web1', 'web2']) → 'web2'", x => x.List(0) is { Count: > 0 } list ? list[^1] : throw Empty(x)),
        new("array.size(list)", "How many items it has.", "array.size(['web1', 'web2']) → 2", x => (long)x.List(0).Count),
        new("array.join(list, separator)", "Its items as one text.", "array.join(['web1', 'web2'], ', ') → 'web1, web2'", Join),
        new("array.map(list, member)", "That member of each item.", "array.map([{ port: 80 }, { port: 443 }], 'port') → [80, 443]", x => Mapped(x)),
        new("array.sort(list[, member])", "In order, by themselves or by a member.", "array.sort([3, 1, 2]) → [1, 2, 3]", Sort),
        new("array.reverse(list)", "From its end to its beginning.", "array.reverse([1, 2, 3]) → [3, 2, 1]", x => x.List(0).Reverse().ToArray()),
        new("array.uniq(list)", "Each value once.", "array.uniq([1, 1, 2]) → [1, 2]", x => x.List(0).Distinct(Data.ByValue).ToArray()),
        new("array.contains(list, item)", "Whether an item is in it.", "array.contains([80, 443], 80) → true", x => x.List(0).Any(item => Data.AreEqual(item, x[1]))),
        new("array.compact(list)", "Without what is null.", "array.compact([1, null, 2]) → [1, 2]", x => x.List(0).Where(item => item is not null).ToArray()),
        new("array.concat(list, other)", "Both lists as one.", "array.concat([1], [2, 3]) → [1, 2, 3]", x => Limited(x, [.. x.List(0), .. x.List(1)])),
        new("array.add(list, item)", "With one more at its end.", "array.add([1], 2) → [1, 2]", x => Limited(x, [.. x.List(0), x[1]])),
        new("array.limit(list, count)", "The first so many.", "array.limit([1, 2, 3], 2) → [1, 2]", x => x.List(0).Take(x.Whole(1)).ToArray()),
        new("array.offset(list, count)", "Without the first so many.", "array.offset([1, 2, 3], 1) → [2, 3]", x => x.List(0).Skip(x.Whole(1)).ToArray()),
    ];

    private static ExpressionException Empty(Arguments x) => x.Fail(0, "the list is empty");

    private static object?[] Limited(Arguments x, object?[] items) => items.Length <= Limits.Items ? items : throw x.Fail($"the list would have more than {Limits.Items} items");

    private static string Join(Arguments x)
    {
        var separator = x.Text(1);
        var texts = new List<string>();
        var length = 0L;
        foreach (var item in x.List(0))
        {
            if (item is null or IMembers or IReadOnlyList<object?>) throw x.Fail(0, $"only texts, numbers and the like can be joined, and item {texts.Count} is {Data.Describe(item)}");
            texts.Add(Data.ToText(item));
            length += texts[^1].Length + separator.Length;
            if (length > Limits.Text) throw x.Fail($"the text would be longer than {Limits.Text} characters");
        }
        return string.Join(separator, texts);
    }

    private static object?[] Mapped(Arguments x) => [.. x.List(0).Select((item, i) => Member(x, item, i, x.Text(1)))];

    private static object? Member(Arguments x, object? item, int i, string name)
    {
        if (item is not IMembers map) throw x.Fail(0, $"item {i} is {Data.Describe(item)}, which has no `{name}`");
        return map.TryGet(name, out var value) ? Data.Own(value) : throw x.Fail(1, $"item {i} has no `{name}`; it has {Interpreter.Names(map.Names)}", Problems.Suggest.DidYouMean(name, map.Names));
    }

    private static object?[] Sort(Arguments x)
    {
        var keys = x.Has(1) ? Mapped(x) : x.List(0);
        // Looked at before sorting: an exception out of a comparer comes wrapped.
        for (var i = 0; i < keys.Count; i++)
            if (keys[i] is not (long or double or string or TimeSpan or Size or DateTimeOffset) || Data.TypeName(keys[i]) != Data.TypeName(keys[0]))
                throw x.Fail(0, $"only values of one type that have an order can be sorted: {Data.Describe(keys[0])}, {Data.Describe(keys[i])}");
        return [.. x.List(0).Zip(keys).OrderBy(pair => pair.Second, Order).Select(pair => pair.First)];
    }

    private static readonly Comparer<object?> Order = Comparer<object?>.Create((a, b) => (a, b) switch
    {
        (long or double, long or double) => Data.CompareNumbers(a, b),
        (string p, string q) => string.CompareOrdinal(p, q),
        _ => ((IComparable)a!).CompareTo(b),
    });
}
