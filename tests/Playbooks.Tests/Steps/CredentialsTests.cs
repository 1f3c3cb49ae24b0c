using System.Diagnostics;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Steps;

/// <summary>What a step did, and a page that failed, are shown without what stands behind such names.</summary>
public class CredentialsTests
{
    [Theory]
    [InlineData("""http: POST http://www.example.com/, json: {user: "admin", password: "hunter9"}""", """http: POST http://www.example.com/, json: {user: "admin", password: ***}""")]
    [InlineData("""headers: {Authorization: "Bearer abcdef"}""", "headers: {Authorization: ***}")]
    [InlineData("Authorization: Bearer abcdef, client: visitor", "Authorization: ***, client: visitor")]
    [InlineData("""{"access_token":"eyJ\"x","refresh":"zzz"}""", """{"access_token":***,"refresh":"zzz"}""")]
    [InlineData("Set-Cookie: JSESSIONID=F00.tomcat1", "Set-Cookie: ***")]
    [InlineData("api_key=abc&q=1", "api_key=***&q=1")]
    // It was cut where its value stands.
    [InlineData("""{"token":"eyJtop""", """{"token":***""")]
    [InlineData("""session_cookie: JSESSIONID, url: x""", """session_cookie: JSESSIONID, url: x""")]
    [InlineData("the password is wrong", "the password is wrong")]
    public void A_value_behind_such_a_name_is_not_shown(string text, string shown) => Assert.Equal(shown, Credentials.Hidden(text));

    [Theory]
    [InlineData("a-")]
    [InlineData("token ")]
    [InlineData("token:")]
    [InlineData("token:\"")]
    [InlineData("token:\"\\")]
    [InlineData("bearer ")]
    public void A_hostile_line_takes_no_long_time(string again)
    {
        // Twice as long takes about twice as long: a quadratic one would take minutes.
        foreach (var times in new[] { 250_000, 500_000 })
        {
            var began = Stopwatch.GetTimestamp();
            Credentials.Hidden(string.Concat(Enumerable.Repeat(again, times)));
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), $"{times} times {again}");
        }
    }
}
