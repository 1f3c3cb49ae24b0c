using System.Diagnostics;
using System.Text;
using Playbooks.Connections;
using Playbooks.Connections.Receipts;
using Playbooks.Model;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>What commands leave on their machines, and what these answer about them.</summary>
public sealed class ReceiptTests(Sshd sshd) : IAsyncLifetime
{
    private readonly string _run = StateFolder.NewRun;
    private readonly ConnectionPool _pool = sshd.Pool();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Their folders are made before anything is begun.</summary>
    public async ValueTask InitializeAsync()
    {
        await using var earlier = sshd.Pool();
        await earlier.Prepare([sshd.Host(), Host.Control], _run, Cancel);
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private Host On(string where) => where == Machines.Local ? Host.Control : sshd.Host();

    private Claim Claim(int number = 1) => new(_run, $"step {number}", number);

    private RemoteCommand With(RemoteCommand command, int number = 1, bool asks = false) => command with { Claim = Claim(number), Receipt = new Receipt(1) { IsAsked = asks, IsFollowed = true } };

    private Task<CommandResult> Run(string where, RemoteCommand command, int number = 1) => _pool.Run(On(where), With(command, number), Cancel);

    private Task<ReceiptAnswer> Ask(string where, int number = 1) => _pool.Ask(On(where), Claim(number), 1, Cancel);

    private string FileOf(string where, int number = 1) =>
        $"{(where == Machines.Local ? Environment.GetEnvironmentVariable("XDG_STATE_HOME") : sshd.Folder + "/.local/state")}/play/receipts/{_run}/{Receipt.Name(Claim(number), On(where), "1")}";

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task How_a_command_ended_is_told_as_without_a_receipt_and_by_the_receipt(string where)
    {
        var number = 0;
        foreach (var code in new[] { 0, 1, 3, 126, 127, 129, 137, 255 })
        {
            Assert.Equal(new ReceiptAnswer.Never(), await Ask(where, ++number));
            foreach (var command in new RemoteCommand[] { new() { Script = $"exit {code}" }, new() { Words = ["sh", "-c", $"exit {code}"] } })
            {
                var result = await Run(where, command, ++number);
                Assert.Equal((CommandEnd.Exited, code, null, ""), (result.End, result.ExitCode, result.Signal, result.Err()));
                Assert.Equal(new ReceiptAnswer.Done(code, null), await Ask(where, number));
            }
        }

        foreach (var signal in new[] { "TERM", "KILL", "SEGV", "INT", "ABRT" })
        {
            var result = await Run(where, new RemoteCommand { Script = $"kill -{signal} $$" }, ++number);
            Assert.Equal((CommandEnd.Exited, null, signal, ""), (result.End, result.ExitCode, result.Signal, result.Err()));
            Assert.Equal(new ReceiptAnswer.Done(null, signal), await Ask(where, number));
        }
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task A_command_sees_nothing_of_its_receipt(string where)
    {
        var folder = Directory.CreateDirectory(sshd.NewPath()).FullName;
        var much = new byte[3_000_000];
        new Random(1).NextBytes(much);
        const string Look = "umask; pwd; env | grep -v '^_=' | sort; echo \"$0 $# $-\"; [ $$ = $(sh -c 'echo $PPID') ] && echo self; ls /proc/self/fd; trap; echo err >&2; cat";
        RemoteCommand[] all =
        [
            new() { Script = Look },
            new() { Script = Look, Stdin = "a\0b\n"u8.ToArray() },
            new() { Words = ["sh", "-c", Look], Directory = folder },
            new() { Script = Look, Environment = new Dictionary<string, string> { ["A"] = "it's\n\"$(id)\"" }, Directory = folder, Stdin = "x"u8.ToArray() },
            new() { Words = ["cat"], Stdin = much, MaxOutput = 4_000_000 },
            new() { Words = ["true"], Stdin = much },
            new() { Words = ["cat"], Stdin = "first "u8.ToArray(), More = new LargeInput(to => to.Write(much)), MaxOutput = 4_000_000 },
            new() { Script = $": '{new string('!', 200_000)}'; cat; echo done", Stdin = "in "u8.ToArray() },
            new() { Words = ["no-such-program"] },
            new() { Words = ["echo"], Directory = "/no/such place" },
            new() { Words = ["sh", "-c", "exit 7"], Sudo = "root" },
            new() { Script = Look, Sudo = "tom cat", Stdin = "x"u8.ToArray() },
            new() { Words = ["true"], Sudo = "stranger" },
        ];
        if (where == Machines.Local) all = [.. all.Where(c => c.Sudo is null)];
        var number = 0;
        foreach (var command in all)
        {
            var (plain, result) = (await _pool.Run(On(where), command, Cancel), await Run(where, command, ++number));
            Assert.Equal((plain.End, plain.ExitCode, plain.Err(), plain.Refused), (result.End, result.ExitCode, result.Err(), result.Refused));
            Assert.True(plain.Stdout.Span.SequenceEqual(result.Stdout.Span), $"{plain.Out()}\n--\n{result.Out()}");
            Assert.Equal(new ReceiptAnswer.Done(plain.ExitCode, null), await Ask(where, number));
        }
    }

    [Theory]
    [InlineData("dash"), InlineData("bash"), InlineData("bash", "--posix"), InlineData("busybox", "sh")]
    public async Task Every_shell_leaves_the_same_receipt(string shell, params string[] options)
    {
        foreach (var (script, code, end) in new[] { ("exit 3", 3, "3 done"), ("exit 137", 137, "137 done"), ("kill -KILL $$", 137, "137 signal done"), ("kill -TERM $$", 143, "143 signal done"), ("kill -SEGV $$", 139, "139 signal done") })
        {
            var file = sshd.NewPath() + " it's \"$x\" ü";
            var command = With(new RemoteCommand { Script = $"echo out; echo err >&2; {script}", Sudo = null }) with { ReceiptFile = file };
            var (exit, said, wrong) = await Sh(new HostScript(command));
            Assert.Equal((code, "out\n", "err\n"), (exit, said, wrong));
            Assert.Equal(end + "\n", await File.ReadAllTextAsync(file + ".end", Cancel));
            Assert.Equal(("out\n", "err\n"), (await File.ReadAllTextAsync(file + ".stdout.kept", Cancel), await File.ReadAllTextAsync(file + ".stderr.kept", Cancel)));
            Assert.Matches(@"^\d+ [0-9a-f-]{36} \d+ \(", await File.ReadAllTextAsync(file, Cancel));
            (exit, said, wrong) = await Sh(new HostScript(command));
            Assert.Equal((0, "", ""), (exit, said, wrong));
        }

        async Task<(int, string, string)> Sh(HostScript script)
        {
            using var process = Started([shell, .. options], script);
            process.StandardInput.Close();
            var (stdout, stderr) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
            await process.WaitForExitAsync(Cancel);
            return (process.ExitCode, Behind(await stdout), Behind(await stderr));
        }

        static string Behind(string said) => said[(said.IndexOf('\n', StringComparison.Ordinal) + 1)..];
    }

    [Theory]
    [InlineData("dash"), InlineData("bash"), InlineData("bash", "--posix"), InlineData("busybox", "sh")]
    public async Task What_is_claimed_is_run_though_nobody_hears_of_it_any_more(string shell, params string[] options)
    {
        var file = sshd.NewPath();
        // It begins late, so that it finds the pipe closed.
        using var process = Started(["env", "--default-signal=PIPE", "sh", "-c", "sleep 0.2; exec \"$@\"", "sh", shell, .. options], new HostScript(With(new RemoteCommand { Script = $"echo ran >{file}.ran; exit 3" }) with { ReceiptFile = file }));
        process.StandardError.Close();
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(("3 done\n", "ran\n"), (await File.ReadAllTextAsync(file + ".end", Cancel), await File.ReadAllTextAsync(file + ".ran", Cancel)));
    }

    [Fact]
    public async Task Of_a_script_that_did_not_come_whole_nothing_is_run()
    {
        var file = sshd.NewPath();
        var script = new HostScript(new RemoteCommand { Script = $"echo ran >{file}\n: '{new string('!', 200_000)}'\necho more" });
        using var process = Started(["dash"], script);
        await process.StandardInput.BaseStream.WriteAsync(script.Stdin[..^30], Cancel);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancel);
        Assert.Equal((126, false), (process.ExitCode, File.Exists(file)));
    }

    private static Process Started(IEnumerable<string> shell, HostScript script) =>
        Process.Start(new ProcessStartInfo(shell.First(), [.. shell.Skip(1), "-c", script.Text]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

    /// <summary>How it ended is known; what it made of half of its input is not.</summary>
    [Fact]
    public async Task A_command_that_may_not_have_got_all_of_its_input_is_unknown()
    {
        foreach (var (size, end, number) in new[] { (1_000, CommandEnd.Exited, 1), (100_000, CommandEnd.Unknown, 2) })
        {
            var command = new RemoteCommand { Words = ["wc", "-c"], Stdin = new byte[size] };
            Assert.Equal($"{size}\n", (await Run(Machines.Ssh, command, number)).Out());
            await using var later = sshd.Pool();
            var asked = await later.Run(sshd.Host(), With(command, number, asks: true), Cancel);
            Assert.True(asked.End == end, string.Join('\n', asked.Notes));
        }
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task Many_starts_of_one_claim_are_one_run(string where)
    {
        var file = sshd.NewPath();
        var pools = Enumerable.Range(0, 4).Select(_ => sshd.Pool()).ToList();
        var results = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => pools[i % 4].Run(On(where), With(new RemoteCommand { Script = $"echo run >>{file}; sleep 1; echo out; echo err >&2; exit 3" }), Cancel)));
        Assert.All(results, r => Assert.Equal((CommandEnd.Exited, 3), (r.End, r.ExitCode)));
        Assert.Equal("run\n", await File.ReadAllTextAsync(file, Cancel));
        Assert.All(results, r => Assert.Equal(("out\n", "err\n", false, false), (r.Out(), r.Err(), r.StdoutCut, r.StderrCut)));
        Assert.Equal(1, results.Count(r => r.Notes.Count == 0));
        foreach (var pool in pools) await pool.DisposeAsync();
    }

    [Fact]
    public async Task A_host_says_what_became_of_a_command()
    {
        var (began, go) = (sshd.NewPath(), sshd.NewPath());
        Assert.Equal(new ReceiptAnswer.Never(), await Ask(Machines.Ssh));
        var running = Run(Machines.Ssh, new RemoteCommand { Script = $"echo $PPID >{began}; while [ ! -e {go} ]; do sleep 0.05; done" });
        await Eventually.Holds(() => File.Exists(began) && File.ReadAllText(began).EndsWith('\n'), "it began");
        var process = Assert.IsType<ReceiptAnswer.Running>(await Ask(Machines.Ssh)).Process;
        Assert.Equal(File.ReadAllText(began).Trim(), $"{process.Pid}");
        File.WriteAllText(go, "");
        Assert.Equal(0, (await running).ExitCode);
        Assert.Equal(new ReceiptAnswer.Done(0, null), await Ask(Machines.Ssh));

        // Its shell is ended, and it is not: nobody will write down how it ends.
        var result = await Run(Machines.Ssh, new RemoteCommand { Script = "kill -KILL $PPID" }, 2);
        Assert.Equal(CommandEnd.Unknown, result.End);
        Assert.Equal("The shell that watched it was ended by signal KILL.", result.Notes[0]);
        Assert.IsType<ReceiptAnswer.Lost>(await Ask(Machines.Ssh, 2));

        // A machine that was started anew, a number that is somebody else's now, a disk that was full, half an end.
        foreach (var (text, end, answer) in new[]
        {
            ("1 00000000-0000-0000-0000-000000000000 1 (x) S 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 7 8\n", "", typeof(ReceiptAnswer.Lost)),
            (Own().Replace($" {Start()} ", " 7 ", StringComparison.Ordinal), "", typeof(ReceiptAnswer.Lost)),
            (Own(), "", typeof(ReceiptAnswer.Running)),
            (Own(), "1", typeof(ReceiptAnswer.Running)),
            (Own(), "1 done\n", typeof(ReceiptAnswer.Done)),
            ("", "", typeof(ReceiptAnswer.Unclear)),
            ("4711  \n", "", typeof(ReceiptAnswer.Unclear)),
        })
        {
            File.WriteAllText(FileOf(Machines.Ssh, 3), text.Replace("1 0000", "4711 0000", StringComparison.Ordinal).Replace(" 1 (x)", " 4711 (x)", StringComparison.Ordinal));
            File.WriteAllText(FileOf(Machines.Ssh, 3) + ".end", end);
            Assert.IsType(answer, await Ask(Machines.Ssh, 3));
        }

        static string Own() => $"{Environment.ProcessId} {File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {File.ReadAllText($"/proc/{Environment.ProcessId}/stat")}";
        static string Start() => File.ReadAllText($"/proc/{Environment.ProcessId}/stat").Split(") ")[1].Split(' ')[19];
    }

    [Fact]
    public async Task A_dead_process_that_nobody_has_collected_is_not_running()
    {
        await Ask(Machines.Ssh);
        // Its parent never asks how it ended.
        using var parent = Process.Start(new ProcessStartInfo("sh", ["-c", "sh -c 'read -r s </proc/$$/stat; echo \"$$ $(cat /proc/sys/kernel/random/boot_id) $s\" >\"$0\"; exec sleep 0.2' \"$0\" & exec sleep 97", FileOf(Machines.Ssh)]))!;
        await Eventually.Holds(() => File.Exists(FileOf(Machines.Ssh)) && File.ReadAllText(FileOf(Machines.Ssh)).EndsWith('\n'), "it is there");
        var pid = File.ReadAllText(FileOf(Machines.Ssh)).Split(' ')[0];
        await Eventually.Holds(() => File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal), "it is dead");
        Assert.IsType<ReceiptAnswer.Lost>(await Ask(Machines.Ssh));
        parent.Kill();
    }

    [Fact]
    public async Task A_command_of_an_earlier_process_is_waited_for_and_not_started_again()
    {
        var effects = sshd.NewPath();
        var command = new RemoteCommand { Script = $"echo run >>{effects}; echo early; sleep 1.5; printf 'late \\0\\377'; echo err >&2; exit 3" };
        await using (var earlier = sshd.Pool())
        {
            _ = earlier.Run(sshd.Host(), With(command), Cancel);
            await Eventually.Holds(() => File.Exists(effects), "it began");
        }

        var result = await _pool.Run(sshd.Host(), With(command, asks: true), Cancel);
        Assert.Equal((CommandEnd.Exited, 3, "run\n"), (result.End, result.ExitCode, await File.ReadAllTextAsync(effects, Cancel)));
        // What it printed was kept, also where its link was gone.
        Assert.Equal("early\nlate \0\u00ff", Encoding.Latin1.GetString(result.Stdout.Span));
        Assert.Equal(("err\n", false, false), (result.Err(), result.StdoutCut, result.StderrCut));
        // One that had not begun does now.
        result = await _pool.Run(sshd.Host(), With(command, 2, asks: true), Cancel);
        Assert.Equal((CommandEnd.Exited, 3, "run\nrun\n"), (result.End, result.ExitCode, await File.ReadAllTextAsync(effects, Cancel)));
    }

    [Fact]
    public async Task What_is_not_kept_whole_is_said_to_be_lost()
    {
        await using (var earlier = sshd.Pool()) await earlier.Ask(sshd.Host(), Claim(), 1, Cancel);
        var lines = string.Join('\n', Enumerable.Range(1, 1_000)) + "\n";
        foreach (var (number, full, most, stdout) in new[] { (1, true, 1_000_000, ""), (2, false, 1_000, lines[..1_000]), (3, false, 1_000_000, lines) })
        {
            // Where the disk of the host is full.
            if (full) File.CreateSymbolicLink(FileOf(Machines.Ssh, number) + ".stdout.kept", "/dev/full");
            var began = sshd.NewPath();
            var command = new RemoteCommand { Script = $"echo >{began}; echo err >&2; sleep 1; seq 1000; exit 3", MaxOutput = most };
            await using (var earlier = sshd.Pool())
            {
                _ = earlier.Run(sshd.Host(), With(command, number), Cancel);
                await Eventually.Holds(() => File.Exists(began), "it began");
            }
            var result = await _pool.Run(sshd.Host(), With(command, number, asks: true), Cancel);
            Assert.Equal((3, stdout.Length < lines.Length, stdout, false, "err\n"), (result.ExitCode, result.StdoutCut, result.Out(), result.StderrCut, result.Err()));
        }
    }

    [Fact]
    public async Task Where_the_receipts_of_an_earlier_process_are_gone_nothing_is_started()
    {
        Directory.Delete(Path.GetDirectoryName(FileOf(Machines.Ssh))!, recursive: true);
        var result = await _pool.Run(sshd.Host(), With(new RemoteCommand { Words = ["true"] }, asks: true), Cancel);
        Assert.Equal((CommandEnd.Unknown, "Whether it goes on there, and how it ended, is not known: no receipts of this run are there any more."), (result.End, Assert.Single(result.Notes)));
    }

    /// <summary>Who asks makes no folder by which the next would take it for one where nothing was begun; and one that is made later says since when.</summary>
    [Fact]
    public async Task That_they_are_gone_is_known_however_often_it_is_asked()
    {
        await using (var first = sshd.Pool())
        {
            Assert.Equal(0, (await first.Run(sshd.Host(), With(new RemoteCommand { Words = ["true"] }), Cancel)).ExitCode);
            Assert.Equal(new ReceiptAnswer.Done(0, null), await first.Ask(sshd.Host(), Claim(), 1, Cancel));
        }
        Directory.Delete(Path.GetDirectoryName(FileOf(Machines.Ssh))!, recursive: true);
        for (var process = 0; process < 2; process++)
        {
            await using var later = sshd.Pool();
            later.GoesOnAfter(10);
            Assert.Equal("no receipts of this run are there any more", Assert.IsType<ReceiptAnswer.Unclear>(await later.Ask(sshd.Host(), Claim(), 1, Cancel)).Why);
        }
        await using (var second = sshd.Pool())
        {
            second.GoesOnAfter(10);
            Assert.Equal(0, (await second.Run(sshd.Host(), With(new RemoteCommand { Words = ["true"] }, 15), Cancel)).ExitCode);
            Assert.IsType<ReceiptAnswer.Unclear>(await second.Ask(sshd.Host(), Claim(), 1, Cancel));
        }
        await using var third = sshd.Pool();
        third.GoesOnAfter(20);
        Assert.IsType<ReceiptAnswer.Unclear>(await third.Ask(sshd.Host(), Claim(), 1, Cancel));
        Assert.IsType<ReceiptAnswer.Done>(await third.Ask(sshd.Host(), Claim(15), 1, Cancel));
        Assert.IsType<ReceiptAnswer.Never>(await third.Ask(sshd.Host(), Claim(16), 1, Cancel));
        third.Doubt(Claim(), sshd.Host(), hasReceipts: true);
        Assert.Equal(new EndOfDoubt("no receipts of this run are there any more", HadBegun: true), await third.End(Claim().Address, Cancel));
    }

    [Fact]
    public async Task A_command_of_an_earlier_process_is_ended_surely()
    {
        var (pid, effects) = (sshd.NewPath(), sshd.NewPath());
        await using (var earlier = sshd.Pool())
        {
            _ = earlier.Run(sshd.Host(), With(new RemoteCommand { Script = $"echo $$ >{pid}; exec sleep 97" }), Cancel);
            await Eventually.Holds(() => File.Exists(pid) && File.ReadAllText(pid).EndsWith('\n'), "it began");
        }

        _pool.Doubt(Claim(1), sshd.Host(), hasReceipts: true);
        _pool.Doubt(Claim(2), sshd.Host(), hasReceipts: true);
        Assert.True(Directory.Exists($"/proc/{File.ReadAllText(pid).Trim()}"));
        Assert.Equal(new EndOfDoubt(null, HadBegun: true), await _pool.End("step", Cancel));
        EndingTests.AllGone(pid, 1);
        // What had not begun never will, though it may still be on its way.
        var late = await Run(Machines.Ssh, new RemoteCommand { Script = $"echo run >>{effects}" }, 2);
        Assert.True(late.NotStarted);
        Assert.False(File.Exists(effects));
        _pool.Doubt(Claim(3), sshd.Host(), hasReceipts: true);
        Assert.Equal(new EndOfDoubt(null, HadBegun: false), await _pool.End(Claim(3).Address, Cancel));
    }

    [Fact]
    public async Task What_cannot_leave_a_receipt_is_not_started()
    {
        var effects = sshd.NewPath();
        await Ask(Machines.Ssh);
        Directory.Delete(Path.GetDirectoryName(FileOf(Machines.Ssh))!, recursive: true);
        var result = await Run(Machines.Ssh, new RemoteCommand { Script = $"echo run >>{effects}" });
        Assert.True(result.NotStarted);
        Assert.StartsWith("its receipt could not be written to ", result.Unclaimed, StringComparison.Ordinal);
        Assert.False(File.Exists(effects));
    }

    [Fact]
    public async Task A_link_that_is_cut_without_a_word_harms_no_command()
    {
        await using var cable = new Cable(sshd.Port);
        await using var pool = sshd.Pool(new ConnectionOptions { KeyPassphrase = null, ProbeEvery = TimeSpan.FromMilliseconds(300), ProbeTimeout = TimeSpan.FromMilliseconds(700) });
        var (known, effects) = (sshd.NewPath(), sshd.NewPath());
        File.WriteAllText(known, $"[127.0.0.1]:{cable.Port} {sshd.PublicHostKey("ed25519")}\n");
        var host = sshd.Host(cable.Port, knownHosts: known, timeout: TimeSpan.FromSeconds(1));
        await pool.Ask(host, Claim(), 1, Cancel);
        var running = pool.Run(host, With(new RemoteCommand { Script = $"echo began >>{effects}; sleep 4; echo did >>{effects}" }), Cancel);
        await Eventually.Holds(() => File.Exists(effects), "it began");
        cable.IsCut = true;
        // This one is on its way, and may come through twice.
        var second = pool.Run(host, With(new RemoteCommand { Script = $"echo second >>{effects}" }, 2), Cancel);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Cancel);
        cable.IsCut = false;
        var (result, other) = (await running, await second);
        Assert.Equal((CommandEnd.Exited, 0, CommandEnd.Exited, 0), (result.End, result.ExitCode, other.End, other.ExitCode));
        Assert.Equal(["began", "did", "second"], File.ReadAllLines(effects).Order());
    }

