using Renci.SshNet;

namespace Playbooks.Connections.LoggingIn;

/// <summary>Logs in with a password that is sent as it is (RFC 4252, section 8).</summary>
internal sealed class PasswordLogin : PasswordAuthenticationMethod
{
    private readonly Login _login;
    private readonly LoginPassword _password;

    public PasswordLogin(Login login, LoginPassword password) : base(login.Target.User, password.Value)
    {
        (_login, _password) = (login, password);
        // What is thrown in here comes out of Authenticate: no new password is sent.
        PasswordExpired += (_, _) => throw new RefusedException($"{login.Target.Label} wants {login.Target.User} to change the password before anything else.",
            $"Log in there yourself and change it: ssh {login.Target.User}@{login.Target.Address}");
    }

    public override AuthenticationResult Authenticate(Session session)
    {
        _login.Session = session;
        if (_password.Use(_login.Server, () => base.Authenticate(session), () => true) is not { } result) return AuthenticationResult.Failure;
        _login.Answered(AllowedAuthentications, result, "the password");
        return result;
    }
}
