using System.Text;
using Playbooks.Steps.Log;
using Xunit;

namespace Playbooks.Tests.Steps.Log;

/// <summary>What the script prints, taken apart: a record says how many bytes follow, so nothing in a file can pass for a record.</summary>
public sealed class LogAnswerTests
{
    private const string User = "user 1000 wasadm\0";
    private const string Two = User + "file /a b\nc\0unreadable /d\0stat\0";
    private const string Stats = "1 2 30 99 2022-12-02 10:11:51.2 +0000\n1 3 5 ? 2022-12-02\n\0";

    private static readonly LogRange[] Ranges = [new("/a", new LogFileId(1, 2, 0), 3, 9), new("/b", new LogFileId(1, 3, 0), 0, 5), new("/c", new LogFileId(1, 4, 0), 0, 0)];

    [Fact]
    public void Files_are_listed_with_what_stat_says_of_them()
    {
        var listing = List(Two + Stats + "file /a.1\0stat\0" + "1 4 0 0 -\n\0done\0");
        Assert.Equal(
            ["/a b\nc 1:2 99 30 2022-12-02 10:11:51.2 +0000 True False", "/d 1:3 0 5 2022-12-02 False False", "/a.1 1:4 0 0 - True True"],
            listing.Files.Select(f => $"{f.Path} {f.Id} {f.Id.Born} {f.Size} {f.Changed} {f.IsReadable} {f.IsMore}"));
        Assert.Equal(("wasadm", false, false, null), (listing.User, listing.IsRoot, listing.Torn, listing.Denied));
    }

    [Theory]
    [InlineData("")]
    [InlineData(User)]
    [InlineData(Two + "1 2 30 99 x\n\0done\0")]
    [InlineData(Two + Stats)]
    [InlineData(Two + "1 2 30 99 x\n1 2 x 0 y\n\0done\0")]
    [InlineData("something else\0done\0")]
    public void A_list_that_is_not_whole_is_torn(string text) => Assert.True(List(text).Torn);

    [Fact]
    public void A_directory_that_may_not_be_looked_into_is_named() => Assert.Equal("/var/log/a b", List(User + "denied /var/log/a b\0").Denied);

    [Fact]
    public void Bytes_are_told_apart_by_their_number()
    {
        var read = Read("bytes\0end\0done\0end\0gone\0bytes\0end\0done\0");
        Assert.Equal(["end\0done\0", null, ""], read!.Select(r => r is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bytes\0short")]
    [InlineData("bytes\0end\0done\0")]
    [InlineData("bytes\0123456789end\0gone\0gone\0")]
    [InlineData("bytes\01234567890end\0gone\0gone\0done\0")]
    public void Bytes_that_are_not_whole_are_torn(string text) => Assert.Null(Read(text));

    private static LogListing List(string text) => LogListing.Read(Encoding.UTF8.GetBytes(text));

    private static IReadOnlyList<ReadOnlyMemory<byte>?>? Read(string text) => LogRange.Read(Ranges, Encoding.UTF8.GetBytes(text));
}
