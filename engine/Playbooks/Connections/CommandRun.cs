using System.Globalization;

namespace Playbooks.Connections;

/// <summary>Sees one started command to its end: takes its output, keeps its limits, ends it where they are over.</summary>
internal sealed class CommandRun(IStartedCommand started, RemoteCommand command, HostScript script, Machine machine, long begin)
{
    /// <summary>How long a stream that something else holds open may be silent once the command has exited.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly OutputCapture _stdout = new(command.MaxOutput, script.Mark, command.Watched);
    private readonly OutputCapture _stderr = new(command.MaxOutput, script.Mark, command.Watched, error: true);
    private readonly List<string> _notes = [];
    private TimeSpan _wait = ShortestWait;
    private long _lastByte = machine.Clock.GetTimestamp();

    /// <summary>Never 0 or 1: as a group to be ended these mean everybody.</summary>
    private int? Pid => int.TryParse(_stdout.Announced, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 1 ? pid : null;

    private bool FloodsUs => Math.Max(_stdout.Total + _stdout.Noise, _stderr.Total + _stderr.Noise) > machine.OutputLimit;

    private TimeSpan Elapsed => machine.Clock.GetElapsedTime(begin);

    public async Task<CommandResult> ToEnd(CancellationToken cancel)
    {
        while (true)
        {
            // Asked before taking: what the closing brought is then taken too.
            var closed = started.Closed.IsCompleted;
            Take();
            if (closed && started.Closed.IsCompletedSuccessfully) return Exited();
            if (closed || machine.Lost.IsCompleted) return LinkLost();
            if (started.HasExited)
            {
                var over = cancel.IsCancellationRequested || Elapsed >= command.Timeout || FloodsUs;
                if (over || machine.Clock.GetElapsedTime(_lastByte) >= Silence) return HeldOpen();
            }
            else if (cancel.IsCancellationRequested) return await End(CommandEnd.Cancelled);
            else if (Elapsed >= command.Timeout) return await End(CommandEnd.TimedOut);
            else if (FloodsUs)
            {
                _notes.Add($"It printed more than {machine.OutputLimit} bytes and was ended for that.");
                return await End(CommandEnd.Exited);
            }

            await Task.WhenAny(started.Closed, machine.Lost, Task.Delay(_wait, machine.Clock, started.HasExited ? CancellationToken.None : cancel));
        }
    }

    private void Take()
    {
        if (started.Take(_stdout, _stderr))
        {
            _lastByte = machine.Clock.GetTimestamp();
            _wait = ShortestWait;
        }
        else
        {
            _wait = _wait * 2 < LongestWait ? _wait * 2 : LongestWait;
        }
        command.Watched?.Pulse();
    }

    private CommandResult Exited()
    {
        // The mark is the shell's first act: an end without it is an end of the login, and nothing of ours was run.
        if (!_stdout.Started) throw machine.NotStarted(_stdout.BeforeMark.Span, _stderr.BeforeMark.Span, started.ExitCode);
        if (started.ExitCode is null && started.Signal is null)
        {
            _notes.Add("It ended without an exit code: the host closed its channel.");
            return Result(CommandEnd.Unknown);
        }

        return Result(CommandEnd.Exited);
    }

    private CommandResult HeldOpen()
    {
        _notes.Add("Something it started keeps its output open; what that prints from now on is not read.");
        return Result(_stdout.Started ? CommandEnd.Exited : CommandEnd.Unknown);
    }

    private CommandResult LinkLost()
    {
        if (started.HasExited)
        {
            _notes.Add("The connection was lost when it had just exited: its output may be incomplete.");
            return Result(CommandEnd.Exited);
        }

        _notes.Add(_stdout.Started
            ? "The connection was lost while it ran: whether it goes on there, and how it ended, is not known."
            : "The connection was lost when it had just been sent: whether it started is not known.");
        return Result(CommandEnd.Unknown);
    }

    /// <summary>Ends it on its machine, taking its output meanwhile: a flood would fill the memory.</summary>
    private async Task<CommandResult> End(CommandEnd why)
    {
        var ending = new Ending(machine, command.Sudo).End(() => Pid, script.Mark);
        while (!ending.IsCompleted)
        {
            Take();
            await Task.WhenAny(ending, Task.Delay(_wait, machine.Clock, CancellationToken.None));
        }

        var left = await ending;
        var patience = machine.Clock.GetTimestamp();
        while (left is [] && !started.Closed.IsCompleted && machine.Clock.GetElapsedTime(patience) < Silence)
        {
            Take();
            await Task.WhenAny(started.Closed, Task.Delay(_wait, machine.Clock, CancellationToken.None));
        }

        // Asked before taking, as above. A login that is over without the mark began nothing that could be left.
        var over = started.Closed.IsCompletedSuccessfully;
        Take();
        if (left is [] || over && !_stdout.Started) return Result(why);
        _notes.Add(left is null
            ? "Whether it has ended could not be found out: the machine did not tell which processes it has."
            : "It would not end. Still running there: " + string.Join(", ", left.Select(p => p.ToString())));
        return Result(CommandEnd.Unknown);
    }

    private CommandResult Result(CommandEnd end)
    {
        if (_stdout.Started && _stdout.Noise + _stderr.Noise > 0)
            _notes.Add($"The login printed {_stdout.Noise + _stderr.Noise} bytes before the command began; they were dropped.");
        command.Watched?.End();
        if (Refusal.BySudo(command, started.ExitCode, _stderr.Kept.Span) is { } refusal) _notes.Add(refusal);
        return new CommandResult
        {
            End = end,
            ExitCode = started.ExitCode,
            Signal = started.Signal,
            Stdout = _stdout.Kept,
            Stderr = _stderr.Kept,
            StdoutBytes = _stdout.Total,
            StderrBytes = _stderr.Total,
            Duration = Elapsed,
            Notes = _notes,
        };
    }
}
