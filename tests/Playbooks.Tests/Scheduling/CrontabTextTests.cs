using System.Diagnostics;
using System.Text;
using CsCheck;
using Playbooks.Scheduling;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Scheduling;

/// <summary>What cron and its shell read in the lines that are written for them, and that nobody else's line is changed.</summary>
public sealed class CrontabTextTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("crontab");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public Task The_lines_of_a_crontab() => Verifier.Verify(CrontabText.Lines(Nightly.Run(words: ["-e", "x=100% sure"])));

    [Fact]
    public void Whatever_else_stands_in_a_crontab_stays_as_it_is() =>
        Gen.Select(Gen.Char['\0', 'ÿ'].Array[0, 40].Select(chars => new string(chars)).Array[0, 8], Gen.Int[0, 8], Gen.Bool).Sample((lines, at, ends) =>
        {
            var before = string.Join('\n', lines) + (ends ? "\n" : "");
            var added = CrontabText.With(before, Nightly.Run("밤"));
            var both = CrontabText.With(added, Nightly.Run("other"));
            var whole = before.Length == 0 || before[^1] == '\n' ? before : before + "\n";
            return added.StartsWith(before, StringComparison.Ordinal)
                && CrontabText.Without(added, "밤") == whole
                && CrontabText.Without(CrontabText.Without(both, "밤"), "other") == whole
                && CrontabText.Without(both, "nightly") == both
                && CrontabText.Read(both).Select(schedule => schedule.Name).SequenceEqual(["밤", "other"]);
        });

    [Fact]
    public void Of_a_line_that_somebody_has_changed_only_the_comment_is_taken_away()
    {
        var added = CrontabText.With("", Nightly.Run());
        var comment = added.Split('\n')[0];
        Assert.Equal("#0 3 * * * mine\n", CrontabText.Without($"{comment}\n#0 3 * * * mine\n", "nightly"));
        Assert.Equal("", CrontabText.Without(comment, "nightly"));
        Assert.Equal("MAILTO=ops\n", CrontabText.Without($"MAILTO=ops\n{added}", "nightly"));
    }

    [Theory]
    [InlineData("sh", true), InlineData("sh", false)]
    [InlineData("bash", true), InlineData("busybox", false)]
    public async Task The_words_come_out_as_they_went_in(string shell, bool isVixie)
    {
        var place = folder.CreateSubdirectory("야간 100% \\% it's $HOME \\\\x").FullName;
        var program = Path.Combine(place, "play");
        await Nightly.Program(program, "[ \"$1\" != schedule ] || exec echo \"asked $*\"\npwd\nprintf '%s\\n' \"$@\"");
        var run = Nightly.Run(folder: place, program: program, words: Nightly.Odd);
        var line = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(CrontabText.Lines(run).Split('\n')[1]))["7,22,37,52 * * * * ".Length..];
        using var process = Process.Start(new ProcessStartInfo(shell, [.. shell == "busybox" ? new[] { "sh" } : [], "-c", isVixie ? Vixie(line) : line]) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["asked schedule due --at 03:07 --time-zone Asia/Seoul", place, .. run.Words.Skip(1)], said.Split('\n')[..^1]);
    }

    /// <summary>The command as cron hands it to the shell (do_command.c of cron 3.0pl1; cronie has the same loop): what follows a bare `%` would be its input.</summary>
    private static string Vixie(string line)
    {
        var command = new StringBuilder();
        var escaped = false;
        foreach (var c in line)
        {
            if (escaped && (c is '%' or '\\')) command.Length--;
            if (!escaped && c == '%') return command.ToString();
            command.Append(c);
            escaped = !escaped && c == '\\';
        }
        return command.ToString();
    }
}
