using Playbooks.Problems;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Playbooks.Connections.LoggingIn;

/// <summary>
/// Logs in where a server asks questions (RFC 4256), as those with PAM do: the password answers one question that is not to be seen
/// while it is answered, once. Whatever else is asked is for a person.
/// </summary>
internal sealed class KeyboardLogin : KeyboardInteractiveAuthenticationMethod
{
    /// <summary>Columns of a host's words that are told again.</summary>
    private const int Telling = 160;

    private readonly Login _login;
    private readonly LoginPassword _password;
    private volatile bool _isSent;

    public KeyboardLogin(Login login, LoginPassword password) : base(login.Target.User)
    {
        (_login, _password) = (login, password);
        AuthenticationPrompt += (_, question) => Answer(question);
    }

    public override AuthenticationResult Authenticate(Session session)
    {
        _login.Session = session;
        _isSent = false;
        try
        {
            if (_password.Use(_login.Server, () => base.Authenticate(session), () => _isSent) is not { } result) return AuthenticationResult.Failure;
            _login.Answered(AllowedAuthentications, result, "the password");
            return result;
        }
        catch (QuestionException e)
        {
            // It may still take the password as it is.
            _login.Question = e.Message;
            return AuthenticationResult.Failure;
        }
    }

    private void Answer(AuthenticationPromptEventArgs question)
    {
        // A server that only tells something wants an answer without answers.
        if (question.Prompts.Count == 0) return;
        if (_isSent || question.Prompts is not [{ IsEchoed: false } prompt])
            throw new QuestionException(DisplayText.Fit(DisplayText.Safe(string.Join(" / ", question.Prompts.Select(p => p.Request).Prepend(question.Instruction)
                .SelectMany(text => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))), Telling));
        _isSent = true;
        prompt.Response = _password.Value;
    }

    /// <summary>Something that no password answers.</summary>
    private sealed class QuestionException(string question) : Exception(question);
}
