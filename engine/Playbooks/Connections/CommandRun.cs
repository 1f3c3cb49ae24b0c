using Playbooks.Connections.Receipts;

namespace Playbooks.Connections;

/// <summary>Sees one started command to its end: takes its output, keeps its limits, ends it where they are over.</summary>
internal sealed class CommandRun(IStartedCommand started, RemoteCommand command, HostScript script, Machine machine, long begin)
{
    /// <summary>How long a stream that something else holds open may be silent once the command has exited.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>How long such a stream may go on: what the command itself had printed has come through by then, also on a slow link.</summary>
    private static readonly TimeSpan Chatter = TimeSpan.FromSeconds(10);

    /// <summary>A login that has said nothing for so long may be waiting for input that nobody has.</summary>
    public static readonly TimeSpan SlowLogin = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly OutputCapture _stdout = new(command.MaxOutput, script.Mark, command.Watched);
    private readonly OutputCapture _stderr = new(command.MaxOutput, script.Mark, command.Watched, error: true);
    private readonly SudoDialog? _sudo = script.Prompt is null ? null : new SudoDialog(script, command.Password!, started, machine.Name, machine.Clock);
    private readonly List<string> _notes = [];
    private TimeSpan _wait = ShortestWait;
    private bool _inputEnded;
    private bool _silenceIsTrue;
    private long _lastByte = machine.Clock.GetTimestamp();
    private long? _exit;

    private int? Pid => ProcessIdentity.PidOf(_stdout.Announced);

    private bool FloodsUs => Math.Max(_stdout.Total + _stdout.Noise, _stderr.Total + _stderr.Noise) > machine.OutputLimit;

    private TimeSpan Elapsed => machine.Clock.GetElapsedTime(begin);

    public async Task<CommandResult> ToEnd(CancellationToken cancel)
    {
        _stderr.Dialog = _sudo;
        while (true)
        {
            // Asked before taking: what the closing brought is then taken too.
            var closed = started.Closed.IsCompleted;
            Take();
            if (closed && started.Closed.IsCompletedSuccessfully) return await Exited();
            if (closed || machine.Lost.IsCompleted) return LinkLost();
            if (started.HasExited)
            {
                _exit ??= machine.Clock.GetTimestamp();
                // Before its first word silence is of the one who reads: a busy program may see the exit seconds before it reads what came before that.
                if (_stdout.Started && machine.Clock.GetElapsedTime(_lastByte) >= Silence / 2)
                {
                    if (_silenceIsTrue) return HeldOpen(printing: false);
                    // A machine that is too busy to send what it has is silent too: half of the silence comes after it has answered.
                    await machine.Ask(":", Chatter);
                    _silenceIsTrue = true;
                    _lastByte = machine.Clock.GetTimestamp();
                    continue;
                }

                if (cancel.IsCancellationRequested || Elapsed >= command.Timeout || FloodsUs || machine.Clock.GetElapsedTime(_exit.Value) >= Chatter) return HeldOpen(printing: _stdout.Started);
            }
            else if (cancel.IsCancellationRequested) return await End(CommandEnd.Cancelled);
            else if (Elapsed >= command.Timeout) return await End(CommandEnd.TimedOut);
            else if (FloodsUs) return await End(CommandEnd.Flooded);
            else if (_sudo is { Hangs: true }) return Refused(await End(CommandEnd.Exited));

            await Task.WhenAny(started.Closed, machine.Lost, Task.Delay(_wait, machine.Clock, started.HasExited ? CancellationToken.None : cancel));
        }
    }

    private void Take()
    {
        if (!_inputEnded && !_stdout.Started && Elapsed > SlowLogin)
        {
            _inputEnded = true;
            started.EndInput();
        }

        if (started.Take(_stdout, _stderr))
        {
            _lastByte = machine.Clock.GetTimestamp();
            _wait = ShortestWait;
            _silenceIsTrue = false;
        }
        else
        {
            _wait = _wait * 2 < LongestWait ? _wait * 2 : LongestWait;
        }
        TakeHeld();
        command.Watched?.Pulse();
    }

    private async Task<CommandResult> Exited()
    {
        // The mark is the shell's first act: an end without it is an end of the login, and nothing of ours was run.
        if (!_stdout.Started) throw machine.NotStarted(_stdout.BeforeMark.Span, _stderr.BeforeMark.Span, started.ExitCode);
        if (command.ReceiptFile is not null && _stderr.Announced is { Length: > 0 } why)
            return Result(CommandEnd.Exited) with { NotStarted = true, WasClaimed = why == ReceiptScript.Taken, Unclaimed = why == ReceiptScript.Taken ? null : $"its receipt could not be written to {command.ReceiptFile}" };
        if (started.ExitCode is null && started.Signal is null)
        {
            _notes.Add("It ended without an exit code: the host closed its channel.");
            return Result(CommandEnd.Unknown);
        }

        var result = Refused(Result(CommandEnd.Exited));
        return result.Refused is null ? result with { Refused = await Refusal.BySudo(result, script, command, machine) } : result;
    }

    private CommandResult Refused(CommandResult result) => _sudo?.Refusal is var (why, isPassword) ? result with { Refused = why, WrongPassword = isPassword } : result;

    /// <summary>What of standard error waits until it is clear whether it is sudo's or the command's.</summary>
    private void TakeHeld(bool hasEnded = false)
    {
        if (_sudo is null) return;
        _sudo.Pulse(_stderr.Started, hasEnded);
        if (_stderr.Started) _stderr.Add([]);
    }

    private CommandResult HeldOpen(bool printing)
    {
        _notes.Add(printing
            ? "Something it started goes on printing into its output; what comes from now on is not read."
            : "Something it started keeps its output open; what that prints from now on is not read.");
        return Result(_stdout.Started ? CommandEnd.Exited : CommandEnd.Unknown) with { StillPrinting = printing };
    }

    private CommandResult LinkLost()
    {
        if (started.HasExited)
        {
            _notes.Add("The connection was lost when it had just exited: its output may be incomplete.");
            return Result(CommandEnd.Exited);
        }

        _notes.Add(_stdout.Started
            ? "The connection was lost while it ran."
            : "The connection was lost when it had just been sent: whether it started is not known.");
        return Result(CommandEnd.Unknown) with { LinkLost = true };
    }

    /// <summary>Ends it on its machine, taking its output meanwhile: a flood would fill the memory.</summary>
    private async Task<CommandResult> End(CommandEnd why)
    {
        started.StopInput();
        var ending = new Ending(machine, command.Sudo, command.Password?.Password).End(() => Pid, script.Mark);
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
        if (over && !_stdout.Started || left is [] && started.Closed.IsCompleted) return Result(why);
        _notes.Add(left switch
        {
            null => "Whether it has ended could not be found out: the machine did not tell which processes it has.",
            [] => "It was ended, but something it started has left it, keeps its output open and may still be running.",
            _ => "It would not end; " + Ending.Still(left) + ".",
        });
        // A later look would not find what has left it.
        return left is [] ? Result(CommandEnd.Unknown) with { Process = null } : Result(CommandEnd.Unknown);
    }

    private CommandResult Result(CommandEnd end)
    {
        if (_stdout.Started && _stdout.Noise + _stderr.Noise > 0)
            _notes.Add($"The login printed {_stdout.Noise + _stderr.Noise} bytes before the command began; they were dropped.");
        TakeHeld(hasEnded: true);
        command.Watched?.End();
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
            Process = ProcessIdentity.Read(_stdout.Announced, command.Sudo) is { } process ? process with { Password = command.Password?.Password } : null,
            Notes = _notes,
        };
    }
}
