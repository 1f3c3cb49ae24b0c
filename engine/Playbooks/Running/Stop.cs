namespace Playbooks.Running;

/// <summary>Why a run stops before its end.</summary>
public enum StopReason
{
    /// <summary>By a guard of the playbook: as <see cref="Interrupt"/>, and nobody asked.</summary>
    Guard,

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
    public event Action<StopReason, string?, Address?>? Requested;

    /// <summary>Ctrl-C or SIGTERM: the first interrupts, the second halts.</summary>
    public void Request()
    {
        StopReason reason;
        lock (gate)
        {
            if (Reason == StopReason.Halt) return;
            reason = Reason == StopReason.Interrupt ? StopReason.Halt : StopReason.Interrupt;
            Reason = reason;
        }
        Requested?.Invoke(reason, null, null);
        work.Cancel();
        if (reason == StopReason.Halt) puttingBack.Cancel();
    }

    /// <summary>A guard of the playbook ends the run.</summary>
    /// <param name="why">What is said of it.</param>
    /// <param name="probe">The probe whose budget it is; null: none.</param>
    public void Guard(string why, Address? probe = null)
    {
        lock (gate)
        {
            if (Reason is not null) return;
            Reason = StopReason.Guard;
        }
        Requested?.Invoke(StopReason.Guard, why, probe);
        work.Cancel();
    }

    public void Dispose()
    {
        work.Dispose();
        puttingBack.Dispose();
    }
}
