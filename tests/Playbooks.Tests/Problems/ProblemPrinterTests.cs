using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Problems;

public sealed class ProblemPrinterTests
{
    private static string Print(string source, int column, int length, string message, string? mend, int? width) =>
        ProblemPrinter.Within(width, new Problem(new Position(new SourceText("p.yaml", source), 1, column, length), message, mend));

    [Fact]
    public void In_a_narrow_screen_sentences_are_broken_between_words_and_in_a_file_not_at_all()
    {
        const string Message = "there is no `prot` here, and nothing that is called like it";
        Assert.Equal($"p.yaml:1:1: {Message}\n  1 | port\n    | ^^^^\n  it may have port, and many other names as well\n", Print("port", 1, 4, Message, "it may have port, and many other names as well", null));
        Assert.Equal("""
            p.yaml:1:1: there is no `prot` here, and
              nothing that is called like it
              1 | port
                | ^^^^
              it may have port, and many other names
              as well

            """, Print("port", 1, 4, Message, "it may have port, and many other names as well", 40));
    }

    [Fact]
    public void What_is_there_to_be_copied_stays_whole_on_a_line_of_its_own()
    {
        Assert.Equal("""
            p.yaml:1:1: no
              1 | x
                | ^
              verify it first, with
            `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`
              on that host
            web1: { ssh: user@192.0.2.10, label: Web }

            """, Print("x", 1, 1, "no", "verify it first, with `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on that host\nweb1: { ssh: user@192.0.2.10, label: Web }", 40));
    }

    [Theory]
    [InlineData("a: 0123456789 0123456789 0123456789 0123456789 0123456789 HERE 0123456789 0123456789 0123456789", "HERE")]
    [InlineData("가: 나다라마바사 아자차카타파하 가나다라마바사 아자차카타파하 여기 가나다라마바사 아자차카타파하", "여기")]
    [InlineData("HERE 0123456789 0123456789 0123456789 0123456789", "HERE")]
    [InlineData("0123456789 0123456789 0123456789 0123456789 0123456789 HERE", "HERE")]
    public void The_source_line_is_a_window_around_the_caret_that_no_terminal_breaks(string source, string marked)
    {
        var printed = Print(source, source.IndexOf(marked, StringComparison.Ordinal) + 1, marked.Length, "no", null, 40).Split('\n');
        Assert.All(printed, line => Assert.InRange(DisplayText.Width(line), 0, 40));
        var before = printed[1][..printed[1].IndexOf(marked, StringComparison.Ordinal)];
        Assert.Equal(new string(' ', DisplayText.Width(before) - 6) + new string('^', DisplayText.Width(marked)), printed[2][6..]);
        Assert.InRange(DisplayText.Width(printed[1]), 36, 40);
    }
}
