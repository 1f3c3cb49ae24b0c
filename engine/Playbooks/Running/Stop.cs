namespace Playbooks.Running;

/// <summary>Why a run stops before its end.</summary>
public enum StopReason
{
    /// <summary>Asked to end: no new step, what runs is ended, and things are put back.</summary>
    Interrupt,

    /// <summary>Asked once more: nothing more is done, not even putting things back.</summary>
    Halt,
}

/// <summary>The one owner of the reason to stop, and of the two tokens that follow from it. A failure needs neither: it is a result.</summary>
public sealed class Stop : IDisposable
{
    private readonly CancellationTokenSource work = new();
    private readonly CancellationTokenSource puttingBack = new();
    private readonly Lock gate = new();

    public StopReason? Reason { get; private set; }

    /// <summary>Ends steps.</summary>
    public CancellationToken Work => work.Token;

    /// <summary>Ends undo and `always`: only a second request does that.</summary>
    public CancellationToken PuttingBack => puttingBack.Token;

    /// <summary>Told with each new reason, once.</summary>
    public event Action<StopReason>? Requested;

    /// <summary>Ctrl-C or SIGTERM: the first interrupts, the second halts.</summary>
    public void Request()
    {
        StopReason reason;
        lock (gate)
        {
            if (Reason == StopReason.Halt) return;
            reason = Reason is null ? StopReason.Interrupt : StopReason.Halt;
            Reason = reason;
        }
        Requested?.Invoke(reason);
        work.Cancel();
        if (reason == StopReason.Halt) puttingBack.Cancel();
    }

    public void Dispose()
    {
        work.Dispose();
        puttingBack.Dispose();
    }
}
