using CsCheck;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;
using static Playbooks.Tests.Templating.Asking;
using Size = Playbooks.Templating.Size;

namespace Playbooks.Tests.Templating;

public sealed class DataTests
{
    private static readonly Gen<object?> Scalars = Gen.OneOf<object?>(
        Gen.Const((object?)null), Gen.Bool.Select(x => (object?)x), Gen.Long.Select(x => (object?)x), Gen.String.Select(x => (object?)x),
        Gen.Double[-1e12, 1e12].Select(x => (object?)x));

    [Fact]
    public void What_is_printed_is_read_as_the_same_duration() =>
        Gen.OneOf(Gen.Long[0, long.MaxValue], Gen.Long[0, 100_000_000_000], Gen.Long[0, 1_000_000].Select(x => x * TimeSpan.TicksPerMillisecond)).Sample(ticks =>
            Literals.TryDuration(Literals.Print(TimeSpan.FromTicks(ticks)), out var read) && read.Ticks == ticks);

    [Fact]
    public void What_is_printed_is_read_as_the_same_size_and_time()
    {
        Gen.OneOf(Gen.Long[0, long.MaxValue], Gen.Int[0, 5000].Select(x => x * 1024L), Gen.Int[0, 5000].Select(x => x * 1_000_000L)).Sample(bytes =>
            Literals.TrySize(new Size(bytes).ToString(), out var read) && read.Bytes == bytes);
        Gen.Select(Gen.Long[0, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay], Gen.Int[-14 * 60, 14 * 60]).Where((ticks, offset) => ticks > TimeSpan.TicksPerDay && offset != int.MinValue).Sample((ticks, offset) =>
        {
            var time = new DateTimeOffset(ticks, TimeSpan.FromMinutes(offset));
            return Literals.TryTime(Literals.Print(time), out var read) && read.EqualsExact(time);
        });
    }

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("10s", 10_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1d12h", 129_600_000)]
    [InlineData("1m0.5s", 60_500)]
    [InlineData("0s", 0)]
    public void A_duration_is_read(string text, long milliseconds)
    {
        Assert.True(Literals.TryDuration(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("5sec")]
    [InlineData("30m1h")]
    [InlineData("1m1m")]
    [InlineData("0.5m30s")]
    [InlineData("1h\n")]
    [InlineData("99999999999d")]
    [InlineData("0.00000001s")]
    [InlineData("٣s")]
    public void What_is_no_duration_is_not_read_as_one(string text) => Assert.False(Literals.TryDuration(text, out _));

    [Theory]
    [InlineData("1s", "1s")]
    [InlineData("90s", "1m30s")]
    [InlineData("1500ms", "1.5s")]
    [InlineData("0.25ms", "0.25ms")]
    [InlineData("3600s", "1h")]
    [InlineData("36h", "1d12h")]
    public void A_duration_is_printed_in_the_units_people_use(string text, string printed)
    {
        Assert.True(Literals.TryDuration(text, out var duration));
        Assert.Equal(printed, Literals.Print(duration));
        Assert.Equal("-" + printed, Literals.Print(-duration));
    }

    [Theory]
    [InlineData("10MB", 10_000_000L, "10MB")]
    [InlineData("1KiB", 1024L, "1KiB")]
    [InlineData("1.5KB", 1500L, "1500B")]
    [InlineData("0B", 0L, "0B")]
    [InlineData("1024KiB", 1L << 20, "1MiB")]
    public void A_size_is_read_and_printed(string text, long bytes, string printed)
    {
        Assert.True(Literals.TrySize(text, out var size));
        Assert.Equal((bytes, printed), (size.Bytes, size.ToString()));
    }

    [Fact]
    public void Other_literals_are_read_or_not_guessed_at()
    {
        Assert.True(Literals.TryPercentage("25%", out var percent) && percent == 25);
        Assert.True(Literals.TryPercentage("0.5%", out percent) && percent == 0.5);
        Assert.False(Literals.TryPercentage("101%", out _) || Literals.TryPercentage("25", out _) || Literals.TryPercentage("-1%", out _));
        Assert.False(Literals.TrySize("10", out _) || Literals.TrySize("10mb", out _) || Literals.TrySize("1.5B", out _) || Literals.TrySize("99999999TB", out _));
        Assert.True(Literals.TryTime("2026-01-31", out var day) && day == new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero));
        Assert.False(Literals.TryTime("2026-01-31T12:00:00", out _) || Literals.TryTime("2026-02-31", out _) || Literals.TryTime("12:00", out _));
    }

    [Theory]
    [InlineData("a \"b\" \\ \n\u001b[31m", "\"a \\\"b\\\" \\\\ \\n\\e[31m\"")]
    [InlineData(2.0, "2.0")]
    [InlineData(true, "true")]
    [InlineData(null, "null")]
    [InlineData(-5L, "-5")]
    public void Values_are_shown_so_that_their_type_is_seen_and_a_terminal_is_safe(object? value, string shown) => Assert.Equal(shown, Data.Show(value));

    [Fact]
    public void A_long_or_deep_value_is_shown_in_bounds()
    {
        Assert.Equal("\"aaaaaa…\"", Data.Show(new string('a', 1_000_000), 9));
        Assert.Equal("[1, 2, {a: \"b\", \"c d\": [1m]}]", Data.Show(new object?[] { 1L, 2L, Map(("a", "b"), ("c d", new object?[] { TimeSpan.FromMinutes(1) })) }));
        object? deep = 1L;
        for (var i = 0; i < 100; i++) deep = new object?[] { deep };
        Assert.Equal("[[[[[[…]]]]]]", Data.Show(deep));
        Gen.Select(Gen.String, Gen.Int[4, 60]).Sample((text, max) => DisplayText.Width(Data.Show(text, max)) <= max);
    }

    [Fact]
    public void Numbers_that_look_alike_are_told_apart_and_equal_ones_have_one_hash()
    {
        Assert.False(Data.AreEqual(long.MaxValue, (double)long.MaxValue));
        Assert.True(Data.AreEqual(1L << 60, (double)(1L << 60)));
        Assert.False(Data.AreEqual(1L, "1"));
        Assert.False(Data.AreEqual(true, 1L));
        Assert.False(Data.AreEqual(Map(("a", null)), Map(("b", null))));
        Gen.Select(Gen.Int, i => (object)(long)i).Sample(i => Data.AreEqual(i, (double)(long)i) && Assert.IsType<object?[]>(Value("array.uniq([a, b])", Scope.Empty.With("a", i).With("b", (double)(long)i))).Length == 1);
    }

    [Fact]
    public void What_is_written_as_JSON_is_read_as_the_same_value() =>
        Gen.OneOf(Scalars, Scalars.Array[0, 4].Select(x => (object?)x), Gen.Select(Gen.String, Scalars).Array[0, 4].Select(x => (object?)new DataMap(x.Select(e => KeyValuePair.Create(e.Item1, e.Item2)))))
            .Where(x => x is not string text || text.All(c => !char.IsSurrogate(c)))
            .Sample(value => HasLoneSurrogate(value) || Data.AreEqual(value, Data.FromJson(Data.ToJson(value))));

    private static bool HasLoneSurrogate(object? value) => value switch
    {
        string text => text.Any(char.IsSurrogate),
        IMembers map => map.Names.Any(n => HasLoneSurrogate(n) || (map.TryGet(n, out var v) && HasLoneSurrogate(v))),
        IReadOnlyList<object?> list => list.Any(HasLoneSurrogate),
        _ => false,
    };

    [Fact]
    public void JSON_that_would_lose_something_is_not_read_silently()
    {
        Assert.Equal("12345678901234567890", Data.FromJson("12345678901234567890"));
        Assert.Equal(long.MaxValue, Data.FromJson("9223372036854775807"));
        Assert.Throws<FormatException>(() => Data.FromJson("1e999"));
        Assert.Throws<FormatException>(() => Data.FromJson("{\"a\":1,\"a\":2}"));
        Assert.Throws<FormatException>(() => Data.FromJson(new string('[', 100_000)));
        Assert.Throws<FormatException>(() => Data.FromJson(""));
        Assert.Throws<FormatException>(() => Data.FromJson("{} x"));
    }

    [Fact]
    public void A_scope_hides_what_lies_under_it_and_asks_a_lazy_name_once()
    {
        var asked = 0;
        var under = Scope.Empty.With("a", 1L).With("b", () => (object?)++asked);
        var scope = Scope.Empty.With("a", 2L).With("c", 3L).Over(under);
        Assert.Equal(["a", "b", "c"], scope.Names.Order());
        Assert.True(scope.Has("b") && scope.TryGet("b", out var once) && scope.TryGet("b", out var twice) && Equals(once, twice));
        Assert.Equal(1, asked);
        Assert.Equal(2L, Value("a", scope));
        Assert.Equal(1L, Value("a", under));
        Assert.False(scope.Has("d"));
    }

    [Theory]
    [InlineData("for", "a word of the expression language")]
    [InlineData("count", "a function")]
    [InlineData("string", "a family of functions")]
    [InlineData("host", "one of play's own names")]
    [InlineData("url", null)]
    public void Reserved_names_say_why(string name, string? why) => Assert.Equal((why, why is not null), (ReservedNames.Why(name), ReservedNames.Contains(name)));
}
