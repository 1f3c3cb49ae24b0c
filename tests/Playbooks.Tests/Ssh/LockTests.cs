using Playbooks.Connections;
using Playbooks.Connections.Locks;
using Playbooks.Connections.Receipts;
using Playbooks.Model;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>One run at a time changes a host, whoever starts it and from wherever.</summary>
public sealed class LockTests(Sshd sshd, Accounts accounts) : IClassFixture<Accounts>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("play-locks-");
    private readonly List<ConnectionPool> _pools = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string[] Locks => [.. Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories)];

    public ValueTask InitializeAsync()
    {
        // As /tmp is.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b001_111_111_111);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools) await pool.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private ConnectionPool Pool(string? folder = null)
    {
        var pool = sshd.Pool(new ConnectionOptions { KeyPassphrase = null, LockFolder = folder ?? _folder.FullName });
        _pools.Add(pool);
        return pool;
    }

    private static LockHolder Holder(string run) => new(run, "Failover", "ann", "desk", "2031-05-06 07:08");

    private static async Task<HostLock> Lock(ConnectionPool pool, Host host, string run) => Assert.Single(await pool.Lock([host], Holder(run), Cancel));

    [Theory, InlineData(Machines.Ssh), InlineData(Machines.Local), InlineData("another user")]
    public async Task A_second_run_is_told_who_changes_the_host_until_that_is_over(string where)
    {
        var (one, other) = where == Machines.Local ? (Host.Control, Host.Control) : where == Machines.Ssh ? (sshd.Host(), sshd.Host() with { Name = "another name" }) : (accounts.Host("sh"), accounts.Host("tcsh"));
        var (first, second) = (Pool(), Pool());
        Assert.Equal((LockState.Taken, 0), (await Lock(first, one, "run-1") is var got ? got.State : default, got.Notes.Count));
        var refused = await Lock(second, other, "run-2");
        Assert.Equal((LockState.Held, Holder("run-1")), (refused.State, refused.Holder));
        Assert.Equal($"{other.Label} is being changed by run run-1 of `Failover`, which ann started on desk at 2031-05-06 07:08.", refused.Message);
        if (where == Machines.Local) Assert.Equal(Environment.ProcessId, refused.Process);
        Assert.Single(Locks);
        await first.Unlock(keepReceipts: false);
        Assert.Empty(Locks);
        var third = Pool();
        Assert.Equal(LockState.Taken, (await Lock(third, other, "run-3")).State);
        await third.Unlock(keepReceipts: false);
    }

    [Fact]
    public async Task A_lock_whose_connection_is_gone_is_stale_and_who_had_it_is_told_who_has_it_now()
    {
        var (first, second) = (Pool(), Pool());
        await Lock(first, sshd.Host(), "run-1");
        LinkTests.Signal("KILL", await LinkTests.ServerOf(await first.Get(sshd.Host(), Cancel)));
        var taken = await Lock(second, sshd.Host(), "run-2");
        Assert.Equal((LockState.Taken, $"web1: a lock was left there by {Holder("run-1")}; its connection is gone."), (taken.State, Assert.Single(taken.Notes)));
        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => first.Run(sshd.Host(), new RemoteCommand { Words = ["true"] }, Cancel));
        Assert.Equal((true, $"web1 is being changed by {Holder("run-2")}."), (e.IsLocked, e.Message));
        await second.Unlock(keepReceipts: false);
        Assert.Equal(0, (await first.Run(sshd.Host(), new RemoteCommand { Words = ["true"] }, Cancel)).ExitCode);
    }

    [Fact]
    public async Task A_new_connection_takes_the_lock_before_anything_is_run_over_it()
    {
        var (first, second) = (Pool(), Pool());
        await Lock(first, sshd.Host(), "run-1");
        var lost = await first.Get(sshd.Host(), Cancel);
        LinkTests.Signal("KILL", await LinkTests.ServerOf(lost));
        await Eventually.Holds(() => first.Get(sshd.Host(), Cancel) is { IsCompletedSuccessfully: true, Result: var now } && now != lost, "it is connected again");
        var server = await LinkTests.ServerOf(await first.Get(sshd.Host(), Cancel));
        var refused = await Lock(second, sshd.Host(), "run-2");
        Assert.Equal((LockState.Held, "run-1", server), (refused.State, refused.Holder?.Run, refused.Process));
    }

    [Fact]
    public async Task A_run_that_is_gone_on_with_takes_its_own_lock()
    {
        await Lock(Pool(), sshd.Host(), "run-1");
        Assert.Equal(LockState.Taken, (await Lock(Pool(), sshd.Host(), "run-1")).State);
    }

    [Fact]
    public async Task Of_many_that_want_it_in_one_moment_at_most_one_gets_it()
    {
        var pools = Enumerable.Range(0, 6).Select(_ => Pool()).ToList();
        await Task.WhenAll(pools.Select(p => p.Get(sshd.Host(), Cancel)));
        for (var round = 0; round < 3; round++)
        {
            var locks = await Task.WhenAll(pools.Select((p, i) => Lock(p, sshd.Host(), $"run-{i}")));
            Assert.InRange(locks.Count(l => l.State == LockState.Taken), 0, 1);
            Assert.All(locks, l => Assert.True(l.State is LockState.Taken or LockState.Held));
            foreach (var pool in pools) await pool.Unlock(keepReceipts: false);
            // Whatever became of them, it is free.
            var alone = Pool();
            Assert.Equal(LockState.Taken, (await Lock(alone, sshd.Host(), "run-alone")).State);
            await alone.Unlock(keepReceipts: false);
        }
    }

    [Fact]
    public async Task Where_no_lock_can_be_made_the_run_goes_on_and_says_so()
    {
        var path = sshd.NewPath();
        File.WriteAllText(path, "no folder");
        var pool = Pool(path);
        var missing = await Lock(pool, sshd.Host(), "run-1");
        Assert.Equal((LockState.Missing, "web1: no lock could be made, so another run is not kept from changing it: /tmp/play-lock.UID there cannot be written, or is somebody else's."), (missing.State, Assert.Single(missing.Notes)));
        Assert.Equal(0, (await pool.Run(sshd.Host(), new RemoteCommand { Words = ["true"] }, Cancel)).ExitCode);
    }

    [Fact]
    public async Task A_link_in_place_of_the_folder_is_not_followed()
    {
        var other = Directory.CreateDirectory(sshd.NewPath()).FullName;
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, $"play-lock.{await Uid()}"), other);
        Assert.Equal(LockState.Missing, (await Lock(Pool(), sshd.Host(), "run-1")).State);
        Assert.Empty(Directory.GetFiles(other));
        Directory.Delete(Path.Combine(_folder.FullName, $"play-lock.{await Uid()}"));
    }

    [Fact]
    public async Task What_anybody_wrote_into_a_lock_is_shown_as_text()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, "play-lock.4711")).FullName;
        var stat = File.ReadAllText($"/proc/{Environment.ProcessId}/stat").Split(") ")[1].Split(' ')[19];
        File.WriteAllText(Path.Combine(folder, "x"), $"{Environment.ProcessId} {File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {stat}\nru\u001b[31mn\nb\nc\n$(id)\ne\n");
        var refused = await Lock(Pool(), sshd.Host(), "run-1");
        Assert.Equal((LockState.Held, new LockHolder("ru?[31mn", "b", "c", "$(id)", "e")), (refused.State, refused.Holder));
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_gets_its_lock_when_it_can()
    {
        await using var cable = new Cable(sshd.Port) { IsCut = true };
        var known = sshd.NewPath();
        File.WriteAllText(known, $"[127.0.0.1]:{cable.Port} {sshd.PublicHostKey("ed25519")}\n");
        var (host, pool) = (sshd.Host(cable.Port, knownHosts: known, timeout: TimeSpan.FromSeconds(1)), Pool());
        Assert.Equal(LockState.Unreachable, (await Lock(pool, host, "run-1")).State);
        cable.IsCut = false;
        await pool.Run(host, new RemoteCommand { Words = ["true"] }, Cancel);
        Assert.Equal(LockState.Held, (await Lock(Pool(), sshd.Host(), "run-2")).State);
    }

    [Fact]
    public async Task The_receipts_of_a_run_go_with_its_lock_unless_it_will_be_gone_on_with()
    {
        var run = StateFolder.NewRun;
        var folder = $"{sshd.Folder}/.local/state/play/receipts/{run}";
        var old = $"{sshd.Folder}/.local/state/play/receipts/old";
        Directory.CreateDirectory(old);
        Directory.SetLastWriteTimeUtc(old, DateTime.UnixEpoch);
        foreach (var keep in new[] { true, false })
        {
            var pool = Pool();
            await Lock(pool, sshd.Host(), run);
            Assert.True(Directory.Exists(folder));
            await pool.Run(sshd.Host(), new RemoteCommand { Words = ["true"], Claim = new Claim(run, "x", keep ? 1 : 2), Receipt = new Receipt(1) }, Cancel);
            Assert.Equal(keep ? 2 : 4, Directory.GetFiles(folder).Length);
            await pool.Unlock(keep);
            Assert.Equal(keep, Directory.Exists(folder));
        }
        Assert.False(Directory.Exists(old));
    }

    private async Task<string> Uid() => (await _pools.Concat([Pool()]).First().Run(sshd.Host(), new RemoteCommand { Words = ["id", "-u"] }, Cancel)).Out().Trim();
}
