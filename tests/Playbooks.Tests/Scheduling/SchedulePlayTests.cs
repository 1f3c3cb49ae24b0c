using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Playbooks.Tests.Journal;
using Xunit;

namespace Playbooks.Tests.Scheduling;

/// <summary>`play schedule`, the program, with stand-ins for `crontab` and `systemctl` that do as those do; and runs that want to be alone.</summary>
public sealed class SchedulePlayTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public SchedulePlayTests()
    {
        folder.Write("hosts.yaml", "groups: { was: { hosts: { was1: { local: true } } } }");
        folder.Write("밤 100%.yaml", """
            name: 밤사이 점검
            params: { dir: { default: "" }, token: { default: "", secret: true } }
            hosts: was1
            steps:
              - shell: "touch {{ dir }}/begun; until [ -e {{ dir }}/go ]; do sleep 0.02; done"
                when: dir != ''
                effect: none
              - print: 끝났습니다
            """);
        folder.Write("changes.yaml", "name: Changes\nhosts: was1\nsecrets: { pw: { ask: the password }, key: { env: NO_SUCH } }\nsteps: [{ command: { run: cat, stdin: \"{{ secret.pw }}{{ secret.key }}\" } }, { confirm: Now? }]");
        // Debian's says so where there is none, and takes nothing without a line end.
        Program("crontab", """
            case $1 in
            -l) if [ -e "$here/broken" ]; then echo "crontab: cannot be read" >&2; exit 1; fi
                if [ ! -e "$here/tab" ]; then echo "no crontab for somebody" >&2; exit 1; fi
                cat "$here/tab" ;;
            -) cat >"$here/new"; [ ! -e "$here/full" ] || { echo "no room" >&2; exit 1; }; mv "$here/new" "$here/tab" ;;
            esac
            """);
        Program("systemctl", """
            echo "$*" >>"$here/told"
            [ "$2" != is-active ] || { cat "$here/active"; exit 3; }
            [ "$2" != enable ] || [ ! -e "$here/broken" ] || { echo "Failed to connect to bus: No medium found" >&2; exit 1; }
            """);
        folder.Environment["PATH"] = $"{folder.PathOf("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        folder.Environment["XDG_CONFIG_HOME"] = folder.PathOf("config");
        folder.Environment.Add("PLAY_INVENTORY", "");
    }

    public void Dispose() => folder.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_of_a_crontab_is_added_listed_replaced_and_taken_away_and_no_other_is_touched()
    {
        // In the encoding of whoever wrote it long ago (EUC-KR), which is no UTF-8.
        byte[] theirs = [.. "# "u8, 0xb9, 0xe3, .. "\nMAILTO=ops@example.com\n0 5 * * * backup --to=\\%d  # play schedule\n"u8];
        await File.WriteAllBytesAsync(folder.PathOf("tab"), theirs, Cancel);
        var added = await Schedule("add", "밤 100%.yaml", "--at", "3:07", "--time-zone", "Asia/Seoul", "--with", "cron", "-e", "dir=", "-l", "was*", "--state", folder.State);
        Assert.Equal((0, ""), (added.Code, added.Errors));
        Assert.Matches($"^밤-100 · 03:07 Asia/Seoul · crontab\n  {folder.Path}/밤 100%.yaml\n  next 20\\d\\d-\\d\\d-\\d\\d 18:07, in \\S+\n$", added.Output);
        var written = await File.ReadAllBytesAsync(folder.PathOf("tab"), Cancel);
        Assert.Equal(theirs, written[..theirs.Length]);
        var line = Encoding.UTF8.GetString(written[theirs.Length..]).Split('\n')[1];
        Assert.Equal($"7,22,37,52 * * * * {Repository.Play} schedule due --at 03:07 --time-zone Asia/Seoul && cd {folder.Path} && exec {Repository.Play} '{folder.Path}/밤 100'\\%'.yaml' -i {folder.Path}/hosts.yaml -e dir= -l 'was*' --state {folder.State} --alone", line);

        Assert.Equal(added.Output, Regex.Replace((await Schedule("list")).Output, @"in \S+", Regex.Match(added.Output, @"in \S+").Value));
        var again = await Schedule("add", "changes.yaml", "--name", "밤-100", "--at", "4:00");
        Assert.Equal((2, $"play: there is a schedule `밤-100` already, 03:07 Asia/Seoul, of {folder.Path}/밤 100%.yaml\n  --replace takes its place, another --name stands beside it\n"), (again.Code, again.Errors));
        Assert.Equal(0, (await Schedule("add", "밤 100%.yaml", "--at", "4:00", "--time-zone", "UTC", "--with", "cron", "--replace")).Code);
        Assert.Equal(2, Regex.Count(folder.Text("tab"), "04:00"));
        Assert.DoesNotContain("03:07", folder.Text("tab"), StringComparison.Ordinal);

        Assert.Equal("play: there is no schedule `밤-10`\n  did you mean `밤-100`?\n", (await Schedule("remove", "밤-10")).Errors);
        Assert.Equal("밤-100 runs no more (04:00 UTC).\n", (await Schedule("remove", "밤-100")).Output);
        Assert.Equal(theirs, await File.ReadAllBytesAsync(folder.PathOf("tab"), Cancel));
        Assert.StartsWith("Nothing is scheduled.", (await Schedule("list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crontab_that_cannot_be_read_or_written_is_not_taken_for_an_empty_one()
    {
        folder.Write("tab", "0 5 * * * theirs\n");
        folder.Write("broken", "");
        var added = await Schedule("add", "밤 100%.yaml", "--at", "03:00", "--with", "cron");
        Assert.Equal(2, added.Code);
        Assert.EndsWith("play: `crontab -l` ended with 1: crontab: cannot be read\n  nothing was changed\n", added.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await Schedule("list")).Code);
        File.Move(folder.PathOf("broken"), folder.PathOf("full"));
        Assert.Equal((2, "play: `crontab -` ended with 1: no room\n  the crontab is as it was\n"), Said(await Schedule("add", "밤 100%.yaml", "--at", "03:00", "--with", "cron")));
        Assert.Equal("0 5 * * * theirs\n", folder.Text("tab"));
    }

    [Fact]
    public async Task A_timer_of_systemd_is_written_begun_listed_and_taken_away()
    {
        var units = folder.PathOf("config/systemd/user");
        var added = await Schedule("add", "밤 100%.yaml", "--name", "nightly", "--at", "03:00", "--time-zone", "Asia/Seoul", "--with", "systemd-user", "-e", "dir=a b", "--yes");
        Assert.Equal((0, ""), Said(added));
        Assert.Equal(["play-nightly.service", "play-nightly.timer"], Directory.GetFiles(units).Select(Path.GetFileName).Order());
        var service = await File.ReadAllTextAsync(Path.Combine(units, "play-nightly.service"), Cancel);
        Assert.Contains($"\nWorkingDirectory={folder.Path}\nExecStart=\"{Repository.Play}\" \"{folder.Path}/밤 100%%.yaml\" \"-i\" \"{folder.Path}/hosts.yaml\" \"-e\" \"dir=a b\" \"--yes\" \"--state\" \"{folder.Path}/play\" \"--alone\"\n", service, StringComparison.Ordinal);
        Assert.Contains("\nPersistent=true\n", await File.ReadAllTextAsync(Path.Combine(units, "play-nightly.timer"), Cancel), StringComparison.Ordinal);
        Assert.Equal("--user daemon-reload\n--user enable --now play-nightly.timer\n", folder.Text("told"));

        folder.Write("active", "active\n");
        Assert.Contains("nightly · 03:00 Asia/Seoul · systemd --user\n", (await Schedule("list")).Output, StringComparison.Ordinal);
        folder.Write("active", "inactive\n");
        Assert.Contains("\n  ✗ its timer is inactive: systemctl --user enable --now 'play-nightly.timer'\n", (await Schedule("list")).Output, StringComparison.Ordinal);

        File.Delete(folder.PathOf("told"));
        Assert.Equal(0, (await Schedule("remove", "nightly")).Code);
        Assert.Empty(Directory.GetFiles(units));
        Assert.Equal("--user is-active play-nightly.timer\n--user disable --now play-nightly.timer\n--user clean --what=state play-nightly.timer\n--user reset-failed play-nightly.service play-nightly.timer\n--user daemon-reload\n", folder.Text("told"));
    }

    [Fact]
    public async Task What_systemd_does_not_take_is_not_left_there_and_what_is_not_ours_stays()
    {
        folder.Write("broken", "");
        var added = await Schedule("add", "밤 100%.yaml", "--name", "nightly", "--at", "03:00", "--with", "systemd-user");
        Assert.Equal(2, added.Code);
        Assert.Contains("play: `systemctl --user enable --now play-nightly.timer` ended with 1: Failed to connect to bus: No medium found\n  a user's own units want a login of that user,", added.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.PathOf("config/systemd/user")));
        File.Delete(folder.PathOf("broken"));
        folder.Write("config/systemd/user/play-nightly.timer", "[Timer]\n");
        added = await Schedule("add", "밤 100%.yaml", "--name", "nightly", "--at", "03:00", "--with", "systemd-user");
        Assert.Equal((2, $"play: {folder.Path}/config/systemd/user/play-nightly.timer is there already, and was not written by `play schedule add`\n  choose another --name\n"), Said(added));
        Assert.Equal("[Timer]\n", folder.Text("config/systemd/user/play-nightly.timer"));
    }

    [Fact]
    public async Task What_would_be_written_is_shown_and_nothing_is_written()
    {
        var shown = await Schedule("add", "changes.yaml", "--at", "03:00", "--time-zone", "Asia/Seoul", "--with", "systemd-user", "--print");
        Assert.Equal(0, shown.Code);
        Assert.Contains("nobody is there at night to answer its `confirm`", shown.Errors, StringComparison.Ordinal);
        Assert.Matches("(?s)^# \\S+/config/systemd/user/play-changes.service\n# Written .*\nExecStart=.*# \\S+/play-changes.timer\n# play schedule \\{.*\nPersistent=false\n", shown.Output);
        Assert.False(Directory.Exists(folder.PathOf("config")));
        Assert.Equal("", folder.Text("told") + folder.Text("tab"));
    }

    [Fact]
    public async Task What_would_go_wrong_at_night_is_said_before()
    {
        async Task<string> Refused(params string[] words)
        {
            var (code, errors) = Said(await Schedule(["add", .. words, "--time-zone", "Europe/Berlin", "--with", "cron"]));
            Assert.Equal(2, code);
            return errors;
        }

        Assert.Matches("^play: the clocks of Europe/Berlin do not show 02:30 on 20\\d\\d-03-\\d\\d, when they are put forward\n  choose a time that every night has, such as 03:30\n$", await Refused("밤 100%.yaml", "--at", "02:30"));
        Assert.StartsWith("play: `token` is a secret, and the words of a unit or a crontab are for everybody to read\n  put `token: …` in a file", await Refused("밤 100%.yaml", "--at", "03:00", "-e", "token=abcdefgh"), StringComparison.Ordinal);
        Assert.Contains("has no parameter `dri`", await Refused("밤 100%.yaml", "--at", "03:00", "-e", "dri=x"), StringComparison.Ordinal);
        Assert.Contains("no-such.yaml", await Refused("no-such.yaml", "--at", "03:00"), StringComparison.Ordinal);
        Assert.Contains("`play schedule add` wants --at TIME", await Refused("밤 100%.yaml"), StringComparison.Ordinal);
        Assert.False(File.Exists(folder.PathOf("tab")));

        folder.Write("token.yaml", "token: abcdefgh");
        Assert.Equal((0, ""), Said(await Schedule("add", "밤 100%.yaml", "--at", "03:00", "--with", "cron", "-e", "@token.yaml")));
        Assert.Contains($" -e @{folder.Path}/token.yaml ", folder.Text("tab"), StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefgh", folder.Text("tab"), StringComparison.Ordinal);

        var added = await Schedule("add", "changes.yaml", "--at", "03:00", "--with", "cron");
        Assert.Equal(0, added.Code);
        Assert.Equal(
        [
            "play: nobody is there at night to be asked for `pw`: the run will end with an error. Take it from a file or a command",
            "play: `key` comes from the environment (NO_SUCH), which is another one at night. Take it from a file or a command",
            "play: nobody is there at night to answer its `confirm`: add it with --yes, or the run will end with an error",
            "play: it may change hosts, so a night that was missed is not caught up by day",
        ], added.Errors.Split('\n')[..^1]);
    }

    [Fact]
    public async Task The_line_that_cron_begins_runs_the_playbook_when_it_is_due_and_only_then()
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var (at, began) in new[] { (now.AddMinutes(-2), 1), (now.AddMinutes(-20), 0), (now.AddMinutes(+10), 0) })
        {
            Assert.Equal(0, (await Schedule("add", "밤 100%.yaml", "--at", $"{at:HH:mm}", "--time-zone", "UTC", "--with", "cron", "--state", folder.State, "--replace")).Code);
            var command = folder.Text("tab").Split('\n')[1].Split(" * * * * ")[1].Replace("\\%", "%", StringComparison.Ordinal);
            using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = await shell.StandardOutput.ReadToEndAsync(Cancel);
            await shell.WaitForExitAsync(Cancel);
            Assert.Equal((1 - began, began, ""), (shell.ExitCode, Regex.Count(said, "끝났습니다"), await shell.StandardError.ReadToEndAsync(Cancel)));
        }
        Assert.Single((await folder.Play(100, "history")).Output.Split('\n')[..^1]);
        Assert.Matches("\n  last \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d passed · \\d{8}-\\d{6}-[0-9a-f]{4}\n$", (await Schedule("list")).Output);
    }

    [Fact]
    public async Task A_run_that_wants_to_be_alone_does_not_begin_while_another_of_its_playbook_goes_on()
    {
        using var first = folder.Start(100, "밤 100%.yaml", "--alone", "-e", $"dir={folder.Path}");
        await folder.Written("begun");
        var second = await folder.Play(100, "밤 100%.yaml", "--alone");
        Assert.Equal((2, ""), (second.Code, second.Output));
        Assert.Matches("^play: the run (\\S+) of \"밤사이 점검\" is still running, since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\(process \\d+ of [^)]+\\); nothing was run\n  `play attach \\1` shows it\n$", second.Errors);
        // By hand one may look as often as one likes.
        Assert.Equal(0, (await folder.Play(100, "밤 100%.yaml")).Code);
        folder.Write("go", "");
        Assert.Equal(0, (await PlayFolder.Ended(first)).Code);
        Assert.Equal(0, (await folder.Play(100, "밤 100%.yaml", "--alone")).Code);
        Assert.Equal(3, (await folder.Play(100, "history")).Output.Split('\n')[..^1].Length);
    }

    [Fact]
    public async Task One_that_was_killed_is_in_nobodys_way_and_of_two_that_begin_at_once_one_does()
    {
        using var killed = folder.Start(100, "밤 100%.yaml", "-e", $"dir={folder.Path}");
        await folder.Written("begun");
        killed.Kill();
        await killed.WaitForExitAsync(Cancel);
        Process[] both = [folder.Start(100, "밤 100%.yaml", "--alone", "-e", $"dir={folder.Path}"), folder.Start(100, "밤 100%.yaml", "--alone", "-e", $"dir={folder.Path}")];
        await Task.WhenAny(both.Select(run => run.WaitForExitAsync(Cancel)));
        folder.Write("go", "");
        var ended = await Task.WhenAll(both.Select(PlayFolder.Ended));
        foreach (var run in both) run.Dispose();
        Assert.Equal([0, 2], ended.Select(run => run.Code).Order());
    }

    private Task<(int Code, string Output, string Errors)> Schedule(params string[] words) => folder.Play(100, ["schedule", .. words]);

    private static (int, string) Said((int Code, string Output, string Errors) ended) => (ended.Code, ended.Errors);

    private void Program(string name, string script)
    {
        Directory.CreateDirectory(folder.PathOf("bin"));
        folder.Write($"bin/{name}", $"#!/bin/sh\nhere='{folder.Path}'\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.PathOf($"bin/{name}"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
