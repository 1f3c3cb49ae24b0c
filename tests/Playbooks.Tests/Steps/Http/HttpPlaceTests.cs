using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Templating;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Http;

/// <summary>`at: host`: the request goes out from another machine, over its SSH connection.</summary>
public sealed class HttpPlaceTests(Sshd sshd) : IAsyncDisposable
{
    private readonly ConnectionPool pool = sshd.Pool(new ConnectionOptions { KeyPassphrase = null, ProbeEvery = TimeSpan.FromMilliseconds(200), ProbeTimeout = TimeSpan.FromSeconds(2) });

    public ValueTask DisposeAsync() => pool.DisposeAsync();

    private HttpRun From(Host? host = null) => new() { Connections = pool, Machine = host ?? sshd.Host() };

    [Fact]
    public async Task A_host_asks_under_the_name_that_it_knows()
    {
        await using var server = Server.Text(_ => Server.Ok("seen"));
        var fields = await From().Get($"http://localhost:{server.Port}/x");
        Assert.Equal(("seen", 200L), (fields["body"], fields["status"]));
        Assert.Equal([$"localhost:{server.Port}"], server.Requests.Single().All("host"));
    }

    [Fact]
    public async Task Over_TLS_name_and_certificate_are_the_URLs()
    {
        await using var server = Server.Text(_ => Server.Ok("seen"), Certificate.SelfSigned("site.example"));
        var fields = await From().Get($"{{ url: 'https://site.example/', connect_to: 'localhost:{server.Port}', verify_tls: false }}");
        Assert.Equal("seen", fields["body"]);
        Assert.Equal(["site.example"], server.Names);
        Assert.Equal(["site.example"], server.Requests.Single().All("host"));
    }

    [Fact]
    public async Task What_cannot_be_reached_from_there_has_failed_and_says_from_where()
    {
        var gone = Server.Text(_ => "");
        await gone.DisposeAsync();
        var refused = await From().Run($"http://127.0.0.1:{gone.Port}/");
        Assert.Equal((Outcome.Failed, $"no answer from http://127.0.0.1:{gone.Port}/ from web1: connection refused"), (refused.Outcome, Assert.Single(refused.Messages)));
        var unknown = await From().Run("http://there-is-none.invalid/");
        Assert.Equal(Outcome.Failed, unknown.Outcome);
        Assert.StartsWith("no answer from http://there-is-none.invalid/ from web1: the name there-is-none.invalid ", Assert.Single(unknown.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_whose_SSH_server_makes_no_connections_is_an_error_and_says_what_to_change()
    {
        var key = sshd.NewPath();
        await Sshd.KeyGen("-t", "ed25519", "-f", key);
        lock (sshd) File.AppendAllText(Path.Combine(sshd.Folder, "authorized_keys"), $"restrict {File.ReadAllText(key + ".pub")}");
        await using var server = Server.Text(_ => Server.Ok());
        var result = await From(sshd.Host(key: key)).Run(server.Url);
        Assert.Equal(Outcome.Error, result.Outcome);
        Assert.Equal([$"{server.Url}/ from web1 could not be asked: the SSH server of web1 (127.0.0.1:{sshd.Port}) makes no such connection for others"], result.Messages);
        Assert.Contains("AllowTcpForwarding", result.Mend, StringComparison.Ordinal);
        Assert.Equal(0, server.Connections);
    }

    [Theory, InlineData("KILL"), InlineData("STOP")]
    public async Task A_host_that_is_lost_in_the_middle_is_unreachable(string signal)
    {
        await using var server = Server.Raw(async (_, stream, cancel) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour"u8.ToArray(), cancel);
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        });
        var host = sshd.Host();
        var connection = await pool.Get(host, TestContext.Current.CancellationToken);
        var pid = (await connection.Run(new RemoteCommand { Script = "ps -o ppid= -p $$" }, TestContext.Current.CancellationToken)).Out().Trim();
        var running = From(host).Run(server.Url);
        await Eventually.Holds(() => !server.Requests.IsEmpty, "it was asked");
        System.Diagnostics.Process.Start("kill", [$"-{signal}", pid]);
        var result = await running;
        if (signal == "STOP") System.Diagnostics.Process.Start("kill", ["-KILL", pid]);
        Assert.Equal(Outcome.Unreachable, result.Outcome);
        Assert.Equal([$"The connection to web1 (127.0.0.1:{sshd.Port}) is lost. No answer from {server.Url}/ from web1 came over it."], result.Messages);
        // The next one has a connection of its own.
        await using var well = Server.Text(_ => Server.Ok("again"));
        Assert.Equal("again", (await From(host).Get(well.Url))["body"]);
    }

    [Fact]
    public async Task The_time_holds_and_what_was_given_up_leaves_nothing_behind()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var closed = new TaskCompletionSource();
        await using var server = Server.Raw(async (_, stream, cancel) =>
        {
            await stream.CopyToAsync(Stream.Null, cancel);
            closed.SetResult();
        });
        var run = new HttpRun { Connections = pool, Machine = sshd.Host(), Time = time, Timeout = TimeSpan.FromSeconds(5) };
        var running = run.Run(server.Url);
        await Eventually.Holds(() => !server.Requests.IsEmpty, "it was asked");
        time.Advance(TimeSpan.FromSeconds(5));
        var result = await running;
        Assert.Equal((Outcome.Failed, $"no answer from {server.Url}/ from web1 within 5s"), (result.Outcome, Assert.Single(result.Messages)));
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Many_at_once_go_over_one_connection_and_much_goes_both_ways()
    {
        await using var server = Server.Text(asked => Server.Ok(new string('x', 900_000), $"X-Sent: {asked.Body.Length}"));
        var run = new HttpRun { Connections = pool, Machine = sshd.Host(), Scope = Scope.Empty.With("much", new string('y', 3_000_000)) };
        var got = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => run.Get($"{{ url: {server.Url}, method: POST, body: '{{{{ much }}}}' }}")));
        Assert.All(got, fields => Assert.Equal((900_000, "3000000"), (((string)fields["body"]!).Length, ((DataMap)fields["headers"]!)["x-sent"])));
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_is_told_as_ever() =>
        await Assert.ThrowsAsync<HostUnreachableException>(() => From(sshd.Host(port: Sshd.FreePort())).Run("http://127.0.0.1:1/"));

    [Fact]
    public async Task A_host_that_is_this_machine_asks_itself()
    {
        await using var server = Server.Text(_ => Server.Ok("here"));
        Assert.Equal("here", (await From(sshd.Host() with { Local = true }).Get(server.Url))["body"]);
    }
}
