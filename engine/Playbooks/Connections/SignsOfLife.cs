using Renci.SshNet;

namespace Playbooks.Connections;

/// <summary>When the other side was last heard of, in whatever message of a channel: its data, and that it took some of ours.</summary>
internal sealed class SignsOfLife
{
    private readonly TimeProvider _clock;
    private long _last;

    public SignsOfLife(Session session, TimeProvider clock)
    {
        _clock = clock;
        Heard();
        session.ChannelDataReceived += (_, _) => Heard();
        session.ChannelExtendedDataReceived += (_, _) => Heard();
        session.ChannelWindowAdjustReceived += (_, _) => Heard();
    }

    /// <summary>Since it was heard of.</summary>
    public TimeSpan Silence => _clock.GetElapsedTime(Volatile.Read(ref _last));

    private void Heard() => Volatile.Write(ref _last, _clock.GetTimestamp());
}
