using System.Text;
using Playbooks.Connections;
using Playbooks.Connections.Receipts;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>What a kind has at hand while it runs once, on one host, at one place.</summary>
public sealed record StepContext
{
    /// <summary>The names its templates see.</summary>
    public required Scope Scope { get; init; }

    /// <summary>The machine its work runs on.</summary>
    public required Host Machine { get; init; }

    /// <summary>The host that the step is about; null: none.</summary>
    public Host? Host { get; init; }

    public required ConnectionPool Connections { get; init; }

    /// <summary>The cookie jars of this play, one for each client's name.</summary>
    public required CookieJars Jars { get; init; }

    /// <summary>The way to ask the user something.</summary>
    public Questions Questions { get; init; } = Questions.Unasked;

    /// <summary>Where the step stands in its file.</summary>
    public Position At { get; init; } = Position.In("a step");

    /// <summary>Which step of the plan this is.</summary>
    public string Step { get; init; } = "";

    /// <summary>For this attempt.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>What is left of the step's `within` for making a connection; null: the connection's own timeout alone counts, as waiting for one's turn to connect is no fault of the host.</summary>
    public TimeSpan? ConnectTime { get; init; }

    public required TimeProvider Time { get; init; }

    public string? Sudo { get; init; }

    /// <summary>Added to the environment of every command; null: nothing.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Bytes kept of each output stream; null: as the command says.</summary>
    public int? MaxOutput { get; init; }

    /// <summary>For a kind that can: nothing is changed, and a difference is a failure.</summary>
    public bool Compares { get; init; }

    /// <summary>Which attempt this is.</summary>
    public required Claim Claim { get; init; }

    /// <summary>Whether its commands leave receipts on the machine.</summary>
    public Receipts Receipts { get; init; }

    /// <summary>The step's: what may run once only is waited for where its link is lost, and not begun anew.</summary>
    public Effect Effect { get; init; } = Effect.Once;

    /// <summary>Of this attempt on this machine.</summary>
    private CommandCount Commands { get; } = new();

    /// <summary>For a `log` step: what was noted of its files when its window opened; empty: the window begins at the files' start.</summary>
    public IReadOnlyList<LogMark> Marks { get; init; } = [];

    /// <summary>For a `log` step since the last run: the run that had read to these marks; null: none had, and the window begins at the files' start.</summary>
    public string? LastRun { get; init; }

    /// <summary>What this kind kept on this machine from the attempts of this item before.</summary>
    public AttemptMemory Memory { get; init; } = new();

    /// <summary>A command may have reached the machine: from here on there may be something to put back.</summary>
    public bool Began { get; private set; }

    /// <summary>Those who watch; null: nobody.</summary>
    public Watching? Watching { get; init; }

    /// <summary>For a further command of one attempt: its time is for all of them together.</summary>
    /// <param name="began">A timestamp of <see cref="Time"/>.</param>
    public StepContext Since(long began)
    {
        var left = Timeout - Time.GetElapsedTime(began);
        return this with { Timeout = left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1) };
    }

    /// <summary>Runs a command on the machine, with this step's limits and under its user.</summary>
    /// <exception cref="ExpressionException">A secret stands in its words or its script, which everybody there may read: nothing was sent.</exception>
    public async Task<CommandResult> Run(RemoteCommand command, CancellationToken cancel)
    {
        if (Watching?.Masker is { } masker && ((command.Words ?? []).Append(command.Directory ?? "").Any(masker.IsInWord) || masker.IsInScript(command.Script ?? "")))
            throw new ExpressionException(At, "a secret would stand in the command, where everybody on its host may read it: nothing was sent", "pass it with `env`, or with `stdin`");
        await Connect(cancel);
        Began = true;
        var receipt = Receipts == Receipts.None || Claim.Number == 0 || command.OnlyLooks ? null : new Receipt(Commands.Next())
        {
            IsAsked = Receipts == Receipts.Asked,
            IsFollowed = Effect == Effect.Once && command.ShownAs is not null,
        };
        command = command with { Environment = Environment ?? command.Environment };
        // What it was given it may print: no secret is left there in a file.
        if (receipt is { IsFollowed: true } && Watching?.Masker is { } hides) receipt = receipt with { KeepsOutput = !IsGivenSecret(command, hides) };
        command = command with { Receipt = receipt, Timeout = Timeout, Sudo = Sudo, Claim = Claim, MaxOutput = MaxOutput ?? command.MaxOutput, Watched = Watching?.Of(command, Time) };
        return await Connections.Run(Machine, command, cancel);
    }

    private static bool IsGivenSecret(RemoteCommand command, Masker masker) => !masker.IsEmpty
        && (command.Words ?? []).Concat(command.Environment.Values).Append(command.Script ?? "").Append(Encoding.UTF8.GetString(command.Stdin.Span)).Any(text => !ReferenceEquals(masker.Mask(text), text));

    /// <summary>The machine's connection, within what is left for making one; those who watch are told of the waiting.</summary>
    public async Task<IConnection> Connect(CancellationToken cancel)
    {
        var connecting = Connections.Get(Machine, cancel);
        var told = !connecting.IsCompleted;
        if (told) Watching?.Connecting(true);
        try
        {
            return await (ConnectTime is { } time ? connecting.WaitAsync(time > TimeSpan.Zero ? time : TimeSpan.Zero, Time, cancel) : connecting);
        }
        catch (TimeoutException) when (!connecting.IsCompleted)
        {
            throw new HostUnreachableException($"{Machine.Name}: there was no connection to it before the `within` was over.");
        }
        finally
        {
            if (told) Watching?.Connecting(false);
        }
    }

    /// <summary>Shared by all that is made of one context.</summary>
    private sealed class CommandCount
    {
        private int last;

        public int Next() => Interlocked.Increment(ref last);
    }
}
