using System.Text;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Connections;

public sealed class CommandRunTests
{
    private const string Alone = "PID PPID PGID STAT COMMAND\n1 0 1 S init\n900 1 900 R ps\n";
    private const string Stubborn = Alone + "200 1 200 D dd if=/dev/broken\n";

    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _asked = [];

    [Fact]
    public async Task What_would_not_end_is_named_and_its_outcome_is_unknown()
    {
        var result = await Run(_ => Stubborn, new CancellationToken(true));
        Assert.Equal(CommandEnd.Unknown, result.End);
        Assert.Equal("It would not end. Still running there: 200 (dd if=/dev/broken)", Assert.Single(result.Notes));
        Assert.Equal(["kill -TERM -200 200 2>/dev/null;:", "kill -KILL -200 200 2>/dev/null;:"], _asked.Where(a => a.StartsWith("kill", StringComparison.Ordinal)));
    }

    [Theory, InlineData(null), InlineData("sh: ps: not found")]
    public async Task Where_the_machine_does_not_tell_nothing_is_sure(string? answer)
    {
        var result = await Run(_ => answer, new CancellationToken(true));
        Assert.Equal(CommandEnd.Unknown, result.End);
        Assert.Contains("could not be found out", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_to_be_seen_is_not_therefore_ended()
    {
        var result = await Run(_ => Alone, new CancellationToken(true), announced: "");
        Assert.Equal(CommandEnd.Unknown, result.End);
    }

    [Fact]
    public async Task What_ends_at_the_first_signal_gets_no_second()
    {
        var result = await Run(script => script.StartsWith("kill", StringComparison.Ordinal) || _asked.Any(a => a.StartsWith("kill", StringComparison.Ordinal)) ? Alone : Stubborn, new CancellationToken(true));
        Assert.Equal(CommandEnd.Cancelled, result.End);
        Assert.Single(_asked, a => a.StartsWith("kill", StringComparison.Ordinal));
    }

    [Theory, InlineData("0"), InlineData("1"), InlineData("-1"), InlineData("x")]
    public async Task A_machine_that_lies_about_the_process_has_nobody_else_ended(string announced)
    {
        await Run(_ => Stubborn, new CancellationToken(true), announced);
        Assert.DoesNotContain(_asked, a => a.StartsWith("kill", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_daemon_that_never_stops_printing_is_left_when_the_time_is_up()
    {
        var result = await Run(_ => Alone, CancellationToken.None, started: new Started("200") { ExitCode = 0, Chatter = "again\n" }, timeout: TimeSpan.FromSeconds(30));
        Assert.Equal((CommandEnd.Exited, 0), (result.End, result.ExitCode));
        Assert.InRange(result.Duration.TotalSeconds, 30, 31);
        Assert.Contains("keeps its output open", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    private async Task<CommandResult> Run(Func<string, string?> answer, CancellationToken cancel, string announced = "200", Started? started = null, TimeSpan? timeout = null)
    {
        var machine = new Machine("web1", _clock, long.MaxValue, new TaskCompletionSource().Task, (script, _) =>
        {
            _asked.Add(script);
            return Task.FromResult(answer(script));
        });
        var command = new RemoteCommand { Words = ["x"], Timeout = timeout ?? TimeSpan.FromHours(1) };
        var script = new HostScript(command);
        started ??= new Started(announced);
        started.Mark = script.Mark;
        var running = new CommandRun(started, command, script, machine, _clock.GetTimestamp()).ToEnd(cancel);
        while (!running.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        return await running;
    }

    private sealed class Started(string announced) : IStartedCommand
    {
        private bool _said;

        public string Mark { get; set; } = "";

        public string? Chatter { get; init; }

        public Task Closed { get; } = new TaskCompletionSource().Task;

        public bool HasExited => ExitCode is not null;

        public int? ExitCode { get; init; }

        public string? Signal => null;

        public bool Take(OutputCapture stdout, OutputCapture stderr)
        {
            var text = _said ? Chatter : announced.Length > 0 ? $"{Mark} {announced}\n" : null;
            _said = true;
            if (text is null) return false;
            stdout.Add(Encoding.UTF8.GetBytes(text));
            return true;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