    [Fact]
    public async Task What_a_daemon_holds_open_is_not_waited_for_and_what_only_holds_its_errors_is_ended()
    {
        var result = await Run(Machines.Ssh, new RemoteCommand { Script = "sleep 4 & echo x" });
        Assert.Equal((CommandEnd.Exited, 0, "x\n"), (result.End, result.ExitCode, result.Out()));
        Assert.Contains("keeps its output open", Assert.Single(result.Notes), StringComparison.Ordinal);
        var pid = sshd.NewPath();
        result = await Run(Machines.Ssh, new RemoteCommand { Script = $"setsid -f sh -c 'echo $$ >{pid}; exec sleep 97' >/dev/null; exec sleep 97", Timeout = TimeSpan.FromSeconds(1) }, 2);
        Assert.Equal((CommandEnd.TimedOut, "TERM"), (result.End, result.Signal));
        EndingTests.AllGone(pid, 1);
        Assert.Equal(new ReceiptAnswer.Done(null, "TERM"), await Ask(Machines.Ssh, 2));
    }

    [Fact]
    public async Task A_program_that_ends_in_its_own_way_when_it_is_told_to_is_let()
    {
        var result = await Run(Machines.Ssh, new RemoteCommand { Script = "trap 'echo tidy; exit 5' TERM; while :; do sleep 0.05; done", Timeout = TimeSpan.FromSeconds(0.7) });
        Assert.Equal((CommandEnd.TimedOut, 5, "tidy\n"), (result.End, result.ExitCode, result.Out()));
    }
}
