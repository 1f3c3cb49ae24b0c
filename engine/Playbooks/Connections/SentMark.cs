using System.Text;

namespace Playbooks.Connections;

/// <summary>
/// Whether a command has been sent, decided once: either it is sent, or it is given up and never will be. Without it a command
/// given up on a silent link could still start when the link comes back.
/// </summary>
internal sealed class SentMark
{
    private const int Waiting = 0, IsSent = 1, GivenUp = 2;
    private int _state;

    public bool Sent => Volatile.Read(ref _state) == IsSent;

    /// <summary>Completes when the channel is open: the server has answered.</summary>
    public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True: it was not sent, and will not be.</summary>
    public bool GiveUp() => Interlocked.CompareExchange(ref _state, GivenUp, Waiting) != IsSent;

    public bool TrySend() => Interlocked.CompareExchange(ref _state, IsSent, Waiting) == Waiting;
}

/// <summary>
/// The one place where the SSH library asks us between opening a channel and sending the command on it: it wants the command's bytes.
/// </summary>
internal sealed class SendingEncoding : UTF8Encoding
{
    [ThreadStatic] private static SentMark? _mark;

    /// <summary>For the commands that this thread sends from now on.</summary>
    public static void Watch(SentMark? mark) => _mark = mark;

    public override byte[] GetBytes(string s)
    {
        if (_mark is { } mark)
        {
            mark.Answered.TrySetResult();
            if (!mark.TrySend()) throw new OperationCanceledException("The command was given up before it was sent.");
        }

        return base.GetBytes(s);
    }
}
