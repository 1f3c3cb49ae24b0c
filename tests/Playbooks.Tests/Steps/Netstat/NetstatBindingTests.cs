using Playbooks.Steps.Netstat;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Netstat;

/// <summary>What a playbook may say behind `netstat`.</summary>
public sealed class NetstatBindingTests
{
    private const string Wanted = "this must be a port such as 4000, an address and a port such as 192.0.2.11:4000, or a list of these, but is ";

    [Theory]
    [InlineData("{ }", "this `netstat` asserts nothing → give it `listening`, `not_listening` or `connected_to`")]
    [InlineData("{ process: java }", "this `netstat` asserts nothing → give it `listening`, `not_listening` or `connected_to`")]
    [InlineData("{ not_listening: 1, process: java }", "`process` says who must own a socket, and here there must be none → leave it out: nothing may listen there, whoever it is")]
    [InlineData("4000", "`netstat` wants a map of parameters, but this is a number → it may have listening, not_listening, connected_to, process, only, protocol")]
    [InlineData("{ listning: 4000 }", "`netstat` has no parameter `listning` → did you mean `listening`?")]
    [InlineData("{ listening: [] }", Wanted + "list []")]
    [InlineData("{ listening: }", Wanted + "null")]
    [InlineData("{ listening: 0 }", Wanted + "number 0")]
    [InlineData("{ listening: 65536 }", Wanted + "number 65536")]
    [InlineData("{ listening: 80.0 }", Wanted + "number 80.0")]
    [InlineData("{ listening: -80 }", Wanted + "number -80")]
    [InlineData("{ listening: http }", Wanted + "text \"http\"")]
    [InlineData("{ listening: ':80' }", Wanted + "text \":80\"")]
    [InlineData("{ listening: '1.2.3:80' }", Wanted + "text \"1.2.3:80\"")]
    [InlineData("{ listening: '1.2.3.256:80' }", Wanted + "text \"1.2.3.256:80\"")]
    [InlineData("{ listening: '-x:80' }", Wanted + "text \"-x:80\"")]
    [InlineData("{ listening: '$(id):80' }", Wanted + "text \"$(id):80\"")]
    [InlineData("{ listening: '2001:db8::1' }", Wanted + "text \"2001:db8::1\"")]
    [InlineData("{ listening: '[fe80::1%eth0]:80' }", Wanted + "text \"[fe80::1%eth0]:80\"")]
    [InlineData("{ listening: 'fe80::1%eth0:80' }", Wanted + "text \"fe80::1%eth0:80\"")]
    [InlineData("{ listening: [80, x] }", Wanted + "list [80, \"x\"]")]
    [InlineData("{ listening: 80, protocol: sctp }", "this must be tcp or udp, but is text \"sctp\"")]
    [InlineData("{ listening: 80, process: '' }", "this must be the name of a program, but is text \"\"")]
    public void A_mistake_is_found_before_the_run(string yaml, string problem) => Assert.Equal([problem], KindHarness.Problems("netstat", yaml));

    [Fact]
    public async Task A_value_that_is_no_endpoint_is_an_error_in_the_run()
    {
        await using var harness = new KindHarness { Scope = Scope.Empty.With("ports", new List<object?>()) };
        var wrong = await Assert.ThrowsAsync<ExpressionException>(() => harness.Run("netstat", "{ listening: '{{ ports }}' }"));
        Assert.Equal(Wanted + "list []", wrong.Message);
    }

    [Theory]
    [InlineData("[::1]", "::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:0.0.0.0", "*")]
    [InlineData("::", "*")]
    [InlineData("0.0.0.0", "*")]
    [InlineData("*%eth0", "*")]
    [InlineData("127.0.0.53%lo", "127.0.0.53")]
    [InlineData("fe80::1%eth0", "fe80::1")]
    [InlineData("[fe80::1]%eth0", "fe80::1")]
    [InlineData("1", null)]
    [InlineData("010.1.1.1", null)]
    [InlineData("0x1.1.1.1", null)]
    [InlineData("", null)]
    public void An_address_is_the_same_however_it_is_written(string text, string? address) => Assert.Equal(address, Address.Parse(text)?.ToString());
}
