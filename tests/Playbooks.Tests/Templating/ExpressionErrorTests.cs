using Playbooks.Templating;
using Xunit;
using static Playbooks.Tests.Templating.Asking;

namespace Playbooks.Tests.Templating;

public sealed class ExpressionErrorTests
{
    [Theory]
    [InlineData("steps.open.statsu == 200", "statsu", "steps.open has no `statsu`; it has status, body, on", "did you mean `status`?")]
    [InlineData("sesion.id", "sesion", "there is no `sesion` here", "did you mean `session`?")]
    [InlineData("None == x", "None", "there is no `None` here", "did you mean `null`?")]
    [InlineData("same", "same", "there is no `same` here", "to call the function write same(list)")]
    [InlineData("owner == 'a'", "owner", "owner was not captured on was2: that step failed there", null)]
    [InlineData("list[3]", "3", "list has no item 3; it has 3 (the first is 0)", null)]
    [InlineData("list.size", "size", "list is a list, which has no `size`", "write count(list)")]
    [InlineData("x.size", "size", "x is text \"ten\", which has no `size`", "write string.size(x)")]
    [InlineData("nothing.a", "a", "nothing is null, which has no `a`", null)]
    [InlineData("session[1]", "1", "a member's name is text, and this is number 1", null)]
    [InlineData("list[1.5]", "1.5", "an item's place is a whole number, and this is number 1.5", null)]
    [InlineData("'10' > 9", "'10' > 9", "text \"10\" and number 9: values of different types are not compared", "write the number without quotes")]
    [InlineData("'5' == n", "'5' == n", "`n` is number 3, and text \"5\" is no number: values of different types are not compared", "write the number without quotes")]
    [InlineData("x == n", "x == n", "`x` is text \"ten\" and `n` is number 3: values of different types are not compared", "write number(x)")]
    [InlineData("yes == 'true'", "yes == 'true'", "`yes` is boolean true, and text \"true\" is no boolean: values of different types are not compared", "write true or false without quotes")]
    [InlineData("list == session", "list == session", "`list` is list [1, 2, 3] and `session` is map {id: \"6B94\", route: \"tomcat1\"}: values of different types are not compared", null)]
    [InlineData("n > nothing", "n > nothing", "`n` is number 3 and `nothing` is null: null is neither less nor more", "compare with null by == or != first")]
    [InlineData("yes > false", "yes > false", "`>` has no meaning between booleans: `yes` is boolean true, boolean false", "combine them with && || !")]
    [InlineData("list < [1]", "list < [1]", "`<` has no meaning between lists: `list` is list [1, 2, 3], `[1]` is list [1]", "compare with == or !=")]
    [InlineData("dashed.web-1 == 1", "web", "dashed has no `web`; it has web-1", "write dashed[\"web-1\"]")]
    [InlineData("wait > 2", "wait > 2", "`wait` is duration 2s, and number 2 is no duration: values of different types are not compared", "a duration stands in quotes, with its unit: '10s'")]
    [InlineData("wait < 'soon'", "'soon'", "\"soon\" is no duration", "write one like 250ms, 10s or 1h30m")]
    [InlineData("big < x", "big < x", "`big` is size 10MB and `x` is text \"ten\": values of different types are not compared", null)]
    [InlineData("yes && n", "n", "`n` must be true or false, and is number 3", null)]
    [InlineData("'' || yes", "''", "`''` must be true or false, and is text \"\"", null)]
    [InlineData("!x", "x", "`x` must be true or false, and is text \"ten\"", null)]
    [InlineData("0 ? 1 : 2", "0", "`0` must be true or false, and is number 0", null)]
    [InlineData("x + n", "x + n", "`+` has no meaning here: `x` is text \"ten\", `n` is number 3", "write number(x), or text(…) for the other side")]
    [InlineData("-x", "x", "only a number has a sign, and `x` is text \"ten\"", null)]
    [InlineData("n / 0", "n / 0", "`0` is 0, and nothing can be divided by it", null)]
    [InlineData("1.0 % 0.0", "1.0 % 0.0", "`0.0` is 0, and nothing can be divided by it", null)]
    [InlineData("9223372036854775807 + 1", "9223372036854775807 + 1", "the result of 9223372036854775807 + 1 is too large", null)]
    [InlineData("1.5e308 * 10", "1.5e308 * 10", "the result of 1.5E+308 * 10 is too large", null)]
    [InlineData("5..1", "5..1", "the range 5..1 counts down", "an empty one is 1..<1; the other way round is array.reverse(1..5)")]
    [InlineData("1..x", "x", "a range goes from one whole number to another, and this is text \"ten\"", null)]
    public void An_expression_without_a_value_says_where_and_why(string text, string place, string message, string? mend)
    {
        var error = Fails(text);
        Assert.Equal((message, mend, place), (error.Message, error.Mend, Marked(error.At)));
    }

    [Fact]
    public void A_condition_must_be_true_or_false()
    {
        Assert.True(Condition.Evaluate(Good("n == 3"), Names));
        var error = Assert.Throws<ExpressionException>(() => Condition.Evaluate(Good("x"), Names));
        Assert.Equal("`x` must be true or false, but is text \"ten\"", error.Message);
        Assert.Equal("`n` must be true or false, but is number 3", Assert.Throws<ExpressionException>(() => Condition.Explain(Good("n"), Names)).Message);
    }

    [Fact]
    public void Default_does_not_forgive_what_is_wrong_behind_a_name() =>
        Assert.Contains("no `nmae`", Fails("default(v, 1)", Names.With("v", () => Value("session.nmae"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_that_is_missing_within_a_map_is_an_error_of_the_whole() =>
        Assert.Contains("was not captured", Fails("m == {a: 1}", Names.With("m", new Half())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("gone", "gone")]
    [InlineData("m.gone", "gone")]
    [InlineData("l[0]", "0")]
    public void A_value_that_is_absent_for_a_reason_says_it_where_it_is_named(string text, string place)
    {
        var gone = new Absent("that step failed");
        var scope = Scope.Empty.With("gone", gone).With("m", Map(("gone", gone))).With("l", new object?[] { gone });
        var error = Fails(text + " == 1", scope);
        Assert.Equal(("that step failed", place), (error.Message, Marked(error.At)));
        Assert.Equal(1L, Value($"default({text}, 1)", scope));
    }

    private sealed class Half : IMembers
    {
        public IEnumerable<string> Names => ["a"];
        public bool TryGet(string name, out object? value) => throw new MissingValueException("a was not captured");
    }

    [Fact]
    public void A_text_that_is_data_is_never_read_as_a_duration() => Fails("wait < limit", Names.With("limit", "10s"));

    [Fact]
    public void Names_are_known_with_their_members_before_anything_is_evaluated()
    {
        var names = Good("a.b[\"c\"].d == x[i].y && default(host.p, q) == (z.w | default(1)) || defined('k.l')").Names;
        Assert.Equal(["a.b.c.d", "i", "x", "host.p?", "q", "z.w?", "k.l?"], names.Select(u => string.Join('.', [u.Name, .. u.Members]) + (u.Guarded ? "?" : "")));
        Assert.Equal("a.b[\"c\"].d", Marked(names[0].At));
    }
}
