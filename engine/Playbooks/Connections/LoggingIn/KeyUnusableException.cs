namespace Playbooks.Connections.LoggingIn;

/// <summary>A key that nothing can be signed with here; another one may do. The message is a sentence for the user.</summary>
internal sealed class KeyUnusableException(string message, string? mend = null) : Exception(message)
{
    public string? Mend { get; } = mend;
}

/// <summary>A server would take a key that is not open yet: its passphrase is to be asked for while no connection waits, because sshd gives a login two minutes.</summary>
internal sealed class PassphraseWantedException(KeyFile key) : Exception
{
    public KeyFile Key { get; } = key;
}
