using Playbooks.Steps.Http;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Http;

public sealed class CookieTests
{
    private static readonly DateTimeOffset now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("a=1", "http://w.example/x", "http://w.example/", "a=1")]
    [InlineData("a=1", "http://w.example/x", "http://w.example:8080/y", "a=1")]
    [InlineData("a=1", "http://w.example/x", "https://W.EXAMPLE/", "a=1")]
    [InlineData("a=1", "http://w.example/x", "http://v.w.example/", "")]
    [InlineData("a=1; Domain=.w.example", "http://w.example/x", "http://v.w.example/", "a=1")]
    [InlineData("a=1; Domain=w.example", "http://v.w.example/", "http://notw.example/", "")]
    [InlineData("a=1", "http://w.example/app/x", "http://w.example/app", "a=1")]
    [InlineData("a=1", "http://w.example/app/x", "http://w.example/", "")]
    [InlineData("a=1; Path=/app", "http://w.example/app/x", "http://w.example/app/y/z", "a=1")]
    [InlineData("a=1; Path=/app", "http://w.example/x", "http://w.example/appendix", "")]
    [InlineData("a=1; Path=/app/", "http://w.example/x", "http://w.example/app/y", "a=1")]
    [InlineData("a=1; Path=oops", "http://w.example/app/x", "http://w.example/app/y", "a=1")]
    [InlineData("a=1; Secure", "https://w.example/", "https://w.example/", "a=1")]
    [InlineData("a=1; Secure", "https://w.example/", "http://w.example/", "")]
    [InlineData("a=1; Domain=127.0.0.1", "http://127.0.0.1/", "http://127.0.0.1/", "a=1")]
    [InlineData("a=1; Domain=0.0.1", "http://127.0.0.1/", "http://127.0.0.1/", "")]
    [InlineData("a=1; Path=/", "http://[::1]:80/", "http://[::1]/", "a=1")]
    public void It_is_sent_where_it_belongs(string header, string from, string to, string sent) => Assert.Equal(sent, Sent(to, (header, from)));

    /// <summary>What .NET's own container splits, refuses or changes.</summary>
    [Theory]
    [InlineData("a=1,2 ; HttpOnly", "a=1,2")]
    [InlineData("a=\"q,r\"", "a=\"q,r\"")]
    [InlineData("a=\"not closed", "a=\"not closed")]
    [InlineData("$a=1", "$a=1")]
    [InlineData("  a  =  b=c==  ;x", "a=b=c==")]
    [InlineData("a=", "a=")]
    [InlineData("a={\"j\": 1}", "a={\"j\": 1}")]
    [InlineData("a=\u00fc", "a=\u00fc")]
    [InlineData("a=1; SameSite=Strict; Partitioned; Priority=High; Path", "a=1")]
    public void An_odd_one_comes_back_as_it_came(string header, string sent) => Assert.Equal(sent, Sent("http://w.example/", (header, "http://w.example/")));

    [Theory]
    [InlineData("=1", "it has no name")]
    [InlineData("novalue", "it has no name")]
    [InlineData("", "it has no name")]
    [InlineData("a=\x01", "it holds a control character")]
    [InlineData("a=1; Secure", "it is marked Secure, but came over http")]
    [InlineData("a=1; Domain=other.example", "it is for the domain other.example, which w.example is not in")]
    [InlineData("a=1; Domain=v.w.example", "it is for the domain v.w.example, which w.example is not in")]
    [InlineData("a=1; Domain=example", "it is for all of .example")]
    public void What_a_visitor_would_not_keep_is_not_kept_and_why(string header, string reason)
    {
        Assert.Null(Cookie.Read(header, new Uri("http://w.example/"), now, out _, out var refused));
        Assert.Equal(reason, refused);
    }

    [Theory]
    [InlineData("__Secure-a=1; Secure", null)]
    [InlineData("__Secure-a=1", "a cookie __Secure-… must be marked Secure")]
    [InlineData("__Host-a=1; Secure; Path=/", null)]
    [InlineData("__Host-a=1; Secure", "a cookie __Host-… must be marked Secure, with Path=/ and no domain")]
    [InlineData("__host-a=1; Secure; Path=/; Domain=w.example", "a cookie __Host-… must be marked Secure, with Path=/ and no domain")]
    [InlineData("__Host-a=1; Path=/", "a cookie __Host-… must be marked Secure, with Path=/ and no domain")]
    public void A_name_that_promises_something_is_held_to_it(string header, string? reason)
    {
        Assert.Equal(reason is null, Cookie.Read(header, new Uri("https://w.example/app/x"), now, out _, out var refused) is not null);
        Assert.Equal(reason, refused);
    }

    [Fact]
    public void One_that_is_too_long_is_not_kept()
    {
        Assert.NotNull(Cookie.Read("a=" + new string('x', 4095), new Uri("http://w.example/"), now, out _, out _));
        Assert.Null(Cookie.Read("a=" + new string('x', 4096), new Uri("http://w.example/"), now, out _, out _));
    }

    [Theory]
    [InlineData("Max-Age=10", 9, true)]
    [InlineData("Max-Age=10", 10, false)]
    [InlineData("Max-Age=0", 0, false)]
    [InlineData("Max-Age=-5", 0, false)]
    [InlineData("Max-Age=99999999999999999999", 100, true)]
    [InlineData("Max-Age=oops", 100, true)]
    [InlineData("Expires=Fri, 01 May 2026 12:00:10 GMT", 9, true)]
    [InlineData("Expires=Fri, 01-May-2026 12:00:10 GMT", 10, false)]
    [InlineData("Expires=Fri, 01-May-26 12:00:10 GMT", 9, true)]
    [InlineData("Expires=Fri May  1 12:00:10 2026", 10, false)]
    [InlineData("Expires=Thu, 01-Jan-1970 00:00:10 GMT", 0, false)]
    [InlineData("Expires=Thu, 32 Foo 2020", 100, true)]
    [InlineData("Expires=Thu, 30-Feb-1999 00:00:10 GMT", 100, true)]
    [InlineData("Expires=Thu, 01-Jan-1970 00:00:10 GMT; Max-Age=10", 9, true)]
    [InlineData("Max-Age=10; Expires=Thu, 01-Jan-1970 00:00:10 GMT", 9, true)]
    public void It_lives_as_long_as_it_says(string age, int after, bool lives)
    {
        var jar = Jar(("a=1; " + age, "http://w.example/"));
        Assert.Equal(lives, jar.For(new Uri("http://w.example/"), now.AddSeconds(after)).Count == 1);
    }

    [Fact]
    public void A_newer_one_takes_the_place_of_an_older_one_and_an_expired_one_takes_it_away()
    {
        const string url = "http://w.example/";
        Assert.Equal("a=2; b=1", Sent(url, ("a=1", url), ("b=1", url), ("a=2", url)));
        Assert.Equal("b=1", Sent(url, ("a=1", url), ("b=1", url), ("a=; Max-Age=0", url)));
        Assert.Equal("a=1", Sent(url, ("a=1", url), ("a=; Max-Age=0; Path=/other", url)));
    }

    [Fact]
    public void The_longest_path_goes_first_and_nothing_is_dropped_for_number()
    {
        const string url = "http://w.example/a/b";
        Assert.Equal("x=2; x=1; y=1", Sent(url, ("x=1; Path=/", url), ("y=1; Path=/", url), ("x=2; Path=/a", url)));
        Assert.Equal(100, Jar([.. Enumerable.Range(0, 100).Select(i => ($"c{i}=v", url))]).For(new Uri(url), now).Count);
    }

    [Fact]
    public async Task Many_may_use_one_jar_at_a_time()
    {
        var jar = new CookieJar();
        var url = new Uri("http://w.example/");
        await Parallel.ForAsync(0, 1000, TestContext.Current.CancellationToken, (i, _) =>
        {
            jar.Keep(Cookie.Read($"c{i % 100}={i}", url, now, out var _, out var _)!, now);
            Assert.NotEmpty(jar.For(url, now));
            return ValueTask.CompletedTask;
        });
        Assert.Equal(100, jar.For(url, now).Count);
    }

    [Theory]
    [InlineData("JSESSIONID=A.tomcat1", "A", "tomcat1")]
    [InlineData("JSESSIONID=A.b.c", "A.b", "c")]
    [InlineData("JSESSIONID=\"A.tomcat1\"", "A", "tomcat1")]
    [InlineData("JSESSIONID=A", "A", null)]
    [InlineData("JSESSIONID=A.", "A.", null)]
    [InlineData("JSESSIONID=.x", ".x", null)]
    public async Task A_session_is_split_at_its_last_dot(string cookie, string id, string? route)
    {
        await using var server = Server.Text(_ => Server.Ok("", $"Set-Cookie: {cookie}; Path=/; HttpOnly"));
        var session = Session(await new HttpRun().Get(server.Url));
        Assert.Equal((id, true), (session["id"], session["renewed"]));
        if (route is not null) Assert.Equal(route, session["route"]);
        else Assert.StartsWith("the cookie JSESSIONID names no route", Assert.Throws<MissingValueException>(() => session.TryGet("route", out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_goes_on_with_the_same_client()
    {
        await using var server = Server.Text(asked => asked.All("cookie").Any() ? Server.Ok() : Server.Ok("", "Set-Cookie: JSESSIONID=A.tomcat1; Path=/app; HttpOnly"));
        var run = new HttpRun();
        var first = Session(await run.Get($"{{ url: {server.Url}/app/s.jsp, client: visitor }}"));
        var second = Session(await run.Get($"{{ url: {server.Url}/app/t.jsp, client: visitor }}"));
        var other = Session(await run.Get($"{{ url: {server.Url}/app/s.jsp, client: somebody else }}"));
        Assert.Equal([true, false, true], new[] { first, second, other }.Select(session => session["renewed"]));
        Assert.Equal([[], ["JSESSIONID=A.tomcat1"], []], server.Requests.Select(asked => asked.All("cookie").ToList()));
    }

    [Fact]
    public async Task A_session_of_another_path_is_told_with_a_note()
    {
        await using var server = Server.Text(_ => Server.Ok("", "Set-Cookie: JSESSIONID=A.tomcat1; Path=/app"));
        var result = await new HttpRun().Run(server.Url + "/s.jsp");
        Assert.Equal("A", Session(result.Fields)["id"]);
        Assert.Equal([$"the cookie JSESSIONID is for the path /app: a visitor does not send it to {server.Url}/s.jsp"], result.Notes);
        Assert.Empty((DataMap)result.Fields["cookies"]!);
    }

    [Theory]
    [InlineData("X: y", "there is no cookie JSESSIONID")]
    [InlineData("Set-Cookie: jsessionid=A.b", "there is no cookie JSESSIONID")]
    [InlineData("Set-Cookie: JSESSIONID=A.b; Secure", "there is no cookie JSESSIONID: one was set, but it is marked Secure, but came over http")]
    [InlineData("Set-Cookie: JSESSIONID=; Max-Age=0", "there is no cookie JSESSIONID: the answer took it away")]
    public async Task Where_there_is_no_session_reading_it_says_why(string header, string reason)
    {
        await using var server = Server.Text(_ => Server.Ok("", header));
        var fields = await new HttpRun().Get(server.Url);
        Assert.Equal(reason, Assert.Throws<MissingValueException>(() => fields.TryGet("session", out _)).Message);
    }

    [Fact]
    public async Task The_session_may_be_in_another_cookie()
    {
        await using var server = Server.Text(_ => Server.Ok("", "Set-Cookie: SID=A.b", "Set-Cookie: JSESSIONID=C.d"));
        var session = Session(await new HttpRun().Get($"{{ url: {server.Url}, session_cookie: SID }}"));
        Assert.Equal(("A", "b"), (session["id"], session["route"]));
    }

    [Fact]
    public async Task A_Cookie_header_of_ones_own_goes_before_the_jars()
    {
        await using var server = Server.Text(_ => Server.Ok("", "Set-Cookie: a=1"));
        var run = new HttpRun();
        await run.Get($"{{ url: {server.Url}, client: c }}");
        await run.Get($"{{ url: {server.Url}, client: c, headers: {{ Cookie: b=2 }} }}");
        Assert.Equal(["b=2; a=1"], server.Requests.Last().All("cookie"));
    }

    private static DataMap Session(DataMap fields) => fields.TryGet("session", out var session) ? (DataMap)session! : throw new KeyNotFoundException();

    private static string Sent(string to, params (string Header, string From)[] set) =>
        string.Join("; ", Jar(set).For(new Uri(to), now).Select(cookie => $"{cookie.Name}={cookie.Value}"));

    private static CookieJar Jar(params (string Header, string From)[] set)
    {
        var jar = new CookieJar();
        foreach (var (header, from) in set)
            if (Cookie.Read(header, new Uri(from), now, out _, out _) is { } cookie) jar.Keep(cookie, now);
        return jar;
    }
}
