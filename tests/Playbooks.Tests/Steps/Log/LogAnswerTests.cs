using System.Text;
using Playbooks.Steps.Log;
using Xunit;

namespace Playbooks.Tests.Steps.Log;

/// <summary>What the script prints, taken apart: a record says how many bytes follow, so nothing in a file can pass for a record.</summary>
public sealed class LogAnswerTests
{
    private const string User = "user 1000 wasadm\0";

    [Fact]
    public void Files_and_their_bytes_are_told_apart()
    {
        var answer = Read(User + "file 1 2 30 10 9 /a b\nc\0end\0done\0end\0moved 1 3 5 5 0 /d\0end\0done\0");
        Assert.Equal(["/a b\nc 1:2 30 10 False end\0done\0", "/d 1:3 5 5 True "], answer.Files.Select(f => $"{f.Path} {f.Device}:{f.Inode} {f.Size} {f.From} {f.Moved} {Encoding.UTF8.GetString(f.Bytes.Span)}"));
        Assert.Equal(("wasadm", false, false, null), (answer.User, answer.IsRoot, answer.Torn, answer.Denied));
    }

    [Theory]
    [InlineData("")]
    [InlineData(User)]
    [InlineData(User + "file 1 2 30 10 9 /a\0short")]
    [InlineData(User + "file 1 2 30 10 9 /a\0end\0done\0")]
    [InlineData(User + "file 1 2 30 10 5 /a\012345end\0")]
    [InlineData("something else\0done\0")]
    public void An_answer_that_is_not_whole_is_torn(string text) => Assert.True(Read(text).Torn);

    [Theory]
    [InlineData("denied /var/log\0", "/var/log")]
    [InlineData("unreadable /var/log/a b\0done\0", "/var/log/a b")]
    public void What_may_not_be_read_is_named(string text, string denied) => Assert.Equal(denied, Read(User + text).Denied);

    private static LogAnswer Read(string text) => LogAnswer.Read(Encoding.UTF8.GetBytes(text));
}
