using Playbooks.Model;

namespace Playbooks.Connections.Receipts;

/// <summary>
/// Runs a command that leaves a receipt, and asks after it where its link is lost: it is waited for where it runs, sent again where it surely
/// had not begun, and started twice in no case.
/// </summary>
/// <param name="send">Sends it, once.</param>
internal sealed class FollowedCommand(ConnectionPool pool, ReceiptBook book, TimeProvider clock, Host host, Func<RemoteCommand, CancellationToken, Task<CommandResult>> send)
{
    /// <summary>What loses its link each time may be what cuts it.</summary>
    private const int MostRuns = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>For ending what may still run, whatever time it had.</summary>
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(30);

    private long _begin = clock.GetTimestamp();
    private readonly List<string> _notes = [];
    private bool _wasSent;

    public async Task<CommandResult> Run(RemoteCommand command, CancellationToken cancel)
    {
        var receipt = command.Receipt!;
        try
        {
            var folder = await book.Folder(host, command.Claim!.Run, cancel);
            if (receipt.IsAsked && folder.IsNew) return Unknown(ReceiptFolder.Gone);
            if (folder.Path is null) return Noted(await send(command, cancel), $"It left no receipt: {ReceiptFolder.Missing}.");
            command = command with { ReceiptFile = folder.FileOf(command.Claim, host, receipt.Command) };
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return NotStarted();
        }

        _begin = clock.GetTimestamp();
        var asks = receipt.IsAsked;
        for (var runs = 0; runs < MostRuns; runs++)
        {
            if (asks && await Asked(command, cancel) is { } known) return Noted(known);
            var left = command.Timeout - clock.GetElapsedTime(_begin);
            CommandResult result;
            try
            {
                result = await send(command with { Timeout = left > TimeSpan.Zero ? left : TimeSpan.Zero }, cancel);
            }
            catch (HostUnreachableException e) when (_wasSent)
            {
                return Noted(Unknown(e.Message.TrimEnd('.')));
            }
            // What was sent before may still be on its way.
            if (result is { NotStarted: true, WasClaimed: false } && _wasSent) return Noted(await Ended(command, result.End) ?? result);
            _wasSent |= !result.NotStarted;
            if (result is { End: CommandEnd.Exited, Signal: not null }) return Noted(await OfWhom(command, result, cancel));
            if (!result.WasClaimed && !(result.LinkLost && receipt.IsFollowed)) return Noted(result);
            if (result.LinkLost) _notes.Add("The link to it was lost.");
            asks = true;
        }
        return Noted(Unknown($"its link was lost {MostRuns} times"));
    }

    /// <summary>How it ended, where it was started before; null: it was not, and may be.</summary>
    private async Task<CommandResult?> Asked(RemoteCommand command, CancellationToken cancel)
    {
        ProcessIdentity? process = null;
        try
        {
            for (var pause = TimeSpan.FromMilliseconds(50); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                var answer = await book.One(host, command.Claim!, command.Receipt!.Command, seals: false, cancel);
                if (answer is ReceiptAnswer.Running running) process = running.Process;
                else return await Of(answer, command, cancel);
                if (!command.Receipt.IsFollowed && !command.Receipt.IsAsked) return Unknown("it still runs", process);
                var left = command.Timeout - clock.GetElapsedTime(_begin);
                if (left <= TimeSpan.Zero) return await Ended(command, CommandEnd.TimedOut);
                await Task.Delay(pause < left ? pause : left, clock, cancel);
            }
        }
        catch (HostUnreachableException e)
        {
            return Unknown(e.Message.TrimEnd('.'), process);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return await Ended(command, CommandEnd.Cancelled);
        }
    }

