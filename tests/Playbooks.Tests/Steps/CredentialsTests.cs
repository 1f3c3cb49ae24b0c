using System.Diagnostics;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Steps;

/// <summary>What a step did, and a page that failed, are shown without what stands behind such names.</summary>
public sealed class CredentialsTests
{
    [Theory]
    [InlineData("""http: POST http://www.example.com/, json: {user: "admin", password: "hunter9"}""", """http: POST http://www.example.com/, json: {user: "admin", password: ***}""")]
    [InlineData("""headers: {Authorization: "Bearer abcdef"}""", "headers: {Authorization: ***}")]
    [InlineData("Authorization: Bearer abcdef, client: visitor", "Authorization: ***, client: visitor")]
    [InlineData("""{"access_token":"eyJ\"x","refresh":"zzz"}""", """{"access_token":***,"refresh":"zzz"}""")]
    [InlineData("Set-Cookie: JSESSIONID=F00.tomcat1", "Set-Cookie: ***")]
    [InlineData("api_key=abc&q=1", "api_key=***&q=1")]
    [InlineData("password                     =                hunter2", "password                     =                ***")]
    [InlineData("Authorization: Bearer                 abcdef", "Authorization: ***")]
    [InlineData("my_session_cookie=F00 PHP_SESSION_COOKIE: F00", "my_session_cookie=*** PHP_SESSION_COOKIE: ***")]
    // It was cut where its value stands; and a quote that closes what was before costs the rest of that line, and no more.
    [InlineData("""{"token":"eyJtop""", """{"token":***""")]
    [InlineData("shell: grep 'password:' app.log\nsudo: root", "shell: grep 'password:***\nsudo: root")]
    [InlineData("""session_cookie: JSESSIONID, url: x""", """session_cookie: JSESSIONID, url: x""")]
    [InlineData("the password is wrong", "the password is wrong")]
    public void A_value_behind_such_a_name_is_not_shown(string text, string shown) => Assert.Equal(shown, Credentials.Hidden(text));

    [Theory]
    [InlineData("a-")]
    [InlineData("token ")]
    [InlineData("token:")]
    [InlineData("token:\"")]
    [InlineData("token:\"\\")]
    [InlineData("token:'")]
    [InlineData(" ", "token")]
    [InlineData(" ", "token:")]
    [InlineData(" ", "authorization: bearer")]
    [InlineData("\\a", "token:\"")]
    public void A_hostile_line_takes_no_long_time(string again, string before = "")
    {
        // Some milliseconds; what is quadratic takes a minute.
        var began = Stopwatch.GetTimestamp();
        Credentials.Hidden(before + string.Concat(Enumerable.Repeat(again, 200_000)));
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), $"{before}, and then {again}");
    }
}
