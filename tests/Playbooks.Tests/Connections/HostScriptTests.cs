using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Connections;

public sealed class HostScriptTests
{
    [Theory]
    [InlineData("systemctl", "systemctl restart -- a.b@c:1,2=3")]
    [InlineData("two words", "\"two words\" restart -- a.b@c:1,2=3")]
    public void Harmless_words_are_sent_as_they_are_read(string program, string expected)
    {
        var script = new HostScript(new RemoteCommand { Words = [program, "restart", "--", "a.b@c:1,2=3"] });
        Assert.Equal($"exec /bin/sh -c 'echo {script.Mark} $$;echo {script.Mark} >&2;exec </dev/null;exec {expected}'", script.Line);
    }

    [Fact]
    public void What_a_shell_could_read_is_octal()
    {
        var script = new HostScript(new RemoteCommand { Words = ["it's"], Stdin = "x"u8.ToArray() });
        Assert.EndsWith("""eval "$(printf %b "exec \0047it\0047\0134\0047\0047s\0047")"'""",
            script.Line.Replace(script.Mark, "play-00000000000000000000", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>Each means something to some login shell even between single quotes (`!` and a line end to csh, a backslash to fish), or is not ASCII.</summary>
    [Theory]
    [InlineData("'"), InlineData("!"), InlineData("\\"), InlineData("\n"), InlineData("\r"), InlineData("\t"), InlineData("\u007f"), InlineData("é"), InlineData("한")]
    public void No_login_shell_sees_a_character_that_any_of_them_could_read(string character)
    {
        var script = new HostScript(new RemoteCommand { Words = ["echo", $"a{character}b"] });
        Assert.DoesNotContain($"a{character}b", script.Line, StringComparison.Ordinal);
        Assert.Matches("^exec /bin/sh -c '([^'!\\\\]|\\\\0[0-7]{3})*'$", script.Line);
        Assert.All(script.Line, c => Assert.InRange(c, ' ', '~'));
    }

    [Fact]
    public void A_program_under_sudo_is_named_to_sudo_itself() =>
        Assert.Contains("exec sudo -n -u tomcat -- /bin/systemctl stop x'",
            new HostScript(new RemoteCommand { Words = ["/bin/systemctl", "stop", "x"], Sudo = "tomcat" }).Line, StringComparison.Ordinal);

    [Fact]
    public void What_is_too_long_for_a_line_comes_first_in_the_input()
    {
        var script = new HostScript(new RemoteCommand { Script = new string('!', 70_000), Stdin = "rest"u8.ToArray() });
        Assert.InRange(script.Line.Length, 1, 700);
        // The mark, the script, the mark behind it, the input.
        Assert.Equal(2 * script.Mark.Length + 1 + 70_004, script.Stdin.Length);
        Assert.EndsWith("rest", System.Text.Encoding.UTF8.GetString(script.Stdin.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_has_a_mark_of_its_own() =>
        Assert.NotEqual(new HostScript(new RemoteCommand { Words = ["a"] }).Mark, new HostScript(new RemoteCommand { Words = ["a"] }).Mark);
}
