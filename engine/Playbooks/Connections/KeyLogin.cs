using Renci.SshNet;

namespace Playbooks.Connections;

/// <summary>Logs in with keys, and keeps the session that the library otherwise shows to nobody.</summary>
internal sealed class KeyLogin(string user, params IPrivateKeySource[] keys) : PrivateKeyAuthenticationMethod(user, keys)
{
    /// <summary>Null until the login.</summary>
    public Session? Session { get; private set; }

    public override AuthenticationResult Authenticate(Session session)
    {
        Session = session;
        return base.Authenticate(session);
    }
}
