using Xunit;

namespace Lab.Tests;

[Collection<ClusterTests>]
public sealed class ExecTests
{
    [Fact]
    public async Task One_command_on_every_server_and_equal_answers_once()
    {
        await Cluster.IsUp();
        var (code, output) = await Play("exec", "-i", "examples/lab/hosts.yaml", "web, was", "--sudo", "--", "sh", "-c", "id -un; hostname -I | cut -d. -f1-3");
        Assert.Equal((0, "웹1, 와스[1-2] (3)\n  root\n  198.51.100\n"), (code, output[..Math.Max(0, output.IndexOf("\n3 hosts, all the same", StringComparison.Ordinal))]));

        (code, output) = await Play("exec", "-i", "examples/lab/hosts.yaml", "was", "netstat: { listening: '{{ host.receiver_port }}', process: java }", "--sudo");
        Assert.True(code == 0 && output.StartsWith("와스[1-2] (2)\n  sockets: 1\n", StringComparison.Ordinal), output);

        (code, output) = await Play("hosts", "-i", "examples/lab/hosts.yaml", "--ping");
        Assert.True(code == 0 && output.StartsWith("웹1, 와스[1-2] (3) · reachable in ", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task Words_behind_dashes_are_the_other_programs()
    {
        var (code, output) = await Play("exec", "localhost", "--", "printf", "%s|", "--", "--help", "--sudo", "-v", "@x", "", "[a", "--report");
        Assert.True(code == 0 && output.StartsWith("localhost\n  --|--help|--sudo|-v|@x||[a|--report|\n", StringComparison.Ordinal), output);
    }

    private static async Task<(int Code, string Output)> Play(params string[] args)
    {
        using var play = new Running(Path.Combine(Running.Repository, "play"), args);
        return await play.End();
    }
}
