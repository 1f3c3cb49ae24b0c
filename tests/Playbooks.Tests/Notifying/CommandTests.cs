using Xunit;

namespace Playbooks.Tests.Notifying;

/// <summary>Programs of this machine that are told at the end of a run.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly Night night = new();

    public void Dispose() => night.Dispose();

    [Fact]
    public async Task It_reads_the_message_and_no_shell_reads_its_words()
    {
        var run = await night.Run("  - { name: '$(touch evil) `x`', command: 'false' }");
        var told = Assert.Single(await night.Tell("""  - command: { run: [sh, -c, 'cat > message; printf "%s\n" "$@" > words; printf %s "$TOKEN" > token', sh, "{{ run.title }}", "{{ run.failures }}"], env: { TOKEN: "{{ secret.hook }}" } }""", run));
        Assert.Equal("told sh (command)", told.Text);
        Assert.StartsWith("✗ 야간 점검: failed\n", night.Text("message"), StringComparison.Ordinal);
        Assert.Equal("✗ 야간 점검: failed", night.Text("words").Split('\n')[0]);
        Assert.StartsWith("$(touch evil) `x` · localhost: ", night.Text("words").Split('\n')[1], StringComparison.Ordinal);
        Assert.Equal(Night.Hook, night.Text("token"));
        Assert.False(File.Exists(night.PathOf("evil")));
    }

    [Theory]
    [InlineData("[sh, -c, 'echo no such user >&2; exit 3']", "it ended with exit code 3; it said: no such user (its 1s were up)")]
    [InlineData("[sleep, 100]", "nobody answered (its 1s were up)")]
    public async Task What_goes_wrong_with_it_is_said(string words, string why) =>
        Assert.Equal(why, Assert.Single(await night.Tell($"  - command: {{ run: {words}, timeout: 1s }}", await night.Run(Night.Fails))).Why);

    [Fact]
    public async Task One_that_is_not_there_is_not_tried_again()
    {
        var told = Assert.Single(await night.Tell("  - command: [no-such-program-at-all]", await night.Run(Night.Fails)));
        Assert.StartsWith("it could not be started", told.Why, StringComparison.Ordinal);
        Assert.Equal("is it there, on the PATH of this user?", told.Mend);
    }

    [Fact]
    public async Task What_cannot_be_filled_in_is_said_with_its_place_and_the_others_are_told()
    {
        var told = await night.Tell("""
              - command: [touch, "{{ run.failures[7] }}"]
              - command: [touch, told]
            """, await night.Run(Night.Fails));
        Assert.Single(told, one => one.Why is null);
        Assert.StartsWith("NOT told: a command (n.yaml:4): ", Assert.Single(told, one => one.Why is not null).Text, StringComparison.Ordinal);
        Assert.True(File.Exists(night.PathOf("told")));
    }
}
