using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Http;

/// <summary>`connect_to`: one member directly, under the site's name.</summary>
public sealed class HttpConnectToTests
{
    [Fact]
    public async Task The_member_is_asked_as_the_site_would_be()
    {
        await using var server = Server.Text(_ => Server.Ok("member", "Set-Cookie: a=1"), Certificate.SelfSigned("site.example"));
        var run = new HttpRun { Scope = Scope.Empty.With("member", $"127.0.0.1:{server.Port}") };
        for (var i = 0; i < 2; i++)
        {
            var fields = await run.Get("{ url: 'https://site.example/x', connect_to: '{{ member }}', client: c, verify_tls: false }");
            Assert.Equal(("member", "https://site.example/x"), (fields["body"], fields["url"]));
        }
        Assert.Equal(["site.example", "site.example"], server.Names);
        Assert.Equal([["site.example"], ["site.example", "a=1"]], server.Requests.Select(asked => asked.All("host").Concat(asked.All("cookie"))));
        // Its cookies are the site's.
        await using var site = Server.Text(_ => Server.Ok());
        await run.Get($"{{ url: 'http://site.example:{site.Port}/', connect_to: 127.0.0.1, client: c }}");
        Assert.Equal([$"site.example:{site.Port}", "a=1"], site.Requests.Single().All("host").Concat(site.Requests.Single().All("cookie")));
    }

    [Fact]
    public async Task The_certificate_is_checked_against_the_sites_name()
    {
        await using var server = Server.Text(_ => Server.Ok(), Certificate.SelfSigned("127.0.0.1"));
        var result = await new HttpRun().Run($"{{ url: 'https://site.example/', connect_to: '127.0.0.1:{server.Port}' }}");
        Assert.Equal([$"https://site.example/ at 127.0.0.1:{server.Port}: its certificate is not trusted: it is for 127.0.0.1, not for site.example; it is self-signed"], result.Messages);
    }

    [Fact]
    public async Task A_redirect_within_the_site_stays_with_the_member()
    {
        await using var server = Server.Text(asked => asked.Path == "/" ? Server.Status("302 Found", "", "Location: http://SITE.example/x") : Server.Ok("there"));
        Assert.Equal("there", (await new HttpRun().Get($"{{ url: 'http://site.example/', connect_to: '127.0.0.1:{server.Port}' }}"))["body"]);
        // Without a port each port of the site is the member's.
        await using var other = Server.Text(_ => Server.Ok("other port"));
        await using var first = Server.Text(_ => Server.Status("302 Found", "", $"Location: http://site.example:{other.Port}/x"));
        Assert.Equal("other port", (await new HttpRun().Get($"{{ url: 'http://site.example:{first.Port}/', connect_to: 127.0.0.1 }}"))["body"]);
    }

    [Theory]
    [InlineData("http://other.example/x")]
    [InlineData("https://site.example/")]
    [InlineData("http://site.example:8080/")]
    public async Task A_redirect_to_elsewhere_is_not_followed(string to)
    {
        await using var server = Server.Text(_ => Server.Status("302 Found", "", $"Location: {to}"));
        var result = await new HttpRun().Run($"{{ url: 'http://site.example/', connect_to: '127.0.0.1:{server.Port}' }}");
        Assert.Equal((Outcome.Failed, 302L), (result.Outcome, result.Fields["status"]));
        Assert.Equal([$"http://site.example/ at 127.0.0.1:{server.Port}: it redirects to \"{to}\", and `connect_to` does not say where that is"], result.Messages);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("::1", "[::1]:80")]
    [InlineData("[::1]:81", "[::1]:81")]
    [InlineData("nobody.invalid", "nobody.invalid:80")]
    public async Task What_does_not_answer_is_named(string to, string shown)
    {
        var result = await new HttpRun().Run($"{{ url: 'http://site.example/', connect_to: '{to}' }}");
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.StartsWith($"no answer from http://site.example/ at {shown}: ", Assert.Single(result.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_is_no_place_is_an_error()
    {
        var run = new HttpRun { Scope = Scope.Empty.With("member", "http://x/") };
        await Assert.ThrowsAsync<ExpressionException>(() => run.Run("{ url: 'http://site.example/', connect_to: '{{ member }}' }"));
    }
}
