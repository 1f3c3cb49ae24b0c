using Playbooks.Templating;
using Xunit;
using static Playbooks.Tests.Templating.Asking;

namespace Playbooks.Tests.Templating;

public sealed class FunctionTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Calls => FunctionCases.All.Select(x => new TheoryDataRow<string, string>(x.Call, x.Json));

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_function_gives_what_it_is_for(string call, string json) => Assert.Equal(json, Data.ToJson(Value(call)));

    [Fact]
    public void Every_function_has_a_case() => Assert.Empty(ReservedNames.Functions.Except(FunctionCases.All.SelectMany(x => ReservedNames.Functions.Where(name => x.Call.Contains(name + "(", StringComparison.Ordinal)))));

    [Theory]
    [InlineData("string.upcase(n)", "string.upcase takes a text here, and this is number 3", "n")]
    [InlineData("string.upcase(nothing)", "string.upcase takes a text here, and this is null", "nothing")]
    [InlineData("number(x)", "`x` is text \"ten\", which is no number", "x")]
    [InlineData("number('Infinity')", "text \"Infinity\", which is no number", "'Infinity'")]
    [InlineData("number('')", "text \"\", which is no number", "''")]
    [InlineData("text(nothing)", "null has no text", "nothing")]
    [InlineData("parse_json(x)", "this is no JSON: line 1, byte 2: 'ten' is an invalid JSON literal. Expected the literal 'true'; it begins \"ten\"", "x")]
    [InlineData("extract(x, `\\d`)", "nothing in \"ten\" matches \\d", "extract(x, `\\d`)")]
    [InlineData("extract(x, `(\\d)?en`)", "the first group of (\\d)?en took no part in the match \"en\"", "extract(x, `(\\d)?en`)")]
    [InlineData("matches(x, '(' + x)", "this is no regex: a `(` is not closed; `\\(` is the letter", "'(' + x")]
    [InlineData("words(`it's`)", "\"it's\" cannot be split into words: the ' is never closed", "`it's`")]
    [InlineData("count(x)", "count is of a list or a map, and this is text", "x")]
    [InlineData("same([])", "there is nothing to compare: it is empty", "[]")]
    [InlineData("majority([1, 2])", "no value is the commonest: 1 and 2 are there 1 time each", "[1, 2]")]
    [InlineData("array.first([])", "the list is empty", "[]")]
    [InlineData("array.sort([1, 'a'])", "only values of one type that have an order can be sorted: number 1, text \"a\"", "[1, 'a']")]
    [InlineData("array.map([{a: 1}], 'b')", "item 0 has no `b`; it has a", "'b'")]
    [InlineData("array.join([1, null], '')", "only texts, numbers and the like can be joined, and item 1 is null", "[1, null]")]
    [InlineData("string.replace(x, '', 'a')", "nothing cannot be replaced: this text is empty", "''")]
    [InlineData("string.base64_decode('%')", "\"%\" is no base64 of a UTF-8 text", "'%'")]
    [InlineData("string.slice(x, 1.5)", "string.slice takes a whole number of at most 16777216 here, and this is number 1.5", "1.5")]
    [InlineData("date.parse('2026-01-31 12:00')", "\"2026-01-31 12:00\" is no time as ISO 8601 writes it", "'2026-01-31 12:00'")]
    [InlineData("same({a: owner})", "owner was not captured on was2: that step failed there", "owner")]
    public void A_wrong_argument_is_an_error_at_its_place(string call, string message, string place)
    {
        var error = Fails(call);
        Assert.Equal(message, error.Message);
        Assert.Equal(place, Marked(error.At));
    }

    [Theory]
    [InlineData("same({was1: 'a', was2: 'b', was3: 'a'})", "was2 is \"b\", the other 2 \"a\"")]
    [InlineData("same(['a', 'b'])", "item 0 is \"a\", item 1 is \"b\"")]
    [InlineData("unique({was1: 'a', was2: 'b', was3: 'a'})", "was1, was3 have \"a\"")]
    public void Comparing_functions_name_the_odd_one_out(string call, string remark) =>
        Assert.Equal(remark, Assert.Single(Good(call).Explain(Names).Explanation.Parts).Remark);

    [Fact]
    public void A_date_is_written_without_knowing_the_clock_or_the_time_zone_of_this_machine() =>
        Assert.Equal("23:30", Value("date.to_string(date.parse('2026-01-31T23:30:00-05:00'), '%H:%M')"));
}
