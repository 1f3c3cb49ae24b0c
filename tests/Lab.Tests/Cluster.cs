using Xunit;

namespace Lab.Tests;

/// <summary>The real cluster of examples/lab: brought up as a test wants it, taken down after the last one.</summary>
public sealed class Cluster : IAsyncLifetime
{
    /// <summary>Up, whole and healthy, or without one of its parts.</summary>
    internal static async Task IsUp(string? without = null, string lang = "en")
    {
        var (code, output) = await Script("up", [.. without is null ? [] : new[] { "--without", without }, "--lang", lang]);
        Assert.True(code == 0, output);
    }

    /// <summary>Runs a command as root inside a host.</summary>
    internal static async Task On(string host, params string[] command)
    {
        var (code, output) = await Script("on", [host, .. command]);
        Assert.True(code == 0, output);
    }

    internal static async Task<bool> Listens(string host, int port) =>
        (await Script("on", [host, "sh", "-c", $"ss -Hltn sport = :{port} | grep -q ."])).ExitCode == 0;

    internal static Running StartPlay(params string[] args) =>
        new(Path.Combine(Running.Repository, "play"), ["-i", "examples/lab/hosts.yaml", "-e", "@examples/lab/params.yaml", .. args]);

    internal static async Task<(int ExitCode, string Output)> Play(params string[] args)
    {
        using var play = StartPlay(args);
        return await play.End();
    }

    internal static async Task<(int ExitCode, string Output)> Script(string name, IEnumerable<string> args)
    {
        using var script = new Running(Path.Combine(Running.Repository, "examples", "lab", name), args);
        return await script.End();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await Script("down", []);
}

/// <summary>One cluster for all, so its tests run one after the other.</summary>
[CollectionDefinition]
public sealed class ClusterTests : ICollectionFixture<Cluster>;
