using Playbooks.Connections.LoggingIn;
using Renci.SshNet;
using Xunit;

namespace Playbooks.Tests.Connections.LoggingIn;

public sealed class LoginPasswordTests
{
    private readonly LoginPassword password = new("secret");
    private int sent;

    [Fact]
    public void A_wrong_one_is_sent_to_one_server_and_to_no_other()
    {
        Assert.Equal(AuthenticationResult.Failure, Send("a:22", AuthenticationResult.Failure));
        Assert.Null(Send("a:22", AuthenticationResult.Success));
        Assert.Null(Send("b:22", AuthenticationResult.Success));
        Assert.Equal((1, "a:22"), (sent, password.RefusedBy));
    }

    [Fact]
    public void One_that_was_right_is_sent_again_to_a_server_that_refuses_for_a_while_but_not_for_ever()
    {
        Send("a:22", AuthenticationResult.Success);
        for (var i = 0; i < 20; i++) Send("a:22", AuthenticationResult.Failure);
        Assert.Equal(9, sent);
        Assert.True(password.IsSpentAt("a:22"));
        Assert.Equal(AuthenticationResult.Success, Send("b:22", AuthenticationResult.Success));
    }

    [Fact]
    public void Where_it_was_right_elsewhere_one_refusal_is_enough_for_a_server()
    {
        Send("a:22", AuthenticationResult.Success);
        Send("b:22", AuthenticationResult.Failure);
        Assert.Null(Send("b:22", AuthenticationResult.Success));
        Assert.Equal(AuthenticationResult.Success, Send("a:22", AuthenticationResult.Success));
    }

    private AuthenticationResult? Send(string server, AuthenticationResult answer) => password.Use(server, () =>
    {
        sent++;
        return answer;
    }, () => true);
}
