using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Loading;

public sealed class YamlTests
{
    private static (Node? Root, ProblemList Problems) Read(string text)
    {
        var problems = new ProblemList();
        return (Yaml.Read(new SourceText("x.yaml", text), problems), problems);
    }

    [Theory]
    [InlineData("a: 007", "007")]
    [InlineData("a: 7", 7L)]
    [InlineData("a: 0x1F", 31L)]
    [InlineData("a: 0o17", 15L)]
    [InlineData("a: 1e3", 1000.0)]
    [InlineData("a: yes", "yes")]
    [InlineData("a: True", "True")]
    [InlineData("a: true", true)]
    [InlineData("a: ~", null)]
    [InlineData("a: .inf", ".inf")]
    [InlineData("a: 99999999999999999999", "99999999999999999999")]
    [InlineData("a: 12:30", "12:30")]
    [InlineData("a: '7'", "7")]
    public void Plain_scalars_are_read_by_the_core_schema(string text, object? value) =>
        Assert.Equal(value, ((ScalarNode)((MapNode)Read(text).Root!)["a"]!).Value);

    public static TheoryData<string, string> Hostile => new()
    {
        { string.Concat(Enumerable.Repeat("[", 100_000)), "nested more than 64 deep" },
        { string.Concat(Enumerable.Repeat("{a: ", 20_000)), "nested more than 64 deep" },
        { "&a [*a]: 1", "the alias `*a` stands inside its own anchor" },
        { "a: &a [*a]", "the alias `*a` stands inside its own anchor" },
        { "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + string.Concat(Enumerable.Range(0, 9).Select(i => $"b{i}: &{(char)('b' + i)} [{string.Join(",", Enumerable.Repeat("*" + (char)('a' + i), 10))}]\n")), "more than 200000 values" },
        { "a: &a 1\nb: [" + string.Join(",", Enumerable.Repeat("*a", 101)) + "]", "more than 100 aliases" },
        { "a: \0", "a NUL byte ends the text here" },
        { "b: [1, 2\nc: 3", "this `[` is not closed" },
        { "", "the file is empty" },
    };

    [Theory, MemberData(nameof(Hostile))]
    public void A_hostile_file_is_refused_and_ends_nothing(string text, string message) => Assert.Contains(Read(text).Problems, p => p.Message.StartsWith(message, StringComparison.Ordinal));

    [Fact]
    public void What_is_not_UTF8_or_too_large_is_said()
    {
        var problems = new ProblemList();
        Assert.Null(Yaml.Read("x", [0x61, 0x0a, 0xff, 0xfe], problems));
        Assert.Null(Yaml.Read("y", new byte[3 << 20], problems));
        Assert.Equal(["the file is not UTF-8: byte 3 cannot be read", "the file is larger than 2 MiB"], problems.Select(p => p.Message));
        Assert.Equal(2, problems.First().At.Line);
    }

    [Theory]
    [InlineData("a: x{{ b }}", 1, 5)]
    [InlineData("a: \"x\\n\\u00e9{{ b }}\"", 1, 14)]
    [InlineData("a: 'it''s {{ b }}'", 1, 11)]
    [InlineData("a: |\n  one\n  two {{ b }}", 3, 7)]
    [InlineData("a: >\n  one\n\n  two {{ b }}\n", 4, 7)]
    [InlineData("a:\n  one\n  two {{ b }}", 3, 7)]
    [InlineData("a: \"one\n  two {{ b }}\"", 2, 7)]
    public void A_place_inside_a_scalar_is_found_whatever_its_style(string yaml, int line, int column)
    {
        var scalar = (ScalarNode)((MapNode)Read(yaml).Root!)["a"]!;
        var at = scalar.Text.At(scalar.Text.Value.IndexOf('{', StringComparison.Ordinal));
        Assert.Equal((line, column), (at.Line, at.Column));
    }
}
