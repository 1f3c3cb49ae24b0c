using System.Diagnostics;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;
using static Playbooks.Tests.Templating.Asking;

namespace Playbooks.Tests.Templating;

/// <summary>Whatever is written, or printed by a host: an error within two seconds, and never the end of the process.</summary>
public sealed class HostileExpressionTests
{
    private static string Many(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    public static IEnumerable<TheoryDataRow<string, string>> Deep =>
    [
        new("(", Many("(", 100_000)), new("[[", Many("[", 9_000)), new("[]", Many("[", 65) + Many("]", 65)), new("!", Many("!", 9_000) + "yes"), new("- ", Many("- ", 4_500) + "n"),
        new("+", "1" + Many("+1", 4_500)), new(".", "n" + Many(".a", 4_500)), new("[0]", "n" + Many("[0]", 3_000)), new("|", "x" + Many("|string.upcase", 700)),
        new("?:", Many("yes?1:", 1_600) + "1"), new("f(", Many("text(", 1_900) + Many(")", 1_900)), new("long", "'" + new string('a', 20_000) + "'"),
    ];

    [Theory]
    [MemberData(nameof(Deep))]
    public void What_is_too_deep_or_too_long_is_a_problem(string what, string text)
    {
        Assert.NotEmpty(what);
        Assert.NotEmpty(Refused(text).Message);
    }

    [Fact]
    public void The_deepest_that_is_allowed_fits_on_a_small_stack()
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() =>
        {
            Assert.Equal(true, Value("yes" + Many(" && yes", 300)));
            Assert.Equal(2L, Value(Many("(", 60) + "1 + 1" + Many(")", 60)));
        }), 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [Theory]
    [InlineData("1..1000000000", "the range 1..1000000000 is too long: at most 100000 items")]
    [InlineData("-9223372036854775807..9223372036854775807", "the range -9223372036854775807..9223372036854775807 is too long: at most 100000 items")]
    [InlineData("string.pad_left('', 1000000000)", "string.pad_left takes a whole number of at most 16777216 here, and this is number 1000000000")]
    [InlineData("x * 1000000", "`*` has no meaning here: `x` is text \"ten\", number 1000000")]
    [InlineData("[1] * 1000000", "`*` has no meaning here: `[1]` is list [1], number 1000000")]
    [InlineData("string.replace(a, 'a', a)", "the text would be longer than 16777216 characters")]
    [InlineData("regex.replace(a, `a`, a)", "the text would be longer than 16777216 characters")]
    [InlineData("array.join(1..100000, a)", "the text would be longer than 16777216 characters")]
    [InlineData("d + d + d", "the text would be longer than 16777216 characters")]
    [InlineData("matches(b, `^(a+)+$`)", "this regex took longer than 500ms on \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\"")]
    [InlineData("array.concat(1..100000, [1])", "the list would have more than 100000 items")]
    [InlineData("string.split(string.replace(c, 'a', 'ab'), 'a')", "these are more than 100000 parts")]
    public void What_would_take_too_much_is_an_error_soon(string text, string message)
    {
        var scope = Names.With("a", new string('a', 1 << 20)).With("b", new string('a', 64) + "!").With("c", new string('a', 200_000)).With("d", new string('a', 6 << 20));
        var watch = Stopwatch.StartNew();
        Assert.Equal(message, Fails(text, scope).Message);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Many_slow_parts_end_at_the_limit_of_the_whole()
    {
        var scope = Names.With("b", new string('a', 22) + "!").With("list", Enumerable.Range(0, 100_000).Select(i => (object?)(long)i).ToArray());
        var text = string.Join(" + ", Enumerable.Repeat("count(array.sort(array.map(array.reverse(array.uniq(list)), 'a')))", 100)).Replace("array.map(", "array.concat([], ", StringComparison.Ordinal).Replace(", 'a')", ")", StringComparison.Ordinal);
        var watch = Stopwatch.StartNew();
        Assert.Equal("this took longer than 2s", Fails(text, scope).Message);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Theory]
    [InlineData("regex.matches(t, `(a+)+\\d|!`)")]
    public void Many_matches_each_slow_end_at_the_limit_of_the_whole(string text)
    {
        // Each match takes a few milliseconds, far from the limit of one; all of them would take minutes.
        var watch = Stopwatch.StartNew();
        var scope = Names.With("t", Many(new string('a', 15) + "!", 50_000));
        var said = Fails(text, scope).Message;
        // A machine that stands still for half a second meets the limit of one: not each time.
        for (var again = 0; again < 3 && said.StartsWith("this regex took longer than 500ms", StringComparison.Ordinal); again++) said = Fails(text, scope).Message;
        Assert.Equal("this took longer than 2s", said);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Fact]
    public void What_a_host_printed_stays_data_on_every_way()
    {
        const string Canary = "{{ secret.x }} {{ 1 + 1 }} $(id) `id` \"q\" 'p' %{x} ${y}";
        var scope = Scope.Empty.With("out", Canary).With("secret", Map(("x", "TOLD"))).With("map", Map((Canary, Canary)));
        Assert.Equal(Canary, Value("out", scope));
        Assert.Equal(Canary, Value("text(out) | string.append('')", scope));
        Assert.Equal(Canary, Value("map[out]", scope));
        Assert.Equal("<" + Canary + ">", GoodTemplate("<{{ out }}>").Evaluate(scope));
        Assert.Equal(Canary, GoodTemplate("{{ out }}").Evaluate(scope));
        Assert.Equal(Canary, Template.Constant(Canary).Evaluate(scope));
        Assert.Equal(Canary, Value("regex.replace('a', 'a', string.replace(out, '$', '$$'))", scope));
        Assert.Equal([Canary], GoodTemplate("{{ out }}").SplitWords(new ProblemList())!.Select(w => w.Evaluate(scope)));
        Assert.Equal(Canary, Value("parse_json(object.to_json(out))", scope));
        Assert.DoesNotContain("TOLD", string.Concat(Good("out == map[out] && out == 'x'").Explain(scope).Explanation.Render(500)), StringComparison.Ordinal);
        Assert.False(Condition.Evaluate(Good("matches(out, regex.escape('TOLD'))"), scope));
    }

    [Fact]
    public void An_expression_is_safe_to_use_from_many_threads_and_within_itself()
    {
        var inner = Good("n * 2");
        var outer = Good("twice + n == 9 && session.id == '6B94'");
        Parallel.For(0, 2_000, _ => Assert.Equal(true, outer.Evaluate(Names.With("twice", () => inner.Evaluate(Names)))));
    }
}
