using Playbooks.Connections.Verifying;
using Xunit;

namespace Playbooks.Tests.Connections;

public sealed class HostKeyPinTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIQ6h9nJZJf8zFJ0yXlE9H2dLw1k0bJx9rQF1VwqTn0x", Print = "SHA256:uNiVztksCsDhcc0u9e8BrrJXsVtuNY7zlRgjsz0IC9I";

    [Theory]
    [InlineData(Key, Key, "ssh-ed25519"), InlineData(Key + " root@web1", Key, "ssh-ed25519")]
    [InlineData(Print, Print, null), InlineData("256 " + Print + " root@web1 (ED25519)", Print + " (ED25519)", "ssh-ed25519"), InlineData("3072 " + Print + " no comment (RSA)", Print + " (RSA)", "ssh-rsa")]
    [InlineData("256 " + Print + " a (ECDSA)", Print + " (ECDSA)", null), InlineData(Print + " (RSA)", Print + " (RSA)", "ssh-rsa"), InlineData(Print + " a comment", Print, null)]
    public void A_key_may_be_written_as_the_tools_print_it(string text, string kept, string? type)
    {
        var pin = HostKeyPin.Parse(text)!;
        Assert.Equal((kept, type), (pin.Text, pin.Type));
        Assert.Equal((kept, type), (HostKeyPin.Parse(pin.Text)!.Text, HostKeyPin.Parse(pin.Text)!.Type));
    }

    [Theory]
    [InlineData(""), InlineData("no"), InlineData("ssh-rsa " + "AAAAC3NzaC1lZDI1NTE5AAAAIIQ6h9nJZJf8zFJ0yXlE9H2dLw1k0bJx9rQF1VwqTn0x"), InlineData("web1 " + Key), InlineData("ssh-ed25519 AAAA*"), InlineData("SHA256:short")]
    [InlineData(Print + "x"), InlineData("MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48")]
    public void What_is_none_is_none(string text) => Assert.Null(HostKeyPin.Parse(text));
}
