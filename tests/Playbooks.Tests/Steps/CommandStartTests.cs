using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps;

/// <summary>A program that never began has no exit code of its own: an assertion about it must not pass.</summary>
public sealed class CommandStartTests
{
    private static async Task<StepResult> Run(string yaml)
    {
        await using var harness = new KindHarness();
        return await harness.Run("command", yaml);
    }

    [Theory]
    [InlineData("nosuchprogram --x", "there is no program `nosuchprogram` there", "is it installed there, and on this user's PATH?")]
    [InlineData("/no/such/program", "`/no/such/program` could not be started: not found", "is it there, and what its first line (`#!`) names?")]
    [InlineData("cd /tmp && ls", "there is no program `cd` there", "`cd` belongs to a shell: write `shell:`, or say with `in` where it runs")]
    [InlineData("{ run: ['ls -l'] }", "there is no program `ls -l` there", "that is one word: its words stand apart, as in `ls -l`")]
    [InlineData("{ run: 'true', in: /no/such/folder }", "it could not be started: ", "is the folder of its `in` there, and may this user enter it?")]
    [InlineData("/etc/passwd", "it could not be started: ", "is it a program, and may this user run it?")]
    public async Task What_could_not_be_started_is_an_error(string yaml, string message, string mend)
    {
        var result = await Run(yaml);
        Assert.Equal((Outcome.Error, mend), (result.Outcome, result.Mend));
        Assert.StartsWith(message, result.Messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_says_127_itself_is_believed() =>
        Assert.Equal(127L, (await Run("sh -c 'echo x; exit 127'")).Fields["exit_code"]);

    [Fact]
    public async Task What_a_signal_ended_has_no_exit_code_to_compare_with()
    {
        var result = await Run("sh -c 'kill -KILL $$'");
        Assert.Equal("KILL", result.Fields["signal"]);
        Assert.Throws<MissingValueException>(() => result.Fields.TryGet("exit_code", out _));
    }
}
