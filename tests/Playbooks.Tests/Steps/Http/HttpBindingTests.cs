using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps.Http;
using Playbooks.Templating;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Steps.Http;

public sealed class HttpBindingTests
{
    private static readonly string[] wrong =
    [
        "{ method: GET }",
        "ftp://example.org/",
        "example.org/x",
        "https://user:pw@example.org/",
        "'https://example.org/a b'",
        "\"https://example.org/\\n\"",
        "https://",
        "5",
        "{ url: https://example.org, methd: GET }",
        "{ url: https://example.org, method: get }",
        "{ url: https://example.org, method: CONNECT }",
        "{ url: https://example.org, method: 'GET /x' }",
        "{ url: https://example.org, body: x }",
        "{ url: https://example.org, method: POST, body: x, json: {} }",
        "{ url: https://example.org, method: POST, form: [a] }",
        "{ url: https://example.org, headers: x }",
        "{ url: https://example.org, headers: { 'a b': x } }",
        "{ url: https://example.org, headers: { ok: x, '{{ name }}': x } }",
        "{ url: https://example.org, headers: { a: \"x\\r\\nb: y\" } }",
        "{ url: https://example.org, headers: { a: 한 } }",
        "{ url: https://example.org, headers: { Content-Length: 5 } }",
        "{ url: https://example.org, headers: { a: 1, A: 2 } }",
        "{ url: https://example.org, verify_tls: yes }",
        "{ url: https://example.org, session_cookie: 'a b' }",
        "{ url: https://example.org, connect_to: '10.0.0.1:' }",
        "{ url: https://example.org, connect_to: '10.0.0.1:70000' }",
        "{ url: https://example.org, connect_to: '10.0.0.1:0' }",
        "{ url: https://example.org, connect_to: https://10.0.0.1 }",
        "{ url: https://example.org, connect_to: tom@10.0.0.1 }",
        "{ url: https://example.org, connect_to: '[::1' }",
        "{ url: https://example.org, connect_to: 8443 }",
        "{ url: https://example.org, connect_to: '' }",
        "{ url: https://example.org, ca: there-is-none.pem }",
        "{ url: https://example.org, ca: /etc/passwd }",
        "{ url: https://example.org, follow_redirects: 3 }",
    ];

    [Fact]
    public Task What_is_wrong_is_said_before_the_run() => Verifier.Verify(string.Join('\n', wrong.Select(yaml =>
    {
        var (work, problems) = HttpRun.Bind(yaml);
        Assert.Null(work);
        Assert.NotEmpty(problems);
        return $"http: {yaml}\n{string.Concat(problems.Select(problem => $"    {problem.At.Column}: {problem.Message}{(problem.Mend is null ? "" : $" ({problem.Mend})")}\n"))}";
    })));

    [Theory]
    [InlineData("https://example.org")]
    [InlineData("http://한국.example:8080/경로?q=한#x")]
    [InlineData("http://[::1]:8080/")]
    [InlineData("'{{ url }}'")]
    [InlineData("{ url: '{{ url }}', method: '{{ m }}', headers: '{{ h }}', client: '{{ c }}', verify_tls: '{{ v }}' }")]
    [InlineData("{ url: https://example.org, follow_redirects: false }")]
    [InlineData("{ url: https://example.org, follow_redirects: '{{ x }}', connect_to: '{{ y }}', ca: '{{ z }}' }")]
    [InlineData("{ url: https://example.org, connect_to: 10.0.0.1 }")]
    [InlineData("{ url: https://example.org, connect_to: 'www_1.example.org:8443' }")]
    [InlineData("{ url: https://example.org, connect_to: '[2001:db8::1]:8443' }")]
    [InlineData("{ url: https://example.org, connect_to: '2001:db8::1' }")]
    [InlineData("{ url: https://example.org, connect_to: 한국.example }")]
    [InlineData("{ url: https://example.org, method: POST, json: }")]
    public void What_is_right_binds(string yaml)
    {
        var (work, problems) = HttpRun.Bind(yaml);
        Assert.Empty(problems);
        Assert.NotNull(work);
    }

    [Theory]
    [InlineData("GET", Effect.None)]
    [InlineData("HEAD", Effect.None)]
    [InlineData("OPTIONS", Effect.None)]
    [InlineData("PUT", Effect.Repeatable)]
    [InlineData("DELETE", Effect.Repeatable)]
    [InlineData("POST", Effect.Once)]
    [InlineData("PATCH", Effect.Once)]
    [InlineData("PURGE", Effect.Once)]
    [InlineData("'{{ m }}'", Effect.Once)]
    public void The_method_says_what_it_does_to_the_world(string method, Effect effect)
    {
        var (work, _) = HttpRun.Bind($"{{ url: https://example.org, method: {method} }}");
        Assert.Equal(effect, work!.Effect);
    }

    [Fact]
    public void Without_a_method_it_only_looks() => Assert.Equal(Effect.None, HttpRun.Bind("https://example.org").Work!.Effect);

    [Theory]
    [InlineData("{ url: '{{ bad }}' }", "relative/path")]
    [InlineData("{ url: '{{ bad }}' }", "http://h/\r\nX: y")]
    [InlineData("{ url: '{{ bad }}' }", "http://u:p@h/")]
    [InlineData("{ url: 'http://127.0.0.1:1/', headers: { x: '{{ bad }}' } }", "a\r\nInjected: yes")]
    [InlineData("{ url: 'http://127.0.0.1:1/', headers: { x: '{{ bad }}' } }", "한")]
    [InlineData("{ url: 'http://127.0.0.1:1/', method: '{{ bad }}' }", "GET / HTTP/1.1\r\nX:")]
    [InlineData("{ url: 'http://127.0.0.1:1/', session_cookie: '{{ bad }}' }", "")]
    public async Task A_value_that_cannot_be_sent_is_an_error_at_its_place(string yaml, string bad)
    {
        var run = new HttpRun { Scope = Scope.Empty.With("bad", bad) };
        var error = await Assert.ThrowsAsync<ExpressionException>(() => run.Run(yaml));
        Assert.Equal("test.yaml", error.At.Source.Name);
    }

    [Fact]
    public void Its_own_assertion_is_that_the_status_is_good()
    {
        var own = Assert.Single(new HttpStep().OwnAssertions);
        Assert.Equal(("status", "status < 400"), (own.Field, own.Expression));
        Assert.NotNull(Expression.Parse(PlacedText.Of("own", own.Expression), new ProblemList()));
    }

    [Fact]
    public async Task Its_result_has_the_fields_that_it_declares()
    {
        await using var server = Server.Text(_ => Server.Ok());
        Assert.Equal(new HttpStep().Fields.Select(field => field.Name), (await new HttpRun().Get(server.Url)).Names);
    }
}
