using Playbooks.Connections;
using Playbooks.Connections.Verifying;
using Xunit;

namespace Playbooks.Tests.Connections;

public sealed class KnownHostLineTests
{
    private const string Key = "AAAAC3NzaC1lZDI1NTE5AAAAIIQ6h9nJZJf8zFJ0yXlE9H2dLw1k0bJx9rQF1VwqTn0x";

    [Theory]
    [InlineData("web1", "web1", true), InlineData("WEB1", "web1", true), InlineData("web1", "web11", false), InlineData("web11", "web1", false)]
    [InlineData("a,web1,b", "web1", true), InlineData("a,b", "web1", false)]
    [InlineData("web?", "web1", true), InlineData("web?", "web", false), InlineData("web*", "web", true), InlineData("*.example.org", "a.b.example.org", true)]
    [InlineData("*.example.org", "example.org", false), InlineData("*w*1", "ww11", true), InlineData("*", "[h]:2222", true)]
    [InlineData("*,!web1", "web1", false), InlineData("!web1,*", "web1", false), InlineData("*,!web1", "web2", true), InlineData("!web2", "web1", false)]
    [InlineData("[web1]:2222", "[web1]:2222", true), InlineData("[web1]:2222", "web1", false), InlineData("web1", "[web1]:2222", false), InlineData("[web1]:*", "[web1]:2222", true)]
    public void A_line_names_the_hosts_that_its_patterns_do(string patterns, string host, bool expected) =>
        Assert.Equal(expected, KnownHostLine.Parse("f", 1, $"{patterns} ssh-ed25519 {Key} comment")!.Names(host));

    [Fact]
    public void A_hashed_line_names_its_host_only()
    {
        // Made by ssh-keygen -H of "web1".
        var line = KnownHostLine.Parse("f", 1, $"|1|CGoxe9Atutp3p9LSVRtA6L0qcZo=|ooX806+f0SWrGQPbqGHQJ7NeVL8= ssh-ed25519 {Key}")!;
        Assert.True(line.Names("web1"));
        Assert.False(line.Names("web2"));
    }

    [Theory]
    [InlineData(""), InlineData("   "), InlineData("# web1 ssh-ed25519 " + Key), InlineData("web1 ssh-ed25519"), InlineData("web1 ssh-ed25519 not*base64")]
    public void What_is_no_key_vouches_for_nobody(string text) => Assert.Null(KnownHostLine.Parse("f", 1, text));

    [Theory]
    [InlineData("|1|"), InlineData("|1|x"), InlineData("|1|!!|!!"), InlineData("|2|a|b")]
    public void A_broken_hash_names_nobody(string hosts) => Assert.False(KnownHostLine.Parse("f", 1, $"{hosts} ssh-ed25519 {Key}")!.Names("web1"));

    [Fact]
    public void A_line_that_calls_a_key_something_else_vouches_for_nobody_but_revokes_it()
    {
        Assert.Null(KnownHostLine.Parse("f", 1, $"web1 ssh-rsa {Key}"));
        Assert.Null(KnownHostLine.Parse("f", 1, $"@cert-authority web1 ssh-rsa {Key}"));
        Assert.Equal("ssh-ed25519", KnownHostLine.Parse("f", 1, $"@revoked web1 ssh-rsa {Key}")!.Type);
    }

    [Fact]
    public void A_key_too_short_to_have_a_type_has_none()
    {
        Assert.Equal("", KeyBlob.TypeOf([0, 0]));
        Assert.Equal("", KeyBlob.TypeOf([0, 0, 0, 9, 1]));
        Assert.Equal("", KeyBlob.TypeOf([255, 255, 255, 255, 1]));
    }
}
