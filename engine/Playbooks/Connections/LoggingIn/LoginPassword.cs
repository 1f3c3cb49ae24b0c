using Renci.SshNet;

namespace Playbooks.Connections.LoggingIn;

/// <summary>
/// The password of a user on a server. Until it is known whether it is right one login at a time finds out, and a wrong one is not
/// sent again in a run, in whatever way: each failure counts towards a lock.
/// </summary>
internal sealed class LoginPassword(string value)
{
    private readonly Lock _gate = new();
    private volatile bool _isRight, _isSpent;

    public string Value => value;

    /// <summary>It was sent and not taken, or nobody knows what became of it: it is not sent any more.</summary>
    public bool IsSpent => _isSpent;

    /// <summary>Lets a login use it. Null: it may not.</summary>
    /// <param name="login">Blocks until the server has answered.</param>
    /// <param name="wasSent">Whether it got as far as sending the password.</param>
    public AuthenticationResult? Use(Func<AuthenticationResult> login, Func<bool> wasSent)
    {
        if (_isRight && !_isSpent) return Settled();
        lock (_gate) return _isSpent ? null : Settled();

        AuthenticationResult Settled()
        {
            AuthenticationResult? result = null;
            try
            {
                result = login();
                return result.Value;
            }
            finally
            {
                if (wasSent())
                {
                    // A link that broke says nothing against a password that was right before.
                    if (result is AuthenticationResult.Success or AuthenticationResult.PartialSuccess) _isRight = true;
                    else _isSpent = result is not null || !_isRight;
                }
            }
        }
    }
}
