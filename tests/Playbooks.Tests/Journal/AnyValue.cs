using System.Reflection;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Tests.Journal;

/// <summary>Makes any event, or any other record, by chance: what is added to one is in the tests at once.</summary>
internal sealed class AnyValue(int seed)
{
    private const int Deepest = 4;

    private readonly Random random = new(seed);
    private readonly NullabilityInfoContext nullability = new();

    public T Of<T>() => (T)Of(typeof(T), 0);

    public object? Value(int depth = 0) => random.Next(depth < 3 ? 12 : 9) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => Text(),
        3 => random.NextInt64(long.MinValue, long.MaxValue),
        4 => random.Next(4) switch { 0 => 2.0, 1 => -0.0, 2 => double.NaN, _ => BitConverter.Int64BitsToDouble(random.NextInt64()) },
        5 => TimeSpan.FromTicks(random.NextInt64()),
        6 => Time(),
        7 => new Size(random.NextInt64()),
        8 => new Absent(Text(), random.Next(2) == 0 ? null : Text()) { Kept = random.Next(2) == 0 ? null : Text() },
        9 => Map(depth),
        10 when random.Next(2) == 0 && Map(depth) is var later => new Later(() => later),
        _ => Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth + 1)).ToArray(),
    };

    /// <summary>Of a command sometimes, whose lines are its output's.</summary>
    public DataMap Map(int depth = 0)
    {
        var entries = Enumerable.Range(0, random.Next(4)).Select(_ => KeyValuePair.Create(Name(), Value(depth + 1))).ToList();
        if (random.Next(2) == 0)
        {
            var text = string.Join('\n', Enumerable.Range(0, random.Next(4)).Select(_ => Text()));
            entries.Add(KeyValuePair.Create("stdout", (object?)text));
            entries.Add(KeyValuePair.Create("lines", (object?)(random.Next(4) == 0 ? ["other"] : Playbooks.Steps.CommandOutput.Lines(text))));
        }
        return new DataMap(entries);
    }

    /// <param name="halves">Half a pair of a surrogate may be in it, as a value may be that an expression cut out of a text.</param>
    private string Text(bool halves = true)
    {
        string[] odd = ["한국어 텍스트", "\0\u0001\u001b[31m", "\ud83d\ude00", "\"\\/<>&'", "***", "line\r\nline\n", "\u2028\ufeff", .. halves ? ["\ud83d", "\ude00x"] : Array.Empty<string>()];
        return string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(3) == 0 ? odd[random.Next(odd.Length)] : $"t{random.Next(1000)} "));
    }

    /// <summary>Half a pair is in no name.</summary>
    private string Name() => random.Next(4) switch { 0 => $"$n{random.Next(9)}", 1 => $"$$duration{random.Next(3)}", 2 => "이름", _ => $"n{random.Next(20)}" };

    private DateTimeOffset Time() => new(random.NextInt64(DateTime.MaxValue.Ticks / 4, DateTime.MaxValue.Ticks / 2), TimeSpan.FromMinutes(random.Next(-800, 800)));

    private object Of(Type type, int depth)
    {
        if (type == typeof(string)) return Text(halves: false);
        if (type == typeof(object)) return Value() ?? "";
        if (type == typeof(bool)) return random.Next(2) == 0;
        if (type == typeof(int)) return random.Next();
        if (type == typeof(long)) return random.NextInt64();
        if (type == typeof(ulong)) return (ulong)random.NextInt64() * 2;
        if (type == typeof(TimeSpan)) return TimeSpan.FromTicks(random.NextInt64(-1_000_000, long.MaxValue));
        if (type == typeof(DateTimeOffset)) return Time();
        if (type.IsEnum) return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length))!;
        if (type == typeof(DataMap)) return Map();
        if (type == typeof(StepKey)) return new StepKey($"steps/{random.Next(9)}");
        if (type == typeof(Position)) return new Position(new SourceText($"f{random.Next(3)}.yaml", "") { HasLines = random.Next(3) > 0 }, random.Next(), random.Next(), random.Next());
        if (type == typeof(Explanation)) return new Explanation(Text(), Many(() => new Explanation.Part(random.Next(), random.Next(), Text(), Value()) { Anchor = random.Next(), Remark = random.Next(2) == 0 ? null : Text() }, depth));
        if (type == typeof(IReadOnlyDictionary<string, object?>)) return Many(() => 0, depth).Index().ToDictionary(i => $"name{i.Index}", _ => Value());
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var item = type.GetGenericArguments()[0];
            var all = Many(() => Of(item, depth + 1), depth);
            var array = Array.CreateInstance(item, all.Count);
            for (var i = 0; i < all.Count; i++) array.SetValue(all[i], i);
            return array;
        }
        return Record(type, depth);
    }

    private object Record(Type type, int depth)
    {
        var constructor = type.GetConstructors().Single();
        var made = constructor.Invoke([.. constructor.GetParameters().Select(p => Maybe(p.ParameterType, nullability.Create(p), depth))]);
        foreach (var property in type.GetProperties().Where(p => p.SetMethod is { IsPublic: true } && constructor.GetParameters().All(c => c.Name != p.Name)))
            property.SetValue(made, Maybe(property.PropertyType, nullability.Create(property), depth));
        return made;
    }

    private object? Maybe(Type type, NullabilityInfo known, int depth) =>
        known.ReadState == NullabilityState.Nullable && random.Next(3) == 0 ? null : Of(Nullable.GetUnderlyingType(type) ?? type, depth + 1);

    private List<T> Many<T>(Func<T> make, int depth) => [.. Enumerable.Range(0, depth > Deepest ? 0 : random.Next(4)).Select(_ => make())];
}
