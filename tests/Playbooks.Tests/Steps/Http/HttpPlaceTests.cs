using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Steps;
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
}
