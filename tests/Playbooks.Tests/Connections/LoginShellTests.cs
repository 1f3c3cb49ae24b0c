using System.Diagnostics;
using CsCheck;
using Playbooks.Connections;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Connections;

/// <summary>The line that sshd hands to the login shell means the same to every one of them that is here; sh and bash always are.</summary>
public sealed class LoginShellTests
{
    /// <summary>Shells that a host could have as its /bin/sh.</summary>
    public static TheoryData<string> PosixShells => new(Shells.Select(s => s.Data).Where(s => !s.EndsWith("fish", StringComparison.Ordinal) && !s.EndsWith("csh", StringComparison.Ordinal)));

    public static TheoryData<string> Shells => new(
        new[] { "/bin/sh", "/bin/bash" }.Concat(
            new[] { "dash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "busybox" }.Select(n => new[] { "/bin/" + n, "/usr/bin/" + n }.FirstOrDefault(File.Exists)).OfType<string>()));

    [Theory, MemberData(nameof(Shells))]
    public void Words_and_variables_reach_the_program_unread(string shell) =>
        Gen.Select(CommandTests.Text.List[1, 5], CommandTests.Text).Sample((words, value) =>
        {
            var script = new HostScript(new RemoteCommand
            {
                Words = ["sh", "-c", "printf '%s\\0' \"$V\" \"$@\"", "sh", .. words],
                Environment = new Dictionary<string, string> { ["V"] = value },
            });
            Assert.Matches("^[ -~]*$", script.Line);
            var (stdout, stderr) = Through(shell, script.Line, script.Stdin);
            var capture = new OutputCapture(1_000_000, script.Mark);
            capture.Add(stdout);
            Assert.Equal(script.Mark + "\n", System.Text.Encoding.UTF8.GetString(stderr));
            Assert.Equal([value, .. words], System.Text.Encoding.UTF8.GetString(capture.Kept.Span).Split('\0')[..^1]);
        }, iter: 25, threads: 1);

    [Theory, MemberData(nameof(PosixShells))]
    public void Every_shell_that_is_bin_sh_reads_it_so(string shell) => CommandTests.Text.List[1, 5].Sample(words => ReadSo(shell, words), iter: 25, threads: 1);

    /// <summary>A single character, and a word after it: what a shell expands by how a word begins.</summary>
    [Theory, MemberData(nameof(PosixShells))]
    public void However_a_word_begins_no_shell_expands_it(string shell) => ReadSo(shell, [.. Enumerable.Range(' ', '~' - ' ' + 1).SelectMany(c => new[] { $"{(char)c}", $"{(char)c}%", $"{(char)c}ls", $"a={(char)c}ls" })]);

    private static void ReadSo(string shell, IReadOnlyList<string> words)
    {
        var script = new HostScript(new RemoteCommand { Words = ["printf", "%s\\0", .. words] });
        var capture = new OutputCapture(1_000_000, script.Mark);
        capture.Add(Through(shell, script.Text).Stdout);
        Assert.Equal(words, System.Text.Encoding.UTF8.GetString(capture.Kept.Span).Split('\0')[..^1]);
    }

    [Theory, MemberData(nameof(Shells))]
    public void A_script_keeps_its_lines_and_quotes(string shell)
    {
        var script = new HostScript(new RemoteCommand { Script = "x='it'\\''s !'\nif true; then\n  cat <<END\n$x \\\\ `echo y` 한\nEND\nfi" });
        var capture = new OutputCapture(1_000, script.Mark);
        capture.Add(Through(shell, script.Line).Stdout);
        Assert.Equal("it's ! \\ y 한\n", System.Text.Encoding.UTF8.GetString(capture.Kept.Span));
    }

    private static (byte[] Stdout, byte[] Stderr) Through(string shell, string line, ReadOnlyMemory<byte> input = default)
    {
        string[] arguments = shell.EndsWith("busybox", StringComparison.Ordinal) ? ["sh", "-c", line] : ["-c", line];
        using var process = Process.Start(new ProcessStartInfo(shell, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.BaseStream.Write(input.Span);
        process.StandardInput.Close();
        using var stdout = new MemoryStream();
        using var stderr = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(stdout);
        process.StandardError.BaseStream.CopyTo(stderr);
        process.WaitForExit();
        return (stdout.ToArray(), stderr.ToArray());
    }
}
