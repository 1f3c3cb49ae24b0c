using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Http;

public sealed class HttpRedirectTests
{
    [Fact]
    public async Task Redirects_are_followed_and_each_answers_cookies_are_sent_on()
    {
        await using var server = Server.Text(asked => asked.Path switch
        {
            "/a/" => Server.Status("302 Found", "", "Location: ../b?x#y", "Set-Cookie: JSESSIONID=S.tomcat2; Path=/", "Set-Cookie: here=1"),
            "/b?x" => Server.Status("301 Moved Permanently", "", "Location: /c"),
            _ => Server.Ok("there"),
        });
        var fields = await new HttpRun().Get(server.Url + "/a/");
        Assert.Equal(("there", server.Url + "/c"), (fields["body"], fields["url"]));
        Assert.Equal(["/a/", "/b?x", "/c"], server.Requests.Select(asked => asked.Path));
        Assert.Equal([[], ["JSESSIONID=S.tomcat2"], ["JSESSIONID=S.tomcat2"]], server.Requests.Select(asked => asked.All("cookie").ToList()));
        var session = (DataMap)fields["session"]!;
        Assert.Equal(("S", "tomcat2", true), (session["id"], session["route"], session["renewed"]));
    }

    [Theory]
    [InlineData(301, "POST", "GET")]
    [InlineData(302, "POST", "GET")]
    [InlineData(303, "POST", "GET")]
    [InlineData(303, "PUT", "GET")]
    [InlineData(303, "HEAD", "HEAD")]
    [InlineData(302, "PUT", "PUT")]
    [InlineData(307, "POST", "POST")]
    [InlineData(308, "POST", "POST")]
    public async Task The_method_changes_as_in_a_browser(int status, string method, string then)
    {
        await using var server = Server.Text(asked => asked.Path == "/" ? Server.Status($"{status} Go", "", "Location: /next") : Server.Ok());
        await new HttpRun().Get($"{{ url: {server.Url}, method: {method}{(method == "HEAD" ? "" : ", body: text, headers: { content-type: text/x }")} }}");
        var last = server.Requests.Last();
        Assert.Equal($"{then} /next HTTP/1.1", last.Line);
        Assert.Equal(then is "POST" or "PUT" ? ("text", 1) : ("", 0), (last.Body, last.All("content-type").Count()));
    }

    [Fact]
    public async Task A_loop_ends_after_ten_redirects_and_fails()
    {
        await using var server = Server.Text(_ => Server.Status("302 Found", "", "Location: /again"));
        var result = await new HttpRun().Run(server.Url);
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal([$"{server.Url}/again: it redirects more than 10 times, the last time to \"/again\""], result.Messages);
        Assert.Equal(11, server.Requests.Count);
    }

    [Theory]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("http://user:pw@127.0.0.1/")]
    [InlineData("http://")]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_to_what_is_no_web_address_fails(string location)
    {
        await using var server = Server.Text(asked => asked.Path == "/" ? Server.Status("302 Found", "", $"Location: {location}") : Server.Ok());
        var result = await new HttpRun().Run(server.Url);
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal([$"{server.Url}/: it redirects to {Data.Show(location)}, which is no URL to go to"], result.Messages);
    }

    [Fact]
    public async Task What_was_meant_for_one_server_is_not_shown_to_another()
    {
        await using var other = Server.Text(_ => Server.Ok());
        await using var server = Server.Text(asked => Server.Status("307 Go", "", asked.Path == "/" ? "Location: /here" : $"Location: {other.Url}/there"));
        await new HttpRun().Get($"{{ url: {server.Url}, headers: {{ authorization: Bearer x, COOKIE: a=b, Host: site.example, X-Kept: 1 }} }}");
        Assert.All(server.Requests, asked => Assert.Equal(["Bearer x", "a=b", "site.example", "1"], Values(asked)));
        Assert.Equal([$"127.0.0.1:{other.Port}", "1"], Values(other.Requests.Single()));
        static IEnumerable<string> Values(Server.Asked asked) => new[] { "authorization", "cookie", "host", "x-kept" }.SelectMany(asked.All);
    }

    [Theory]
    [InlineData("300 Multiple Choices", "Location: /x")]
    [InlineData("304 Not Modified", "Location: /x")]
    [InlineData("302 Found", "X: y")]
    public async Task What_does_not_say_where_to_go_is_the_answer(string status, string header)
    {
        await using var server = Server.Text(_ => Server.Status(status, "", header));
        await new HttpRun().Get(server.Url);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Where_they_are_not_to_be_followed_the_redirect_is_the_answer()
    {
        await using var server = Server.Text(_ => Server.Status("302 Found", "", "Location: /x", "Set-Cookie: a=1"));
        var fields = await new HttpRun().Get($"{{ url: {server.Url}, follow_redirects: false }}");
        Assert.Equal((302L, "/x", "1"), (fields["status"], ((DataMap)fields["headers"]!)["location"], ((DataMap)fields["cookies"]!)["a"]));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_redirect_into_the_void_is_no_answer_from_there()
    {
        var gone = Server.Text(_ => "");
        var nowhere = gone.Url;
        await gone.DisposeAsync();
        await using var server = Server.Text(_ => Server.Status("302 Found", "", $"Location: {nowhere}/x"));
        var result = await new HttpRun().Run(server.Url);
        Assert.Equal([$"no answer from {nowhere}/x: connection refused"], result.Messages);
        Assert.Equal($"{nowhere}/x", result.Fields["url"]);
    }
}
