using System.Collections.Concurrent;
using Renci.SshNet;

namespace Playbooks.Connections.LoggingIn;

/// <summary>
/// The password of a user, on one server or on many that ask one directory. Until it was right somewhere, one login at a time finds out,
/// and once it was wrong it is not sent again in a run, to whomever and in whatever way: each failure counts towards a lock.
/// </summary>
internal sealed class LoginPassword(string value)
{
    /// <summary>A server that took it may refuse everybody for a while, as one does that goes down (pam_nologin): twice a login, four logins.</summary>
    private const int MostAfterRight = 8;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> _tookIt = new(StringComparer.OrdinalIgnoreCase);
    private volatile bool _isRight;
    private volatile string? _refusedBy;

    public string Value => value;

    /// <summary>The server that did not take it, when nobody had taken it before: it is sent to nobody any more.</summary>
    public string? RefusedBy => _refusedBy;

    /// <summary>It is not sent to that server any more.</summary>
    public bool IsSpentAt(string server) => _refusedBy is not null || _failures.GetValueOrDefault(server) >= (_tookIt.ContainsKey(server) ? MostAfterRight : 1);

    /// <summary>Lets a login use it. Null: it may not.</summary>
    /// <param name="server">Where it is sent.</param>
    /// <param name="login">Blocks until the server has answered.</param>
    /// <param name="wasSent">Whether it got as far as sending the password.</param>
    public AuthenticationResult? Use(string server, Func<AuthenticationResult> login, Func<bool> wasSent)
    {
        if (_isRight) return IsSpentAt(server) ? null : Settled();
        lock (_gate) return IsSpentAt(server) ? null : Settled();

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
                    if (result is AuthenticationResult.Success or AuthenticationResult.PartialSuccess) _isRight = _tookIt[server] = true;
                    // A link that broke says nothing against a password that was right before.
                    else if (!_isRight) _refusedBy = server;
                    else if (result is not null) _failures.AddOrUpdate(server, 1, (_, before) => before + 1);
                }
            }
        }
    }
}
