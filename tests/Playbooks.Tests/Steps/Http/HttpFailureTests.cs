using System.Text;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Steps.Http;

/// <summary>Servers that answer wrongly, in part, or not at all: each is a failed step with a sentence.</summary>
public sealed class HttpFailureTests
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_refused_connection()
    {
        var server = Server.Text(_ => "");
        var url = server.Url;
        await server.DisposeAsync();
        await Fails(url, $"no answer from {url}/: connection refused");
    }

    [Fact]
    public async Task A_name_that_nobody_knows()
    {
        var result = await new HttpRun().Run("http://there-is-none.invalid/");
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.StartsWith("no answer from http://there-is-none.invalid/: the name there-is-none.invalid ", Assert.Single(result.Messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the connection was closed before the answer was there")]
    [InlineData("HTTP/1.1 200 OK\r\nX: y\r\n", "the connection was closed before the answer was there")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", "what came is not HTTP")]
    [InlineData("HTTP/1.1 abc\r\n\r\n", "what came is not HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "what came is not HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour", "it broke off, 4 of 10 bytes of its body came")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Encoding: gzip\r\n\r\n", "it broke off, 0 of 10 bytes of its body came")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "it broke off, only 3 bytes of its body came")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", "its chunks are broken after 0 bytes of its body")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc", "its chunks are broken after 0 bytes of its body")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 2\r\n\r\nabcd", "its Content-Length is no length: \"4, 2\"")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nabcd", "its Content-Length is no length: \"-4\"")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4x\x1b[31m\r\n\r\nabcd", "its Content-Length is no length: \"4x\\e[31m\"")]
    [InlineData("HTTP/1.1 000 None\r\n\r\n", "what came is not HTTP")]
    [InlineData("HTTP/2 200 OK\r\n\r\n", "what came is not HTTP")]
    [InlineData("<html>\r\n</html>\r\n", "what came is not HTTP")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", "the connection was closed before the answer was there")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc", "its body is not the gzip that it says it is")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Encoding: br\r\n\r\nabcdefghi", "its body is not the br that it says it is")]
    public async Task An_answer_that_is_none(string answer, string reason)
    {
        await using var server = Server.Text(_ => answer);
        await Fails(server.Url, $"no {(reason.StartsWith("it", StringComparison.Ordinal) ? "whole " : "")}answer from {server.Url}/: {reason}");
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("gzip", 10)]
    [InlineData("gzip", 25)]
    [InlineData("deflate", 2)]
    [InlineData("deflate", 20)]
    [InlineData("br", 4)]
    public async Task A_packed_body_of_which_the_end_is_missing(string encoding, int bytes)
    {
        var whole = HttpTests.Compressed(encoding, string.Join(' ', Enumerable.Range(0, 500)));
        await using var server = Server.Text(_ => Server.Ok(whole[..bytes], $"Content-Encoding: {encoding}"));
        await Fails(server.Url, $"no whole answer from {server.Url}/: its body is not the {encoding} that it says it is");
    }

    [Fact]
    public async Task Headers_without_end()
    {
        await using var server = Server.Text(_ => "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: " + new string('y', 1000) + "\r\n", 100)));
        await Fails(server.Url, $"no answer from {server.Url}/: the headers of its answer are longer than 64 KB");
    }

    [Fact]
    public async Task A_connection_that_is_reset()
    {
        await using var server = Server.Reset();
        await Fails(server.Url, $"no answer from {server.Url}/: the connection was reset");
    }

    [Fact]
    public async Task A_POST_whose_connection_is_closed_is_sent_once_only()
    {
        await using var server = Server.Text(_ => "");
        await Fails($"{{ url: {server.Url}, method: POST }}", $"no answer from {server.Url}/: the connection was closed before the answer was there");
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour")]
    public async Task A_silent_server_is_given_up_when_the_time_is_over(string before)
    {
        var time = new FakeTimeProvider();
        var silent = new TaskCompletionSource();
        await using var server = Server.Raw(async (_, stream, cancel) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(before), cancel);
            silent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        });
        var running = new HttpRun { Time = time, Timeout = TimeSpan.FromMinutes(10) }.Run(server.Url);
        await silent.Task;
        time.Advance(TimeSpan.FromMinutes(9));
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1));
        var result = await running.WaitAsync(limit, TestContext.Current.CancellationToken);
        Assert.Equal((Outcome.Failed, $"no answer from {server.Url}/ within 10m"), (result.Outcome, Assert.Single(result.Messages)));
        Assert.Equal(TimeSpan.FromMinutes(10), result.Fields["duration"]);
    }

    [Fact]
    public async Task A_server_that_is_silent_when_TLS_is_to_begin()
    {
        var time = new FakeTimeProvider();
        await using var server = Server.Raw((_, _, _) => Task.CompletedTask);
        var url = server.Url.Replace("http:", "https:", StringComparison.Ordinal);
        var running = new HttpRun { Time = time, Timeout = TimeSpan.FromMinutes(10) }.Run(url);
        await server.Connected;
        time.Advance(TimeSpan.FromMinutes(10));
        var result = await running.WaitAsync(limit, TestContext.Current.CancellationToken);
        Assert.Equal((Outcome.Failed, $"no answer from {url}/ within 10m"), (result.Outcome, Assert.Single(result.Messages)));
    }

    [Fact]
    public async Task A_stopped_run_is_no_failure_of_the_server()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var server = Server.Raw(async (_, _, cancel) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
        });
        var stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new HttpRun().RunUntil(server.Url, stop.Token));
        Assert.Equal(stop.Token, stopped.CancellationToken);
    }

    private static async Task Fails(string yaml, string message)
    {
        var result = await new HttpRun().Run(yaml);
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal([message], result.Messages);
        Assert.Equal(["url", "duration"], result.Fields.Names);
    }
}
