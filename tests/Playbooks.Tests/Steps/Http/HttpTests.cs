using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Time.Testing;
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
    public async Task Every_answer_passes_here_and_is_judged_by_assertions(int status)
    {
        await using var server = Server.Text(_ => Server.Status($"{status} Because"));
        var fields = await new HttpRun().Get(server.Url);
        Assert.Equal((long)status, fields["status"]);
    }

    [Fact]
    public async Task A_visitor_says_who_it_is_and_what_it_takes()
    {
        await using var server = Server.Text(_ => Server.Ok());
        await new HttpRun().Get(server.Url + "/a/b?c=d%20e");
        var asked = Assert.Single(server.Requests);
        Assert.Equal("GET /a/b?c=d%20e HTTP/1.1", asked.Line);
        Assert.Equal([$"Host: 127.0.0.1:{server.Port}", "User-Agent: play/0.1.0", "Accept: */*", "Accept-Encoding: gzip, deflate, br"], asked.Headers);
    }

    [Fact]
    public async Task Its_own_headers_take_the_place_of_the_usual_ones()
    {
        await using var server = Server.Text(_ => Server.Ok());
        await new HttpRun().Get($"{{ url: {server.Url}, headers: {{ Host: site.example, user-agent: me, X-One: 1, Content-Type: text/x, Cookie: a=b }} }}");
        var asked = Assert.Single(server.Requests);
        Assert.Equal(["site.example", "me", "1", "text/x", "a=b"], new[] { "host", "user-agent", "x-one", "content-type", "cookie" }.Select(name => Assert.Single(asked.All(name))));
    }

    [Theory]
    [InlineData("body: 'grüß \"dich\"'", "text/plain; charset=utf-8", "grüß \"dich\"")]
    [InlineData("form: { name: a b&c, n: 5, ü: '한' }", "application/x-www-form-urlencoded", "name=a+b%26c&n=5&%C3%BC=%ED%95%9C")]
    [InlineData("json: { a: [1, 2.0, true, null, '한\"'] }", "application/json", "{\"a\":[1,2.0,true,null,\"한\\\"\"]}")]
    [InlineData("json: null", "application/json", "null")]
    [InlineData("json: {}, headers: { content-type: application/x }", "application/x", "{}")]
    public async Task What_it_sends_arrives_with_its_type(string payload, string type, string sent)
    {
        await using var server = Server.Text(_ => Server.Ok());
        await new HttpRun().Get($"{{ url: {server.Url}, method: POST, {payload} }}");
        var asked = Assert.Single(server.Requests);
        Assert.Equal(("POST / HTTP/1.1", type, sent), (asked.Line, Assert.Single(asked.All("content-type")), asked.Body));
    }

    [Fact]
    public async Task A_POST_without_anything_says_that_nothing_comes()
    {
        await using var server = Server.Text(_ => Server.Ok());
        await new HttpRun().Get($"{{ url: {server.Url}, method: POST }}");
        Assert.Equal(["0"], server.Requests.Single().All("content-length"));
    }

    [Fact]
    public async Task Templates_are_filled_in_and_stay_what_they_are()
    {
        await using var server = Server.Text(_ => Server.Ok());
        var scope = Scope.Empty.With("url", server.Url).With("x", "a&b={{ 1 }}").With("list", new object?[] { 1L, "2" });
        var run = new HttpRun { Scope = scope };
        await run.Get("{ url: '{{ url }}/p', method: POST, form: { x: '{{ x }}' } }");
        await run.Get("{ url: '{{ url }}/p', method: POST, json: { x: '{{ x }}', list: '{{ list }}' } }");
        Assert.Equal(["x=a%26b%3D%7B%7B+1+%7D%7D", """{"x":"a&b={{ 1 }}","list":[1,"2"]}"""], server.Requests.Select(asked => asked.Body));
    }

    [Fact]
    public async Task Headers_come_in_small_letters_and_joined_but_cookies_stay_apart()
    {
        await using var server = Server.Text(_ => Server.Ok("", "X-One: 1", "x-one: 2", "Content-Type: text/plain", "Set-Cookie: a=b", "Set-Cookie: c=d, e", "X-Latin: \xfc", "X-Utf8: " + Encoding.Latin1.GetString("한"u8)));
        var headers = (DataMap)(await new HttpRun().Get(server.Url))["headers"]!;
        Assert.Equal("1, 2", headers["x-one"]);
        Assert.Equal("text/plain", headers["content-type"]);
        Assert.Equal("0", headers["content-length"]);
        Assert.Equal(["a=b", "c=d, e"], (IReadOnlyList<object?>)headers["set-cookie"]!);
        Assert.Equal(("ü", "한"), (headers["x-latin"], headers["x-utf8"]));
    }

    [Fact]
    public async Task What_a_server_says_stays_data()
    {
        const string hostile = "{{ secret.x }}\0\x1b[31m'; rm -rf ~ #";
        await using var server = Server.Text(_ => Server.Ok(hostile, "X: " + hostile.Replace("\0", "", StringComparison.Ordinal), "Set-Cookie: a=" + hostile.Replace("\0\x1b", "", StringComparison.Ordinal)));
        var fields = await new HttpRun().Get(server.Url);
        Assert.Equal(hostile, fields["body"]);
        Assert.Equal(hostile.Replace("\0", "", StringComparison.Ordinal), ((DataMap)fields["headers"]!)["x"]);
        Assert.Equal("{{ secret.x }}[31m'", ((DataMap)fields["cookies"]!)["a"]);
    }

    [Theory]
    [InlineData("text/plain; charset=EUC-KR", "c7d1b1db", "한글")]
    [InlineData("text/plain;charset=\"ISO-8859-1\"", "fc", "ü")]
    [InlineData("text/plain", "ed959c", "한")]
    [InlineData("text/plain; charset=utf-8", "efbbbf6162", "ab")]
    [InlineData("text/plain", "61ff0062", "a\ufffd\0b")]
    [InlineData("text/html; charset=utf-7", "2b", "+")]
    public async Task A_body_is_decoded_by_its_charset(string type, string bytes, string text)
    {
        await using var server = Server.Text(_ => Server.Ok(Encoding.Latin1.GetString(Convert.FromHexString(bytes)), $"Content-Type: {type}"));
        Assert.Equal(text, (await new HttpRun().Get(server.Url))["body"]);
    }

    [Fact]
    public async Task A_charset_that_is_not_known_is_noted()
    {
        await using var server = Server.Text(_ => Server.Ok("x", "Content-Type: text/html; charset=\x1b[31mred"));
        var result = await new HttpRun().Run(server.Url);
        Assert.Equal(["its charset \"\\e[31mred\" is not known: the body was read as UTF-8"], result.Notes);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_compressed_body_is_read_and_its_headers_still_say_so(string encoding)
    {
        await using var server = Server.Text(_ => Server.Ok(Compressed(encoding, new string('x', 5000)), $"Content-Encoding: {encoding}"));
        var fields = await new HttpRun().Get(server.Url);
        Assert.Equal(new string('x', 5000), fields["body"]);
        Assert.Equal(encoding, ((DataMap)fields["headers"]!)["content-encoding"]);
    }

    [Fact]
    public async Task A_body_that_is_packed_in_a_way_nobody_asked_for_is_an_error_to_read()
    {
        await using var server = Server.Text(_ => Server.Ok("?", "Content-Encoding: zstd"));
        var fields = await new HttpRun().Get(server.Url);
        Assert.Equal("the body is packed as \"zstd\", which play cannot undo", Assert.Throws<MissingValueException>(() => fields.TryGet("body", out _)).Message);
    }

    [Fact]
    public async Task A_body_packed_twice_is_unpacked_twice_and_one_packed_on_its_way_is_an_error_to_read()
    {
        var twice = Compressed("br", "ab");
        await using var server = Server.Text(asked => asked.Path == "/" ? Server.Ok(Compressed("gzip", twice, Encoding.Latin1), "Content-Encoding: br, gzip") : "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n");
        Assert.Equal("ab", (await new HttpRun().Get(server.Url))["body"]);
        var fields = await new HttpRun().Get(server.Url + "/te");
        Assert.Equal("the body is packed as \"gzip\", which play cannot undo", Assert.Throws<MissingValueException>(() => fields.TryGet("body", out _)).Message);
    }

    [Theory]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", 200, "ok")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, "ok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", 200, "ok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", 200, "ok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, "ok")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok")]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok", 204, "")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nok", 304, "")]
    public async Task An_odd_answer_is_read_as_RFC_9112_has_it(string answer, int status, string body)
    {
        await using var server = Server.Text(_ => answer);
        var fields = await new HttpRun().Get(server.Url);
        Assert.Equal(((long)status, body, "1.1"), (fields["status"], fields["body"], fields["version"]));
    }

    [Fact]
    public async Task A_HEAD_that_speaks_of_a_compressed_body_has_none()
    {
        await using var server = Server.Raw(async (_, stream, cancel) => await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 500\r\n\r\n"u8.ToArray(), cancel));
        var fields = await new HttpRun().Get($"{{ url: {server.Url}, method: HEAD }}");
        Assert.Equal(("", "500"), (fields["body"], ((DataMap)fields["headers"]!)["content-length"]));
    }

    [Fact]
    public async Task A_body_in_chunks_is_put_together()
    {
        await using var server = Server.Text(_ => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n");
        Assert.Equal("abcde", (await new HttpRun().Get(server.Url))["body"]);
    }

    [Fact]
    public async Task A_body_of_unknown_length_ends_with_its_connection()
    {
        await using var server = Server.Text(_ => "HTTP/1.0 200 OK\r\n\r\nall of it");
        Assert.Equal("all of it", (await new HttpRun().Get(server.Url))["body"]);
    }

    [Fact]
    public async Task A_body_that_is_too_long_to_keep_is_an_error_to_read_and_else_harmless()
    {
        await using var server = Server.Text(_ => Server.Ok(new string('x', 5_000_000)));
        var fields = await new HttpRun().Get(server.Url);
        Assert.Equal(200L, fields["status"]);
        foreach (var name in new[] { "body", "json" })
            Assert.Equal("the body was cut: it had 5000000 bytes, and 1000000 are kept", Assert.Throws<MissingValueException>(() => fields.TryGet(name, out _)).Message);
    }

    [Fact]
    public async Task A_body_that_just_fits_is_kept_whole()
    {
        await using var server = Server.Text(_ => Server.Ok(new string('x', 1_000_000)));
        Assert.Equal(1_000_000, ((string)(await new HttpRun().Get(server.Url))["body"]!).Length);
    }

    [Fact]
    public async Task Json_is_read_when_it_is_asked_for()
    {
        await using var server = Server.Text(_ => Server.Ok("""{ "version": 3, "names": ["a"] }"""));
        var fields = await new HttpRun().Get(server.Url);
        Assert.IsType<Later>(fields["json"]);
        Assert.True(fields.TryGet("json", out var json));
        Assert.Equal(3L, ((DataMap)json!)["version"]);
        Assert.True(fields.TryGet("json", out var again));
        Assert.Same(json, again);
    }

    [Theory]
    [InlineData("<html>", "the body is not JSON: line 1, byte 1: no value begins with '<'")]
    [InlineData("", "the body is not JSON: ")]
    [InlineData("""{ "a": "\ud800" }""", "the body is not JSON: a text in it is no Unicode")]
    [InlineData("""{ "\udc00": 1 }""", "the body is not JSON: a text in it is no Unicode")]
    [InlineData("[1e999]", "the body is not JSON: the number 1e999 is out of range")]
    public async Task What_is_not_JSON_is_an_error_only_for_who_reads_it(string body, string message)
    {
        await using var server = Server.Text(_ => Server.Ok(body));
        var fields = await new HttpRun().Get(server.Url);
        Assert.Equal(200L, fields["status"]);
        Assert.StartsWith(message, Assert.Throws<MissingValueException>(() => fields.TryGet("json", out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_request_comes_on_a_connection_of_its_own_and_a_client_keeps_only_its_cookies()
    {
        await using var server = Server.Text(_ => Server.Ok("", "Set-Cookie: a=1"));
        var run = new HttpRun();
        for (var i = 0; i < 3; i++) await run.Get($"{{ url: {server.Url}, client: c }}");
        Assert.Equal(3, server.Connections);
        Assert.Equal([0, 1, 1], server.Requests.Select(asked => asked.All("cookie").Count()));
    }

    [Fact]
    public async Task The_time_it_took_is_measured_by_the_runs_clock()
    {
        var time = new FakeTimeProvider();
        await using var server = Server.Text(_ =>
        {
            time.Advance(TimeSpan.FromSeconds(3));
            return Server.Ok();
        });
        Assert.Equal(TimeSpan.FromSeconds(3), (await new HttpRun { Time = time }.Get(server.Url))["duration"]);
    }

    [Fact]
    public async Task A_name_in_another_script_goes_out_as_the_network_writes_it()
    {
        var result = await new HttpRun().Run("http://없는이름.invalid/");
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Contains("the name xn--", Assert.Single(result.Messages), StringComparison.Ordinal);
    }

    internal static string Compressed(string encoding, string text, Encoding? bytesOf = null)
    {
        using var bytes = new MemoryStream();
        using (Stream stream = encoding switch { "gzip" => new GZipStream(bytes, CompressionMode.Compress), "br" => new BrotliStream(bytes, CompressionMode.Compress), _ => new ZLibStream(bytes, CompressionMode.Compress) })
            stream.Write((bytesOf ?? Encoding.UTF8).GetBytes(text));
        return Encoding.Latin1.GetString(bytes.ToArray());
    }
}
