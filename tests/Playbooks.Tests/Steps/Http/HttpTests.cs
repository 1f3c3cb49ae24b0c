using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Http;

public sealed class HttpTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(304)]
    [InlineData(404)]
    [InlineData(503)]
    [InlineData(999)]
    public async Task Every_answer_passes_here_and_is_judged_by_its_assertions(int status)
    {
        await using var server = Server.Text(_ => Server.Status($"{status} Because"));
        var fields = await new HttpRun().Get(server.Url);
        Assert.Equal((long)status, fields["status"]);
    }

    [Fact]
    public async Task A_session_goes_on_with_the_same_client_and_is_split_at_its_last_dot()
    {
        await using var server = Server.Text(asked => asked.All("cookie").Any() ? Server.Ok() : Server.Ok("", "Set-Cookie: JSESSIONID=A.B.tomcat1; Path=/; HttpOnly"));
        var run = new HttpRun();
        var first = (DataMap)(await run.Get($"{{ url: {server.Url}/s.jsp, client: visitor }}"))["session"]!;
        var second = (DataMap)(await run.Get($"{{ url: {server.Url}/s.jsp, client: visitor }}"))["session"]!;
        Assert.Equal([("id", "A.B"), ("route", "tomcat1"), ("renewed", true)], first.Select(e => (e.Key, e.Value)));
        Assert.Equal([("id", "A.B"), ("route", "tomcat1"), ("renewed", false)], second.Select(e => (e.Key, e.Value)));
        Assert.Equal(["JSESSIONID=A.B.tomcat1"], server.Requests.Last().All("cookie"));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_refused_connection_is_a_failure_in_plain_words()
    {
        var server = Server.Text(_ => "");
        var url = server.Url;
        await server.DisposeAsync();
        var result = await new HttpRun().Run(url);
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal([$"no answer from {url}/: connection refused"], result.Messages);
        Assert.Equal(["url", "duration"], result.Fields.Names);
    }
}
