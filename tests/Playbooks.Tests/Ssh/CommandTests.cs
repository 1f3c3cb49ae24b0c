using System.Diagnostics;
using CsCheck;
using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Ssh;

public sealed class CommandTests(Machines machines) : IClassFixture<Machines>
{
    /// <summary>Any text, the dangerous characters often.</summary>
    internal static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char["ab -'\"\\$`!\n\t;&|<>(){}[]*?~#%=\r\u0001\u007f한é"], 0, 20],
        Gen.String.Where(s => !s.Contains('\0') && !s.Any(char.IsSurrogate)));

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task Words_arrive_exactly_as_they_were(string where)
    {
        var connection = await machines.Get(where);
        await Text.List[1, 6].SampleAsync(async words =>
        {
            var result = await connection.Run(new RemoteCommand { Words = ["printf", "%s\\0", .. words] }, CancellationToken.None);
            Assert.Equal(0, result.ExitCode);
            Assert.Equal(words, result.Out().Split('\0')[..^1]);
        }, iter: 60, threads: 1);
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task Variables_and_the_directory_are_there_as_they_were(string where)
    {
        var folder = Path.Combine(machines.Sshd.Folder, "it's -- a $dir 한");
        Directory.CreateDirectory(folder);
        var result = await machines.Run(where, new RemoteCommand
        {
            Words = ["sh", "-c", "pwd; printf '%s|%s' \"$A\" \"$B\""],
            Directory = folder,
            Environment = new Dictionary<string, string> { ["A"] = "x'\n\"$(id)\n", ["B"] = "" },
        });
        Assert.Equal(folder + "\nx'\n\"$(id)\n|", result.Out());
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task A_directory_that_is_not_there_runs_nothing(string where)
    {
        var result = await machines.Run(where, new RemoteCommand { Words = ["echo", "ran"], Directory = "/no/such place" });
        Assert.Equal((126, ""), (result.ExitCode, result.Out()));
        Assert.Contains("/no/such place", result.Err(), StringComparison.Ordinal);
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task Without_input_a_command_reads_the_end_at_once(string where)
    {
        var result = await machines.Run(where, new RemoteCommand { Words = ["cat"], Timeout = TimeSpan.FromSeconds(5) });
        Assert.Equal((CommandEnd.Exited, 0), (result.End, result.ExitCode));
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task Input_arrives_byte_for_byte(string where)
    {
        var bytes = new byte[5_000_000];
        new Random(1).NextBytes(bytes);
        var result = await machines.Run(where, new RemoteCommand { Words = ["cat"], Stdin = bytes, MaxOutput = 6_000_000 });
        Assert.True(result.Stdout.Span.SequenceEqual(bytes));
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task Input_that_is_written_as_it_is_sent_comes_behind_the_rest_and_ends_where_its_writer_fails(string where)
    {
        var bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);
        RemoteCommand command = new() { Words = ["cat"], Stdin = "first "u8.ToArray(), More = new LargeInput(to => to.Write(bytes)) };
        var results = await Task.WhenAll(new[]
        {
            command,
            command with { Stdin = default },
            command with { More = new LargeInput(to => { to.Write("half"u8); throw new IOException("gone"); }) },
            command with { Words = null, Script = $"# {new string('x', 70_000)}\nexec cat" },
            command with { Words = ["true"] },
        }.Select(one => machines.Run(where, one)));
        Assert.All(results, result => Assert.Equal((CommandEnd.Exited, 0), (result.End, result.ExitCode)));
        byte[] whole = [.. "first "u8, .. bytes];
        Assert.Equal([whole, bytes, "first half"u8.ToArray(), whole, []], results.Select(r => r.Stdout.ToArray()));
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task Input_that_is_not_read_or_slowly_or_only_half_harms_nobody(string where)
    {
        var input = new byte[10_000_000];
        var results = await Task.WhenAll(new[] { "exit 0", "exec sleep 0.5", "head -c 5000000 | wc -c", "sleep 0.5; wc -c" }.Select(script =>
            machines.Run(where, new RemoteCommand { Script = script, Stdin = input, Timeout = TimeSpan.FromSeconds(30) })));
        Assert.All(results, result => Assert.Equal((CommandEnd.Exited, 0), (result.End, result.ExitCode)));
        Assert.Equal(["", "", "5000000\n", "10000000\n"], results.Select(r => r.Out().TrimStart(' ')));
    }

    [Theory]
    [InlineData(Machines.Ssh, "exit 0", 0, null), InlineData(Machines.Local, "exit 0", 0, null)]
    [InlineData(Machines.Ssh, "exit 3", 3, null), InlineData(Machines.Local, "exit 3", 3, null)]
    [InlineData(Machines.Ssh, "kill -KILL $$", null, "KILL"), InlineData(Machines.Local, "kill -KILL $$", null, "KILL")]
    [InlineData(Machines.Ssh, "kill -TERM $$", null, "TERM"), InlineData(Machines.Local, "kill -TERM $$", null, "TERM")]
    public async Task How_it_ended_is_told(string where, string script, int? code, string? signal)
    {
        var result = await machines.Sh(where, script);
        Assert.Equal((CommandEnd.Exited, code, signal), (result.End, result.ExitCode, result.Signal));
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task A_program_that_is_not_there_is_named(string where)
    {
        var result = await machines.Run(where, new RemoteCommand { Words = ["no-such-program", "x"] });
        Assert.Equal(127, result.ExitCode);
        Assert.Contains("no-such-program", result.Err(), StringComparison.Ordinal);
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task Bytes_that_are_no_text_stay_as_they_are(string where)
    {
        var result = await machines.Sh(where, @"printf '\377\376\000a\r\n\200'; printf '\377\376\000\355\225' >&2");
        Assert.Equal([0xFF, 0xFE, 0, (byte)'a', 13, 10, 0x80], result.Stdout.ToArray());
        Assert.Equal([0xFF, 0xFE, 0, 0xED, 0x95], result.Stderr.ToArray());
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task Much_output_is_cut_and_counted(string where)
    {
        var result = await machines.Sh(where, "head -c 20000000 /dev/zero | tr '\\0' x; echo end >&2");
        Assert.Equal((0, 20_000_000L, 1_000_000), (result.ExitCode, result.StdoutBytes, result.Stdout.Length));
        Assert.True(result.StdoutCut);
        Assert.False(result.StderrCut);
        Assert.Equal("end\n", result.Err());
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task What_a_daemon_holds_open_is_not_waited_for(string where)
    {
        var watch = Stopwatch.StartNew();
        var result = await machines.Sh(where, "sleep 4 & echo x");
        Assert.Equal((CommandEnd.Exited, 0, "x\n"), (result.End, result.ExitCode, result.Out()));
        Assert.Contains("keeps its output open", Assert.Single(result.Notes), StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 3);
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task A_script_too_long_for_a_command_line_runs(string where)
    {
        var script = $": '{new string('!', 200_000)}'; cat; echo done";
        Assert.Equal("done\n", (await machines.Sh(where, script)).Out());
        var fed = await machines.Run(where, new RemoteCommand { Script = script, Stdin = "input "u8.ToArray() });
        Assert.Equal("input done\n", fed.Out());
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task What_cannot_be_said_exactly_is_refused_before_anything_is_sent(string where)
    {
        await Refused(new RemoteCommand { Words = ["touch", "a\0b"] }, "NUL");
        await Refused(new RemoteCommand { Words = ["echo", "\ud800"] }, "surrogate");
        await Refused(new RemoteCommand { Words = [] }, "at least one word");
        await Refused(new RemoteCommand { Words = ["-x"] }, "dash");
        await Refused(new RemoteCommand { Words = ["echo"], Script = "echo" }, "either");
        await Refused(new RemoteCommand { Words = ["echo", new string('x', 140_000)] }, "128 KiB");
        await Refused(new RemoteCommand { Script = "x", Environment = new Dictionary<string, string> { ["A;id"] = "1" } }, "`A;id`");

        async Task Refused(RemoteCommand command, string because) =>
            Assert.Contains(because, (await Assert.ThrowsAsync<ArgumentException>(() => machines.Run(where, command))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sudo_gets_the_words_themselves_and_a_shell_only_where_it_must()
    {
        var plain = await machines.Run(Machines.Ssh, new RemoteCommand { Words = ["sh", "-c", "echo $SUDO_TO; ps -o args= -p $$"], Sudo = "tom cat" });
        Assert.StartsWith("tom cat\nsh -c echo", plain.Out(), StringComparison.Ordinal);
        var prepared = await machines.Run(Machines.Ssh, new RemoteCommand
        {
            Script = "echo $SUDO_TO; pwd; printf %s \"$A\"",
            Sudo = "root",
            Directory = "/",
            Environment = new Dictionary<string, string> { ["A"] = "it's" },
        });
        Assert.Equal("root\n/\nit's", prepared.Out());
    }

    [Fact]
    public async Task Sudo_that_wants_a_password_is_told_from_a_command_that_fails()
    {
        var refused = await machines.Run(Machines.Ssh, new RemoteCommand { Words = ["true"], Sudo = "stranger" });
        Assert.Equal((1, "암호가 필요합니다"), (refused.ExitCode, refused.Refused));
        var failed = await machines.Run(Machines.Ssh, new RemoteCommand { Words = ["false"], Sudo = "root" });
        Assert.Equal((1, null), (failed.ExitCode, failed.Refused));
    }
}