    /// <summary>Null: it may be started.</summary>
    private async Task<CommandResult?> Of(ReceiptAnswer answer, RemoteCommand command, CancellationToken cancel)
    {
        switch (answer)
        {
            case ReceiptAnswer.Never { IsSealed: true }:
                return NotStarted();
            case ReceiptAnswer.Never:
                if (_wasSent) _notes.Add("It had not begun: it was sent again over a new connection.");
                return null;
            case ReceiptAnswer.Done when new HostScript(command).InputMayBeCut:
                return Unknown("it has ended, but whether all of its input had come by then nobody can say");
            case ReceiptAnswer.Done done:
                _notes.Add("How it ended is told by the receipt that it left there.");
                if (done.Signal == "PIPE" || done.ExitCode == 128 + 13) _notes.Add("It was ended because what it printed had nowhere to go (SIGPIPE) when the link was lost.");
                return await Printed(new CommandResult { End = CommandEnd.Exited, ExitCode = done.ExitCode, Signal = done.Signal }, command, cancel);
            case ReceiptAnswer.Lost lost:
                return new CommandResult { End = CommandEnd.Unknown, Process = lost.Process, Duration = clock.GetElapsedTime(_begin), Notes = [await Fate(lost.Process)] };
            case ReceiptAnswer.Unclear unclear:
                return Unknown(unclear.Why);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Ends it on its machine where it runs, and sees to it that it never begins where it has not; null where the latter was enough.</summary>
    private async Task<CommandResult?> Ended(RemoteCommand command, CommandEnd end)
    {
        using var limit = new CancellationTokenSource(EndingTime, clock);
        try
        {
            var answer = await book.One(host, command.Claim!, command.Receipt!.Command, seals: true, limit.Token);
            if (answer is ReceiptAnswer.Never) return NotStarted() with { End = end };
            if (answer is not ReceiptAnswer.Running running) return await Of(answer, command, limit.Token);
            var why = await pool.EndProcess(host, running.Process, limit.Token);
            return why is null ? await Printed(new CommandResult { End = end }, command, limit.Token) : Unknown(why, running.Process);
        }
        catch (HostUnreachableException e)
        {
            return Unknown(e.Message.TrimEnd('.'));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Unknown("the machine did not answer in time");
        }
    }

    /// <summary>Adds what its machine has kept of what it printed.</summary>
    private async Task<CommandResult> Printed(CommandResult result, RemoteCommand command, CancellationToken cancel)
    {
        CommandResult? kept = null;
        try
        {
            kept = await book.Kept(host, command.ReceiptFile!, command.MaxOutput, cancel);
        }
        catch (HostUnreachableException)
        {
            // How it ended is known; what it printed is lost.
        }
        return result with
        {
            Duration = clock.GetElapsedTime(_begin),
            Stdout = kept?.Stdout ?? default,
            Stderr = kept?.Stderr ?? default,
            StdoutBytes = kept?.StdoutBytes ?? 0,
            StderrBytes = kept?.StderrBytes ?? 0,
            StdoutLost = kept?.StdoutLost ?? true,
            StderrLost = kept?.StderrLost ?? true,
        };
    }

    /// <summary>The shell that leaves the receipt ends as the command did. Where it was ended itself, nothing is known of the command.</summary>
    private async Task<CommandResult> OfWhom(RemoteCommand command, CommandResult result, CancellationToken cancel)
    {
        try
        {
            return await book.One(host, command.Claim!, command.Receipt!.Command, seals: false, cancel) switch
            {
                ReceiptAnswer.Done { Signal: { } signal } => result with { Signal = signal },
                ReceiptAnswer.Done { ExitCode: { } code } => result with { ExitCode = code, Signal = null },
                ReceiptAnswer.Lost lost => result with { End = CommandEnd.Unknown, Notes = [.. result.Notes, $"The shell that watched it was ended by signal {result.Signal}.", await Fate(lost.Process)] },
                _ => result,
            };
        }
        catch (Exception e) when (e is HostUnreachableException or OperationCanceledException)
        {
            return result;
        }
    }

    private async Task<string> Fate(ProcessIdentity process)
    {
        using var limit = new CancellationTokenSource(EndingTime, clock);
        try
        {
            return await (await pool.Get(host, limit.Token)).Fate(process);
        }
        catch (Exception e) when (e is HostUnreachableException or OperationCanceledException)
        {
            return "It is over there; how it ended is not known.";
        }
    }

    private CommandResult Unknown(string why, ProcessIdentity? process = null) => new()
    {
        End = CommandEnd.Unknown,
        Process = process,
        Duration = clock.GetElapsedTime(_begin),
        Notes = [$"Whether it goes on there, and how it ended, is not known: {why}."],
    };

    private static CommandResult NotStarted() => new() { End = CommandEnd.Cancelled, NotStarted = true, Notes = ["It was not started."] };

    private CommandResult Noted(CommandResult result, params string[] notes) => result with { Notes = [.. _notes.Concat(result.Notes).Concat(notes).Distinct()] };
}
