using Xunit;

namespace Lab.Tests;

[Collection<ClusterTests>]
public sealed class ServerInfoTests
{
    [Fact]
    public async Task Each_server_answers_under_its_label()
    {
        await Cluster.IsUp();
        using var all = Run();
        var (code, output) = await all.End();
        Assert.True(code == 0, output);
        foreach (var answer in new[] { "198.51.100.10 · 웹1", "198.51.100.11 · 와스1", "198.51.100.12 · 와스2" }) Assert.Contains(answer, output, StringComparison.Ordinal);

        using var one = Run("-l", "was1", "-e", "run=id -un");
        (code, output) = await one.End();
        Assert.True(code == 0, output);
        Assert.Contains("root · 와스1", output, StringComparison.Ordinal);
        Assert.DoesNotContain("웹1", output, StringComparison.Ordinal);
    }

    private static Running Run(params string[] args) =>
        new(Path.Combine(Running.Repository, "examples/lab/run"), ["playbooks/server-info.yaml", .. args], new Dictionary<string, string> { ["COLUMNS"] = "40" });
}
