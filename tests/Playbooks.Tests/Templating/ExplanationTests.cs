using CsCheck;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;
using static Playbooks.Tests.Templating.Asking;

namespace Playbooks.Tests.Templating;

public sealed class ExplanationTests
{
    private static readonly Scope Visit = Names.With("visit", "6B941D9A646C9BD55350E230E536C50A").With("session", Map(("id", "0C1F2E"), ("route", "tomcat2"))).With("trusted", false)
        .With("all", Map(("version", Map(("was1", "8.5"), ("was2", "9.0"), ("was3", "8.5")))));

    private static string Rendered(string text, int width = 80) => string.Join('\n', Good(text).Explain(Visit).Explanation.Render(width));

    [Fact]
    public void The_value_of_each_part_stands_under_it() => Assert.Equal("""
        session.id == visit
        │             └ "6B941D9A646C9BD55350E230E536C50A"
        └ "0C1F2E"
        """, Rendered("session.id == visit"));

    [Fact]
    public void Results_of_operators_stand_under_the_operator_and_what_was_not_evaluated_is_left_out() => Assert.Equal("""
        n > 5 && missing || count(list) == 4
        │ │   │             │     │     └ false
        │ │   │             │     └ [1, 2, 3]
        │ │   │             └ 3
        │ │   └ false
        │ └ false
        └ 3
        """, Rendered("n > 5 && missing || count(list) == 4"));

    [Fact]
    public void A_computed_index_is_shown_beside_the_path_it_belongs_to() => Assert.Equal("""
        list[n - 1] == n + (1)
        │    │ │       │ └ 4
        │    │ │       └ 3
        │    │ └ 2
        │    └ 3
        └ 3
        """, Rendered("list[n - 1] == n + (1)"));

    [Fact]
    public void A_name_alone_and_a_negated_one_are_shown()
    {
        Assert.Equal("trusted\n└ false", Rendered("trusted"));
        Assert.Equal("!yes\n └ true", Rendered("!yes"));
        Assert.Equal("1 == 2", Rendered("1 == 2"));
    }

    [Fact]
    public void The_odd_one_out_is_named() => Assert.Equal("""
        same(all.version)
        │    └ {was1: "8.5", was2: "9.0", was3: "8.5"}
        └ false: was2 is "9.0", the other 2 "8.5"
        """, Rendered("same(all.version)"));

    [Fact]
    public void On_a_phone_each_part_has_a_line_of_its_own() => Assert.Equal("""
        session.id == visit
          session.id = "0C1F2E"
          visit = "6B941D9A646C9BD55350E230E536…
        """, Rendered("session.id == visit", 40));

    [Fact]
    public void A_long_expression_is_wrapped_and_its_parts_listed() => Assert.Equal("""
        session.id == visit && session.route !=
        'tomcat1' && n == 3
          session.id = "0C1F2E"
          visit = "6B941D9A646C9BD55350E230E536…
          session.id == visit = false
          session.id == visit && sessio… = false
        """, Rendered("session.id == visit &&\nsession.route != 'tomcat1' && n == 3", 40));

    [Fact]
    public void A_word_that_is_too_long_goes_on_in_the_next_line() =>
        Assert.StartsWith("string.size(string.s\ntrip(visit))==1\n  visit = ", Rendered("string.size(string.strip(visit))==1", 20), StringComparison.Ordinal);

    [Fact]
    public void What_stands_before_a_value_that_default_replaced_is_not_shown() =>
        Assert.Equal("default(session.x, n) == 4\n│                  └ 3\n└ 3", Rendered("default(session.x, n) == 4"));

    [Fact]
    public void Wide_characters_take_their_two_columns() =>
        Assert.Equal("'한글' + x == n\n       │ │    └ \"b\"\n       │ └ \"ten\"\n       └ \"한글ten\"", string.Join('\n', Good("'한글' + x == n").Explain(Visit.With("n", "b")).Explanation.Render(80)));

    [Fact]
    public void The_caller_may_mask_values() =>
        Assert.Equal(["x == visit", "│    └ ***", "└ ***"], Good("x == visit").Explain(Visit).Explanation.Render(80, _ => "***"));

    [Fact]
    public void No_line_is_wider_than_asked_for() =>
        Gen.Select(Gen.Int[8, 90], Gen.String, Gen.OneOf<string>(new[] { "v == x", "v + '한글' == v && !yes || x == v", "same({a: v, b: x})", "v == x ||\n yes && count(list) == 4 || default(v, x) != x" }.Select(x => (IGen<string>)Gen.Const(x)).ToArray()))
            .Sample((width, value, text) => Good(text).Explain(Visit.With("v", value)).Explanation.Render(width).All(line => DisplayText.Width(line) <= width));
}
