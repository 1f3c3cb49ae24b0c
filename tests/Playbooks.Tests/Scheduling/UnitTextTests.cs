using System.Diagnostics;
using System.Text.RegularExpressions;
using Playbooks.Scheduling;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Scheduling;

/// <summary>What systemd reads in the units that are written for it.</summary>
public sealed partial class UnitTextTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("units");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public Task The_units_of_the_machine_and_of_a_user()
    {
        var run = Nightly.Run(words: ["-e", "greeting=안녕 100%"]);
        return Verifier.Verify(string.Join("\n========\n", UnitText.Service(run, isUsers: false), UnitText.Service(run, isUsers: true), UnitText.Timer(run), UnitText.Timer(run with { OnlyLooks = false })));
    }

    [Fact]
    public void A_schedule_is_read_back_from_the_first_line_of_its_timer()
    {
        var run = Nightly.Run("밤-1.2", folder: "/srv/야간 100% \\ \"x\"");
        Assert.Equal(run.Schedule, Schedule.Read(UnitText.Timer(run).Split('\n')[0], "here"));
        Assert.Null(Schedule.Read("# a comment", "here"));
        Assert.StartsWith("a schedule in here cannot be read: ", Assert.Throws<ScheduleException>(() => Schedule.Read("# play schedule {\"name\":1}", "here")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nightly", "plain")]
    [InlineData("밤사이_점검-1.2", "야간 100% $HOME ${x} it's \"so\" \\ ; #")]
    public async Task What_is_written_passes_systemd_analyze_verify_and_means_the_same_words(string name, string odd)
    {
        var place = folder.CreateSubdirectory(odd).FullName;
        // In the path of a program systemd takes no quotes.
        var program = Path.Combine(folder.CreateSubdirectory("밤 100% $HOME ${x} ; #").FullName, "play %n");
        await Nightly.Program(program, "");
        var run = Nightly.Run(name, place, program, Nightly.Odd);
        run.Check();
        foreach (var isUsers in new[] { false, true })
        {
            var units = new SystemdTimers(folder.FullName, isUsers, TimeProvider.System).Texts(run);
            foreach (var (path, text) in units) await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
            Assert.Equal((0, ""), await Verify(isUsers, debug: false, units.Select(unit => unit.Place)));

            var (code, said) = await Verify(isUsers, debug: true, units.Select(unit => unit.Place));
            Assert.Equal(0, code);
            Assert.Contains($"WorkingDirectory: {place}\n", said, StringComparison.Ordinal);
            Assert.Contains("OnCalendar: *-*-* 03:07:00 Asia/Seoul\n", said, StringComparison.Ordinal);
            // systemd shows them as a shell would read them, before it looks for variables.
            Assert.Equal(run.Words, (await Words(Dumped().Match(said).Groups[1].Value)).Select((word, i) => i == 0 ? word : word.Replace("$$", "$", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("a\nb", "/srv", "n", "a line end, or another control character,")]
    [InlineData("a", "/srv/x ", "n", "a folder whose name ends with a blank or a backslash")]
    [InlineData("a", "/srv/x\\", "n", "a folder whose name ends with a blank or a backslash")]
    [InlineData("a", "/srv/x", "n", "systemd takes no program with a quote", "/opt/it's/play")]
    [InlineData("a", "/srv/x", "../n", "`../n` cannot be the name of a schedule")]
    [InlineData("a", "/srv/x", "가나다라마바사아자차카타파하가나다라마바사아자차카타파하", "`가나다라마바사아자차카타파하가나다라마바사아자차카타파하` cannot be the name")]
    public void What_cannot_stand_in_a_unit_is_said(string word, string where, string name, string message, string program = "/play") =>
        Assert.StartsWith(message, Assert.Throws<ScheduleException>(Nightly.Run(name, where, program, word).Check).Message, StringComparison.Ordinal);

    private async Task<(int Code, string Said)> Verify(bool isUsers, bool debug, IEnumerable<string> units)
    {
        var start = new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", isUsers ? "--user" : "--system", .. units]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_RUNTIME_DIR"] = folder.FullName;
        if (debug) start.Environment["SYSTEMD_LOG_LEVEL"] = "debug";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, debug ? said : said + await errors);
    }

    private static async Task<string[]> Words(string line)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"printf '%s\\n' {line}"]) { RedirectStandardOutput = true };
        // systemd does not quote it.
        start.Environment["HOME"] = "~";
        using var shell = Process.Start(start)!;
        return (await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n')[..^1];
    }

    [GeneratedRegex(@"Command Line: (.*)\n")]
    private static partial Regex Dumped();
}
