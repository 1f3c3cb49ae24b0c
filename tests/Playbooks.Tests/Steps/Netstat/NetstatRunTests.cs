using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Netstat;

/// <summary>Real listeners on this machine, seen through whatever it has.</summary>
public sealed class NetstatRunTests : IAsyncLifetime
{
    private readonly KindHarness harness = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    private int Port { get; set; }

    public ValueTask InitializeAsync()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await harness.DisposeAsync();
    }

    [Theory]
    [InlineData("{ listening: PORT }")]
    [InlineData("{ listening: [PORT, '127.0.0.1:PORT', 'localhost:PORT'] }")]
    [InlineData("{ listening: 'PORT' }")]
    public async Task A_port_that_is_listened_on_is_found(string yaml)
    {
        var result = await Run(yaml);
        Assert.Equal(Outcome.Passed, result.Outcome);
        var socket = (DataMap)((IReadOnlyList<object?>)result.Fields["sockets"]!)[0]!;
        Assert.Equal((long)Port, socket["local_port"]);
        Assert.Equal("127.0.0.1", socket["local_address"]);
    }

    [Fact]
    public async Task A_port_nobody_listens_on_is_missing_and_what_listens_is_told()
    {
        listener.Stop();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var result = await Run("{ listening: PORT, process: java }");
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.StartsWith($"nothing listens on {Port} (java); listening here: ", Assert.Single(result.Messages), StringComparison.Ordinal);
        Assert.Equal([Port.ToString(CultureInfo.InvariantCulture)], (IReadOnlyList<object?>)result.Fields["missing"]!);
    }

    private Task<StepResult> Run(string yaml) => harness.Run("netstat", yaml.Replace("PORT", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
}
