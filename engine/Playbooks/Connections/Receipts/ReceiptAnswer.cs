namespace Playbooks.Connections.Receipts;

/// <summary>What a machine answers about a command that may have been started there.</summary>
public abstract record ReceiptAnswer
{
    /// <summary>It was not started.</summary>
    public sealed record Never : ReceiptAnswer
    {
        /// <summary>It never will be, though what was sent may still be on its way: the receipt was taken so that nobody else can.</summary>
        public bool IsSealed { get; init; }
    }

    public sealed record Running(ProcessIdentity Process) : ReceiptAnswer;

    /// <param name="ExitCode">Null where a signal ended it.</param>
    /// <param name="Signal">Without SIG.</param>
    public sealed record Done(int? ExitCode, string? Signal) : ReceiptAnswer;

    /// <summary>It was started, its process is gone, and nobody wrote down how it ended.</summary>
    public sealed record Lost(ProcessIdentity Process) : ReceiptAnswer;

    /// <summary>None of these is sure.</summary>
    /// <param name="Why">The end of a sentence.</param>
    public sealed record Unclear(string Why) : ReceiptAnswer;
}
