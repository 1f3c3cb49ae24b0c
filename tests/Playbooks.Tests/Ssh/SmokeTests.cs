using System.Text;
using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Ssh;

public sealed class SmokeTests(Sshd sshd)
{
    [Fact]
    public async Task A_command_runs()
    {
        await using var pool = sshd.Pool();
        var connection = await pool.Get(sshd.Host(), TestContext.Current.CancellationToken);
        var result = await connection.Run(new RemoteCommand { Words = ["printf", "%s", "it's ! $HOME\n한\\"] }, TestContext.Current.CancellationToken);
        Assert.Equal(CommandEnd.Exited, result.End);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("it's ! $HOME\n한\\", Encoding.UTF8.GetString(result.Stdout.Span));
        Assert.Empty(result.Notes);
    }
}
