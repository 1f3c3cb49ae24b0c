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
        Assert.Equal("It would not end; still running there: 200 (dd if=/dev/broken).", Assert.Single(result.Notes));
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
        var started = new Started("200");
        var result = await Run(script =>
        {
            if (script.StartsWith("kill", StringComparison.Ordinal)) started.Close();
            return started.Closed.IsCompleted ? Alone : Stubborn;
        }, new CancellationToken(true), started: started);
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
    public async Task What_has_left_it_and_holds_its_output_is_not_surely_ended()
    {
        var result = await Run(_ => Alone, new CancellationToken(true));
        Assert.Equal((CommandEnd.Unknown, null), (result.End, result.Process));
        Assert.Contains("may still be running", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_of_another_user_that_is_hidden_is_signalled_and_not_taken_for_ended()
    {
        var result = await Run(_ => "900 1 900 R ps\n", new CancellationToken(true), sudo: "root");
        Assert.Equal(CommandEnd.Unknown, result.End);
        Assert.Contains("kill -KILL -200 2>/dev/null;sudo -n -u root -- kill -KILL -- -200 2>/dev/null;:", _asked);
    }

    [Fact]
    public async Task A_daemon_that_never_stops_printing_is_left_after_ten_seconds()
    {
        var result = await Run(_ => Alone, CancellationToken.None, started: new Started("200") { ExitCode = 0, Chatter = "again\n" });
        Assert.Equal((CommandEnd.Exited, 0), (result.End, result.ExitCode));
        Assert.InRange(result.Duration.TotalSeconds, 10, 11);
        Assert.True(result.StdoutCut);
        Assert.Contains("goes on printing", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    /// <summary>A busy program sees the exit of a process before it gets to reading what that printed.</summary>
    [Fact]
    public async Task What_is_read_seconds_after_the_exit_is_an_end_like_any_other()
    {
        var begin = _clock.GetTimestamp();
        var result = await Run(_ => Alone, CancellationToken.None, started: new Started("200") { ExitCode = 0, IsRead = () => _clock.GetElapsedTime(begin).TotalSeconds > 4 });
        Assert.Equal((CommandEnd.Exited, 0), (result.End, result.ExitCode));
    }

    [Fact]
    public async Task What_has_exited_and_of_which_nothing_came_for_ten_seconds_is_unknown()
    {
        var result = await Run(_ => Alone, CancellationToken.None, announced: "", started: new Started("") { ExitCode = 0 });
        Assert.Equal(CommandEnd.Unknown, result.End);
        Assert.InRange(result.Duration.TotalSeconds, 10, 11);
        Assert.Contains("keeps its output open", Assert.Single(result.Notes), StringComparison.Ordinal);
    }

    private async Task<CommandResult> Run(Func<string, string?> answer, CancellationToken cancel, string announced = "200", Started? started = null, string? sudo = null)
    {
        var machine = new Machine("web1", _clock, long.MaxValue, new TaskCompletionSource().Task, (asked, _) =>
        {
            _asked.Add(asked.Script!);
            return Task.FromResult(answer(asked.Script!));
        });
        var command = new RemoteCommand { Words = ["x"], Sudo = sudo };
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

        public Func<bool> IsRead { get; init; } = () => true;

        private readonly TaskCompletionSource _closed = new();

        public Task Closed => _closed.Task;

        public void Close() => _closed.SetResult();

        public void EndInput()
        {
        }

        public void Send(ReadOnlyMemory<byte> bytes, bool last, LargeInput? more = null)
        {
        }

        public void StopInput()
        {
        }

        public bool HasExited => ExitCode is not null;

        public int? ExitCode { get; init; }

        public string? Signal => null;

        public bool Take(OutputCapture stdout, OutputCapture stderr)
        {
            if (!IsRead()) return false;
            var text = _said ? Chatter : announced.Length > 0 ? $"{Mark} {announced}\n" : null;
            _said = true;
            if (text is null) return false;
            stdout.Add(Encoding.UTF8.GetBytes(text));
            return true;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
