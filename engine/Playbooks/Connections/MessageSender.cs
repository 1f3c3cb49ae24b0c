using Renci.SshNet;
using Renci.SshNet.Messages;
using Renci.SshNet.Security;

namespace Playbooks.Connections;

/// <summary>
/// Sends messages of our own on an SSH session. The library's only direct channel starts from a listener on loopback, which everybody
/// on this machine could use, and it keeps to itself why the server refused. What it lets others send with is a key exchange: this one
/// agrees with itself and exchanges no keys.
/// </summary>
internal sealed class MessageSender : KeyExchange
{
    public MessageSender(Session session) => Start(session, session.ClientInitMessage, sendClientInitMessage: false);

    public override string Name => "none";

    /// <summary>Blocks until the message is handed to the system.</summary>
    public void Send(Message message) => SendMessage(message);

    protected override bool ValidateExchangeHash() => throw new NotSupportedException();

    protected override byte[] CalculateHash() => throw new NotSupportedException();

    protected override byte[] Hash(byte[] hashData) => throw new NotSupportedException();
}
