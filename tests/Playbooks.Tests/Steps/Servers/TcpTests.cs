using System.Net;
using System.Net.Sockets;
using Playbooks.Connections;
using Playbooks.Steps;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Servers;

public sealed class TcpTests(Sshd sshd) : IAsyncLifetime
{
    private readonly KindHarness harness = new() { Connections = sshd.Pool() };
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    private int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public ValueTask InitializeAsync()
    {
        listener.Start();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        listener.Dispose();
        return harness.DisposeAsync();
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("localhost", false)]
    [InlineData("localhost", true)]
    public async Task A_port_that_takes_connections_passes_from_here_and_from_a_host(string host, bool fromHost)
    {
        if (fromHost) harness.Machine = sshd.Host();
        var result = await harness.Run("tcp", $"{host}:{Port}");
        Assert.Equal((Outcome.Passed, ""), (result.Outcome, string.Join('\n', result.Messages)));
        Assert.InRange(Assert.IsType<TimeSpan>(result.Fields["duration"]), TimeSpan.FromTicks(1), TimeSpan.FromSeconds(30));
        using var taken = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await taken.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_IPv6_address_stands_in_brackets()
    {
        using var six = new TcpListener(IPAddress.IPv6Loopback, 0);
        six.Start();
        Assert.Equal(Outcome.Passed, (await harness.Run("tcp", $"{{ address: '[::1]:{((IPEndPoint)six.LocalEndpoint).Port}' }}")).Outcome);
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, " from web1")]
    public async Task A_port_that_refuses_has_failed(bool fromHost, string from)
    {
        if (fromHost) harness.Machine = sshd.Host();
        listener.Stop();
        var port = Sshd.FreePort();
        await Fails($"127.0.0.1:{port}", $"no answer from 127.0.0.1:{port}{from}: connection refused");
    }

    [Fact]
    public async Task A_name_that_nobody_knows_has_failed()
    {
        var result = await harness.Run("tcp", "there-is-none.invalid:80");
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.StartsWith("no answer from there-is-none.invalid:80: the name there-is-none.invalid ", Assert.Single(result.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_port_is_given_up_when_the_time_is_over()
    {
        // Linux leaves a connect without an answer where nobody accepts and the queue is full.
        using var full = new Socket(SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        var waiting = Enumerable.Range(0, 3).Select(_ => new TcpClient()).ToList();
        foreach (var client in waiting) _ = client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken).AsTask().ContinueWith(t => t.Exception, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        harness.Timeout = TimeSpan.FromMilliseconds(700);
        await Fails($"127.0.0.1:{port}", $"no answer from 127.0.0.1:{port} within 700ms");
        foreach (var client in waiting) client.Dispose();
    }

    [Fact]
    public async Task A_host_that_is_lost_says_nothing_about_the_port()
    {
        harness.Machine = sshd.Host(port: Sshd.FreePort());
        await Assert.ThrowsAsync<HostUnreachableException>(() => harness.Run("tcp", $"127.0.0.1:{Port}"));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("4000")]
    [InlineData("'::1:4000'")]
    [InlineData("'localhost:'")]
    [InlineData("'localhost:0'")]
    [InlineData("'localhost:65536'")]
    [InlineData("'u@localhost:80'")]
    [InlineData("'http://localhost:80'")]
    [InlineData("'local host:80'")]
    public void What_is_no_address_with_a_port_is_found_before_the_run(string yaml) =>
        Assert.StartsWith("this must be host:port; an IPv6 address stands in brackets, but is ", Assert.Single(KindHarness.Problems("tcp", yaml)), StringComparison.Ordinal);

    private async Task Fails(string address, string message)
    {
        var result = await harness.Run("tcp", $"'{address}'");
        Assert.Equal((Outcome.Failed, message), (result.Outcome, Assert.Single(result.Messages)));
    }
}
