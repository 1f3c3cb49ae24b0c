using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps;

/// <summary>Bytes that are no text, or text of another time: decoded as told, and shown where they cannot be.</summary>
public sealed class CommandBytesTests : IAsyncDisposable
{
    private readonly KindHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Theory]
    [InlineData(@"\200x\377", "utf-8", "\ufffdx\ufffd")]
    [InlineData(@"\377\376a\000", "utf-8", "\ufffd\ufffda\0")]
    [InlineData(@"\377\376a\000", "utf-16", "\ufeffa")]
    [InlineData(@"a\000b", "utf-8", "a\0b")]
    [InlineData(@"\357\273\277a", "utf-8", "\ufeffa")]
    [InlineData(@"a\r\nb\r\n", "utf-8", "a\r\nb")]
    [InlineData(@"a\rb", "utf-8", "a\rb")]
    [InlineData(@"\261\271\276\356\n", "euc-kr", "국어")]
    [InlineData(@"\261\271\276\356", "utf-8", "\ufffd\ufffd\ufffd\ufffd")]
    [InlineData(@"\261\271\276", "euc-kr", "국\ufffd")]
    [InlineData(@"\355\225\234\355\225", "utf-8", "한\ufffd")]
    public async Task Output_is_decoded_as_told_and_what_cannot_be_is_replaced(string bytes, string encoding, string text)
    {
        var result = await harness.Run("command", $"{{ run: [printf, '{bytes}'], encoding: {encoding} }}");
        Assert.Equal((Outcome.Passed, text), (result.Outcome, result.Fields["stdout"]));
    }

    [Fact]
    public async Task Lines_end_with_or_without_a_carriage_return_and_nothing_else_ends_one()
    {
        var result = await harness.Run("command", @"{ run: [printf, 'a\r\nb\nc\rd\342\200\250e\302\205f\n'] }");
        Assert.Equal(["a", "b", "c\rd\u2028e\u0085f"], (IReadOnlyList<object?>)result.Fields["lines"]!);
    }

    [Fact]
    public async Task What_a_word_or_the_input_holds_arrives_byte_for_byte()
    {
        harness.Scope = Scope.Empty.With("odd", "\u001b[31m\u202e\u0085\r\n{{ x }}$(id)'\"\\ 한글 \U0001f600");
        var result = await harness.Run("command", "{ run: [sh, -c, 'printf %s \"$1\"; cat', sh, '{{ odd }}'], stdin: '{{ odd }}' }");
        Assert.Equal(harness.Scope.TryGet("odd", out var odd) ? $"{odd}{odd}" : null, result.Fields["stdout"]);
    }

    [Fact]
    public async Task A_NUL_in_a_word_is_refused_before_anything_runs()
    {
        harness.Scope = Scope.Empty.With("odd", "a\0b");
        var refused = await Assert.ThrowsAsync<ExpressionException>(() => harness.Run("command", "{ run: [echo, '{{ odd }}'] }"));
        Assert.Equal("a word of the command holds a NUL character, which no program can be given", refused.Message);
    }
}
