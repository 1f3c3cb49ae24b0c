using Playbooks.Steps;
using Playbooks.Templating;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Http;

public sealed class Http2Tests(Apache apache, Sshd sshd) : IClassFixture<Apache>
{
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, GoAway = 7;
    private const byte EndOfHeaders = 4;

    private static readonly byte[] status200 = [0x88];

    private string Step(string path, string more = "") => $"{{ url: 'https://site.example{path}', connect_to: '127.0.0.1:{apache.Port}', ca: {apache.Ca}{more} }}";

    [Fact]
    public async Task It_is_spoken_where_the_server_offers_it()
    {
        var fields = await new HttpRun().Get(Step("/hello.txt"));
        var headers = (DataMap)fields["headers"]!;
        Assert.Equal((200L, "hello", "2"), (fields["status"], fields["body"], fields["version"]));
        Assert.Equal("site.example  HTTP/2.0", headers["x-asked-for"]);
        Assert.Equal(("CN=site.example", "5"), (((DataMap)fields["tls"]!)["subject"], headers["content-length"]));
    }

    [Fact]
    public async Task Methods_headers_cookies_and_redirects_are_the_same_on_it()
    {
        var run = new HttpRun();
        Assert.Equal("", (await run.Get(Step("/hello.txt", ", method: HEAD")))["body"]);
        Assert.Equal(404L, (await run.Get(Step("/none", ", client: c, method: POST, body: text")))["status"]);
        var followed = await run.Get(Step("/away", ", client: c"));
        Assert.Equal(("hello", "https://site.example/hello.txt", "2"), (followed["body"], followed["url"], followed["version"]));
        Assert.Equal("site.example JSESSIONID=S.tomcat1 HTTP/2.0", ((DataMap)followed["headers"]!)["x-asked-for"]);
        Assert.Equal("tomcat1", ((DataMap)followed["session"]!)["route"]);
        Assert.StartsWith("other.example ", (string?)((DataMap)(await run.Get(Step("/hello.txt", ", headers: { Host: other.example }")))["headers"]!)["x-asked-for"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_another_machine_it_carries_much_and_several_at_once()
    {
        await using var pool = sshd.Pool();
        var run = new HttpRun { Connections = pool, Machine = sshd.Host() };
        var got = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => run.Get(Step("/big.txt"))));
        Assert.All(got, fields => Assert.Equal($"the body was cut: it had {Apache.BigFile} bytes, and 1000000 are kept", Assert.Throws<MissingValueException>(() => fields.TryGet("body", out _)).Message));
        Assert.All(got, fields => Assert.Equal("2", fields["version"]));
    }

    public static TheoryData<string, byte[][]> Broken => new()
    {
        { "what came is not HTTP", [] },
        { "the connection was closed before the answer was there", [Frame(Settings, 0, 0)] },
        { "HTTP/2 broke off (internal error)", [Frame(Settings, 0, 0), Frame(Reset, 0, 1, 0, 0, 0, 2)] },
        { "HTTP/2 broke off (it wants HTTP/1.1)", [Frame(Settings, 0, 0), Frame(Reset, 0, 1, 0, 0, 0, 13)] },
        { "HTTP/2 broke off (enhance your calm)", [Frame(Settings, 0, 0), Frame(GoAway, 0, 0, 0, 0, 0, 1, 0, 0, 0, 11)] },
        { "it broke off, only 3 bytes of its body came", [Frame(Settings, 0, 0), Frame(Headers, EndOfHeaders, 1, status200), Frame(Data, 0, 1, 1, 2, 3)] },
        { "in its body HTTP/2 broke off (internal error)", [Frame(Settings, 0, 0), Frame(Headers, EndOfHeaders, 1, status200), Frame(Data, 0, 1, 1, 2, 3), Frame(Reset, 0, 1, 0, 0, 0, 2)] },
        { "HTTP/2 broke off (protocol error)", ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray()] },
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task An_answer_that_is_none(string reason, byte[][] frames)
    {
        using var certificate = Certificate.SelfSigned("127.0.0.1");
        await using var server = Server.Http2(() => certificate, frames);
        var result = await new HttpRun().Run($"{{ url: {server.Url}, verify_tls: false, method: POST }}");
        Assert.Equal(Outcome.Failed, result.Outcome);
        // What had come just before the connection ended .NET's client may lose.
        var message = result.Messages.Single().Replace("only 0 bytes", "only 3 bytes", StringComparison.Ordinal);
        Assert.Equal($"no {(reason.Contains("body", StringComparison.Ordinal) ? "whole " : "")}answer from {server.Url}/: {reason}", message);
        Assert.Equal(1, server.Connections);
    }

    private static byte[] Frame(byte type, byte flags, byte stream, params byte[] payload) => [0, 0, (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];
}
