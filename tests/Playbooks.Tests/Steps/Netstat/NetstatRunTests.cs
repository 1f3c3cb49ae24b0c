using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Steps.Netstat;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Netstat;

/// <summary>While no other test starts a program: from its fork to its exec a child of ours has our sockets, too, and the name of a thread.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class OwnSockets;

/// <summary>Real sockets on this machine, seen through whatever it has.</summary>
[Collection<OwnSockets>]
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
    [InlineData("{ listening: 'PORT' }")]
    [InlineData("{ listening: '{{ port }}' }")]
    [InlineData("{ listening: '{{ host }}:{{ port }}', process: '{{ me }}' }")]
    [InlineData("{ listening: [PORT, '127.0.0.1:PORT', 'localhost:PORT'] }")]
    public async Task A_port_that_is_listened_on_is_found(string yaml)
    {
        harness.Scope = Scope.Empty.With("port", (long)Port).With("host", "127.0.0.1").With("me", Process.GetCurrentProcess().ProcessName);
        var result = await Run(yaml);
        Assert.Equal((Outcome.Passed, 0), (result.Outcome, result.Messages.Count));
        var socket = (DataMap)Assert.Single((IReadOnlyList<object?>)result.Fields["sockets"]!)!;
        Assert.Equal(
            $"{{protocol: \"tcp\", local_address: \"127.0.0.1\", local_port: {Port}, remote_address: null, remote_port: null, state: \"LISTEN\", process: \"{Process.GetCurrentProcess().ProcessName}\", pid: {Environment.ProcessId}}}",
            Data.Show(socket));
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
        Assert.Equal(Outcome.Passed, (await Run("{ not_listening: PORT }")).Outcome);
    }

    [Fact]
    public async Task A_port_that_should_be_closed_is_unexpected_and_its_owner_is_told()
    {
        var result = await Run("{ not_listening: [PORT, 1] }");
        Assert.Equal(
            (Outcome.Failed, $"{Port} is listened on at 127.0.0.1 by {Process.GetCurrentProcess().ProcessName} (pid {Environment.ProcessId})"),
            (result.Outcome, Assert.Single(result.Messages)));
    }

    [Fact]
    public async Task A_connection_is_found_by_address_and_by_name()
    {
        Assert.Equal(Outcome.Failed, (await Run("{ connected_to: '127.0.0.1:PORT' }")).Outcome);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
        Assert.Empty((await Run("{ connected_to: ['127.0.0.1:PORT', 'localhost:PORT', PORT] }")).Messages);
    }

    [Fact]
    public async Task A_name_without_an_address_is_an_error()
    {
        var result = await Run("{ connected_to: 'no-such-host.invalid:80' }");
        Assert.Equal((Outcome.Error, "the name no-such-host.invalid has no address there"), (result.Outcome, Assert.Single(result.Messages)));
    }

    [Fact]
    public async Task A_listener_for_both_families_counts_for_each()
    {
        using var both = new TcpListener(IPAddress.IPv6Any, 0) { Server = { DualMode = true } };
        both.Start();
        var port = ((IPEndPoint)both.LocalEndpoint).Port;
        Assert.Empty((await harness.Run("netstat", $"{{ listening: [{port}, '0.0.0.0:{port}', ':::{port}', '192.0.2.1:{port}'] }}")).Messages);
    }

    [Fact]
    public async Task A_udp_port_is_another_than_the_tcp_port_of_its_number()
    {
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)udp.Client.LocalEndPoint!).Port;
        Assert.Empty((await harness.Run("netstat", $"{{ listening: {port}, protocol: udp }}")).Messages);
        Assert.Equal(Outcome.Failed, (await Run("{ listening: PORT, protocol: udp }")).Outcome);
    }

    [Fact]
    public async Task An_owner_hidden_from_this_user_needs_sudo()
    {
        // Somebody who is not root sees his own sockets, and there are no others here.
        if (!Environment.IsPrivilegedProcess) return;
        harness.Sudo = "nobody";
        var result = await Run("{ listening: PORT, process: java }");
        Assert.Equal((Outcome.Error, $"needs sudo: who owns port {Port} cannot be seen by nobody"), (result.Outcome, Assert.Single(result.Messages)));
        Assert.Equal(Outcome.Passed, (await Run("{ listening: PORT }")).Outcome);
    }

    [Theory]
    [InlineData("", "ss")]
    [InlineData("command() { [ \"$2\" != ss ]; }", "netstat")]
    [InlineData("ss() { echo 'ss: no netlink here' >&2; return 1; }", "netstat")]
    [InlineData("ss() { echo 'State Recv-Q Send-Q Local Address:Port Peer Address:Port'; echo 'Cannot open netlink socket' >&2; }", "netstat")]
    [InlineData("ss() { return 1; }; netstat() { return 2; }", "/proc/net/tcp")]
    [InlineData("command() { [ \"$2\" = cat ]; }", "/proc/net/tcp")]
    [InlineData("command() { [ \"$2\" = cat ]; }; uname() { [ \"$1\" = -m ] && echo s390x || echo Linux; }", null)]
    [InlineData("command() { return 1; }", null)]
    public async Task The_next_is_asked_where_one_is_missing_or_broken(string prelude, string? program)
    {
        var answer = await Answer(prelude);
        Assert.Equal((program, "Linux", Environment.UserName), (answer.Program, answer.System, answer.User));
        if (program is null) return;
        var sockets = SocketTable.Read(program, "tcp", answer.Table.Span, out var unreadable);
        Assert.Null(unreadable);
        Assert.Contains(sockets!, s => s.LocalPort == Port && s.Listens && (program[0] == '/' || s.Owners is [{ Pid: var pid }] && pid == Environment.ProcessId));
    }

    [Fact]
    public async Task What_the_kernel_does_not_tell_is_no_empty_list()
    {
        // As ss does without netlink and without /proc/net/tcp: the header, exit code 0, and not a word.
        var answer = await Answer("ss() { echo 'State Recv-Q Send-Q Local Address:Port Peer Address:Port'; }", "no-such-protocol");
        Assert.Equal((null, true), (answer.Program, answer.Tried));
    }

    [Theory]
    [InlineData("FreeBSD")]
    [InlineData("Darwin")]
    public async Task A_BSD_is_asked_in_its_own_words(string system)
    {
        var answer = await Answer($"uname() {{ echo {system}; }}; netstat() {{ echo \"tcp4 0 0 *.80 *.* LISTEN\"; [ \"$*\" = '-anW -p tcp' ]; }}");
        Assert.Equal((system, "netstat", "tcp4 0 0 *.80 *.* LISTEN\n"), (answer.System, answer.Program, answer.Table.ToString()));
    }

    [Theory]
    [InlineData("command() { [ \"$2\" != getent ]; }", true, "")]
    [InlineData("getent() { [ $1 = hosts ] && echo \"192.0.2.7       $2\"; }", false, "192.0.2.7")]
    public async Task Names_are_looked_up_with_what_is_there(string prelude, bool cannot, string addresses)
    {
        var answer = await Answer(prelude, "tcp", "web");
        Assert.Equal((cannot, addresses), (answer.CannotLookUp, string.Join(' ', answer.Names["web"])));
    }

    private async Task<SocketScript> Answer(string prelude, string protocol = "tcp", params string[] names)
    {
        var connection = await harness.Connections.Get(Host.Control, TestContext.Current.CancellationToken);
        var result = await connection.Run(new RemoteCommand { Words = ["sh", "-c", $"{prelude}\n{SocketScript.Text}", "sh", protocol, SocketScript.Flags(protocol, onlyListening: true), .. names], MaxOutput = SocketScript.MostBytes }, TestContext.Current.CancellationToken);
        return SocketScript.Read(Encoding.UTF8.GetString(result.Stdout.Span));
    }

    private Task<StepResult> Run(string yaml) => harness.Run("netstat", yaml.Replace("PORT", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
}
