using Playbooks.Templating;
using Xunit;
using static Playbooks.Tests.Templating.Asking;

namespace Playbooks.Tests.Templating;

public sealed class ExpressionValueTests
{
    [Theory]
    [InlineData("1 + 2 * 3", 7L)]
    [InlineData("10 / 5", 2L)]
    [InlineData("10 / 4", 2.5)]
    [InlineData("7 % 4", 3L)]
    [InlineData("-n", -3L)]
    [InlineData("1.5 + 1", 2.5)]
    [InlineData("0x1F", 31L)]
    [InlineData("1_000", 1000L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("'a' + \"b\" + `c\\d`", "abc\\d")]
    [InlineData("x == 'ten' ? 1 : 2", 1L)]
    [InlineData("n == 3 && yes", true)]
    [InlineData("!yes || n != 3", false)]
    [InlineData("!(n == 3)", false)]
    [InlineData("1 == 1.0", true)]
    [InlineData("9007199254740993 == 9007199254740992.0", false)]
    [InlineData("x < 'tf'", true)]
    [InlineData("nothing == null", true)]
    [InlineData("x != null", true)]
    [InlineData("nothing != null", false)]
    [InlineData("null == null", true)]
    [InlineData("null != null", false)]
    [InlineData("list == [1, 2, 3]", true)]
    [InlineData("{a: [1]} == {a: [1.0]}", true)]
    [InlineData("{a: 1, b: 2} == {b: 2, a: 1}", true)]
    [InlineData("({\"a b\": 1})[\"a b\"]", 1L)]
    [InlineData("list[0]", 1L)]
    [InlineData("list[-1]", 3L)]
    [InlineData("list[n - 1]", 3L)]
    [InlineData("session.id", "6B94")]
    [InlineData("session['route']", "tomcat1")]
    [InlineData("steps.open.on[\"was 1\"]", 7L)]
    [InlineData("(session).id", "6B94")]
    [InlineData("wait < '2500ms'", true)]
    [InlineData("'2s' == wait", true)]
    [InlineData("wait + '1s' == '3s'", true)]
    [InlineData("big >= ('10MB')", true)]
    [InlineData("x | string.upcase", "TEN")]
    [InlineData("x | string.append('!') | string.upcase", "TEN!")]
    [InlineData("(x | string.size) == 3", true)]
    [InlineData("string.size(x) > 2 && yes", true)]
    [InlineData("matches(stdout, `\\d{4}`) && yes", true)]
    [InlineData("count([1,\n 2])\n == 2", true)]
    [InlineData("number(' 08 ') + number('1e1')", 18.0)]
    [InlineData("false && missing", false)]
    [InlineData("true || missing", true)]
    [InlineData("true ? 1 : missing", 1L)]
    [InlineData("(1..<1) == []", true)]
    public void An_expression_gives_its_value(string text, object? expected) => Assert.Equal(expected, Value(text));

    [Fact]
    public void Every_type_of_value_comes_out_as_it_went_in()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), Value("wait"));
        Assert.Equal(new Size(10_000_000), Value("big"));
        Assert.Null(Value("nothing"));
        Assert.IsAssignableFrom<IMembers>(Value("session"));
        Assert.Equal([1L, 2L, 3L], Assert.IsAssignableFrom<IReadOnlyList<object?>>(Value("1..n")));
        Assert.Equal(12L, Value("x", Scope.Empty.With("x", 12)));
    }

    [Fact]
    public void Times_and_durations_are_added_and_compared()
    {
        var scope = Scope.Empty.With("at", new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)).With("wait", TimeSpan.FromHours(1));
        Assert.Equal(true, Value("at > '2026-01-31'", scope));
        Assert.Equal(true, Value("at + wait == '2026-01-31T13:00:00Z'", scope));
        Assert.Equal(TimeSpan.FromMinutes(30), Value("at + '30m' - at", scope));
    }

    [Fact]
    public void Default_and_defined_forgive_what_is_absent_and_only_that()
    {
        Assert.Equal("wasstop", Value("default(session.wasstop, 'wasstop')"));
        Assert.Equal("wasstop", Value("session.wasstop | default('wasstop')"));
        Assert.Equal("none", Value("default(missing.a.b, 'none')"));
        Assert.Equal("none", Value("default(nothing, 'none')"));
        Assert.Equal("none", Value("default(owner, 'none')"));
        Assert.Equal("", Value("default('', 'none')"));
        Assert.Equal("tomcat1", Value("default(session.route, missing)"));
        Assert.Equal("none", Value("missing | string.upcase | default('none')"));
        Assert.Equal(false, Value("defined(session.wasstop)"));
        Assert.Equal(true, Value("defined('session.id') && defined(\"session\") && defined(steps.open.status)"));
        Assert.Equal(false, Value("defined('owner') || defined(owner) || defined('steps.shut.status')"));
        Assert.Contains("no `missing`", Fails("default(session.route, 1) == missing").Message, StringComparison.Ordinal);
        Assert.Contains("no `missing`", Fails("default(session.none, missing)").Message, StringComparison.Ordinal);
        Assert.Contains("number takes", Fails("default(number(list), 1)").Message.Replace("string", "number", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
