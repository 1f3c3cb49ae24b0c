using System.Diagnostics;
using System.Globalization;
using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Ssh;

public sealed class EndingTests(Machines machines) : IClassFixture<Machines>
{
    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local), InlineData(Machines.Receipt)]
    public async Task A_command_whose_time_is_up_is_ended_on_the_machine(string where)
    {
        var pids = machines.Sshd.NewPath();
        var watch = Stopwatch.StartNew();
        var result = await machines.Run(where, new RemoteCommand
        {
            Script = $"echo $$ >{pids}; sleep 97 & echo $! >>{pids}; echo begun; wait",
            Timeout = TimeSpan.FromMilliseconds(500),
        });
        Assert.Equal((CommandEnd.TimedOut, "begun\n", "TERM"), (result.End, result.Out(), result.Signal));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.5, 20);
        AllGone(pids, 2);
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local), InlineData(Machines.Receipt)]
    public async Task A_command_that_ignores_TERM_is_killed(string where)
    {
        var pids = machines.Sshd.NewPath();
        var result = await machines.Run(where, new RemoteCommand
        {
            Script = $"trap '' TERM; echo $$ >{pids}; sleep 97 & echo $! >>{pids}; wait",
            Timeout = TimeSpan.FromMilliseconds(300),
        });
        Assert.Equal((CommandEnd.TimedOut, "KILL"), (result.End, result.Signal));
        AllGone(pids, 2);
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local), InlineData(Machines.Receipt)]
    public async Task A_child_in_a_session_of_its_own_is_ended_too(string where)
    {
        var pids = machines.Sshd.NewPath();
        var result = await machines.Run(where, new RemoteCommand
        {
            Script = $"setsid sh -c 'echo $$ >{pids}; sleep 97 & echo $! >>{pids}; wait' & sleep 97",
            Timeout = TimeSpan.FromMilliseconds(500),
        });
        Assert.Equal(CommandEnd.TimedOut, result.End);
        AllGone(pids, 2);
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local), InlineData(Machines.Receipt)]
    public async Task A_daemon_that_has_left_it_but_holds_its_output_is_ended_too(string where)
    {
        var pids = machines.Sshd.NewPath();
        var result = await machines.Run(where, new RemoteCommand
        {
            Script = $"setsid -f sh -c 'trap \"\" TERM; echo $$ >{pids}; exec sleep 97'; sleep 97",
            Timeout = TimeSpan.FromSeconds(1),
        });
        Assert.Equal(CommandEnd.TimedOut, result.End);
        AllGone(pids, 1);
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local), InlineData(Machines.Receipt)]
    public async Task A_command_that_goes_on_forking_while_it_is_ended_leaves_nobody(string where)
    {
        var seconds = $"97.{Random.Shared.Next(1_000_000)}";
        var result = await machines.Run(where, new RemoteCommand
        {
            Script = $"trap '' TERM; while :; do setsid sleep {seconds} & sleep 0.2; done",
            Timeout = TimeSpan.FromMilliseconds(500),
        });
        Assert.Equal(CommandEnd.TimedOut, result.End);
        var processes = await machines.Sh(Machines.Local, ProcessTable.Script);
        Assert.Empty(ProcessTable.Parse(processes.Out())!.With("sleep " + seconds));
    }

    [Fact]
    public async Task Where_a_host_allows_one_session_it_is_ended_over_another_connection()
    {
        await using var pool = machines.Sshd.Pool();
        var pids = machines.Sshd.NewPath();
        var result = await pool.Run(machines.Sshd.Host(machines.Sshd.SinglePort), new RemoteCommand
        {
            Script = $"echo $$ >{pids}; exec sleep 97",
            Timeout = TimeSpan.FromMilliseconds(500),
        }, TestContext.Current.CancellationToken);
        Assert.Equal((CommandEnd.TimedOut, "TERM"), (result.End, result.Signal));
        AllGone(pids, 1);
    }

    [Fact]
    public async Task Under_sudo_it_is_ended_as_that_user_too()
    {
        var pids = machines.Sshd.NewPath();
        var result = await machines.Run(Machines.Ssh, new RemoteCommand
        {
            Script = $"echo $$ >{pids}; sleep 97",
            Sudo = "root",
            Timeout = TimeSpan.FromMilliseconds(500),
        });
        Assert.Equal(CommandEnd.TimedOut, result.End);
        AllGone(pids, 1);
        // The login of the tests may end anything by itself, so what sudo was told is looked at.
        Assert.Contains("-n -u root -- kill -TERM -- -", File.ReadAllText(Path.Combine(machines.Sshd.Folder, "sudo.log")), StringComparison.Ordinal);
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task A_cancelled_command_is_ended_on_the_machine(string where)
    {
        var pids = machines.Sshd.NewPath();
        using var cancel = new CancellationTokenSource();
        var running = (await machines.Get(where)).Run(new RemoteCommand { Script = $"echo $$ >{pids}; exec sleep 97" }, cancel.Token);
        await Eventually.Holds(() => File.Exists(pids) && File.ReadAllText(pids).EndsWith('\n'), "it began");
        await cancel.CancelAsync();
        var result = await running;
        Assert.Equal((CommandEnd.Cancelled, null, "TERM"), (result.End, result.ExitCode, result.Signal));
        AllGone(pids, 1);
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task What_was_cancelled_before_is_not_started(string where)
    {
        var path = machines.Sshd.NewPath();
        var result = await (await machines.Get(where)).Run(new RemoteCommand { Words = ["touch", path] }, new CancellationToken(true));
        Assert.Equal((CommandEnd.Cancelled, "It was not started."), (result.End, Assert.Single(result.Notes)));
        Assert.False(File.Exists(path));
    }

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local)]
    public async Task A_command_that_floods_us_is_ended(string where)
    {
        var options = new ConnectionOptions { OutputLimit = 30_000_000, KeyPassphrase = null };
        await using var pool = machines.Sshd.Pool(options);
        await using var local = new LocalConnection(TimeProvider.System, options);
        var connection = where == Machines.Local ? local : await pool.Get(machines.Sshd.Host(), TestContext.Current.CancellationToken);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var result = await connection.Run(new RemoteCommand { Words = ["yes"] }, TestContext.Current.CancellationToken);
        Assert.Equal((CommandEnd.Flooded, null, 1_000_000), (result.End, result.ExitCode, result.Stdout.Length));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 100_000_000);
    }

    [Fact]
    public async Task A_login_that_hangs_before_the_command_is_ended_too()
    {
        // The shell that would say the mark never gets to it: it is found by the mark on its command line.
        await using var pool = machines.Sshd.Pool();
        var connection = await pool.Get(machines.Sshd.Host(machines.Sshd.HangingPort), TestContext.Current.CancellationToken);
        var result = await connection.Run(new RemoteCommand { Words = ["echo", "hang"], Timeout = TimeSpan.FromMilliseconds(500) }, TestContext.Current.CancellationToken);
        Assert.Equal((CommandEnd.TimedOut, 0L), (result.End, result.StdoutBytes));
        var processes = await machines.Sh(Machines.Local, ProcessTable.Script);
        Assert.Empty(ProcessTable.Parse(processes.Out())!.With("sleep 97; :"));
    }

    internal static void AllGone(string pids, int count)
    {
        var lines = File.ReadAllLines(pids);
        Assert.Equal(count, lines.Length);
        foreach (var line in lines)
        {
            var pid = int.Parse(line, CultureInfo.InvariantCulture);
            var state = File.Exists($"/proc/{pid}/stat") ? File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1][..1] : "gone";
            Assert.True(state is "gone" or "Z" or "X", $"{pid} is still there: {state}");
        }
    }
}
