using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Dying;

/// <summary>
/// Fault 9: `play` is killed with SIGKILL right after a commit of its journal, for one commit, and in `./test long` for every one, of a run with loops, blocks, undo and an action; and `play resume` does as promised. The checker
/// is the log that the steps themselves write on their hosts.
/// </summary>
public sealed class DyingTests : IAsyncLifetime
{
    /// <summary>Of its own, so that it is known whose processes are left.</summary>
    private readonly Sshd sshd = new();

    public ValueTask InitializeAsync() => sshd.InitializeAsync();

    public ValueTask DisposeAsync() => sshd.DisposeAsync();

    /// <summary>Commits of a run are fewer than this by far.</summary>
    private const int Most = 2_000;

    [Theory]
    [InlineData("true", 0)]
    [InlineData("exit 3", 1)]
    [Trait("Category", "Long")]
    public async Task A_run_that_goes_on_after_any_death_ends_as_if_nothing_had_been(string last, int code)
    {
        var undisturbed = await Undisturbed(last, code);
        var points = await Each(1, dieAt => GoesOn(undisturbed, last, code, dieAt));
        TestContext.Current.SendDiagnosticMessage($"{points} points of death, each gone on from");
    }

    /// <summary>It dies while it goes on, too.</summary>
    [Theory]
    [InlineData("true", 0)]
    [InlineData("exit 3", 1)]
    [Trait("Category", "Long")]
    public async Task A_run_that_dies_again_and_again_ends_as_if_nothing_had_been(string last, int code)
    {
        var undisturbed = await Undisturbed(last, code);
        foreach (var again in new[] { 1, 2, 3, 5, 8, 13 }) await Each(5, dieAt => GoesOn(undisturbed, last, code, dieAt, again, again));
    }

    [Fact]
    public async Task A_run_that_is_put_back_after_a_death_owes_nothing()
    {
        await PutsBack(25);
        await NothingIsLeft();
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_run_that_is_put_back_after_any_death_owes_nothing()
    {
        var points = await Each(1, dieAt => PutsBack(dieAt));
        foreach (var again in new[] { 1, 2, 4 }) await Each(6, dieAt => PutsBack(dieAt, again));
        TestContext.Current.SendDiagnosticMessage($"{points} points of death, each put back from");
    }

    private async Task<Dictionary<string, List<string>>> Undisturbed(string last, int code)
    {
        using var run = new DyingRun(sshd, last);
        Assert.True(await run.Begin() == code, run.Told);
        return ByHost(run.Effects);
    }

    /// <summary>One death after the other, until a run survives; how many there were.</summary>
    private async Task<int> Each(int step, Func<int, Task<bool>> dies)
    {
        // One after the other: they would lock each other out.
        for (var dieAt = step; dieAt < Most; dieAt += step)
            if (!await dies(dieAt))
            {
                await NothingIsLeft();
                return dieAt / step - 1;
            }
        throw new InvalidOperationException("it never survives");
    }

    /// <summary>False: it survived.</summary>
    private async Task<bool> GoesOn(Dictionary<string, List<string>> undisturbed, string last, int code, int dieAt, params int[] again)
    {
        using var run = new DyingRun(sshd, last);
        var ended = await run.Begin(dieAt);
        var died = ended is null;
        foreach (var next in again) ended ??= await run.Resume("--go-on", next);
        ended ??= await run.Resume("--go-on");
        Assert.True(ended == code || ended == 2 && run.WasOver, $"it died at {dieAt}:\n{run.Told}");
        var seen = ByHost(run.Effects);
        Assert.True(undisturbed.Keys.Order().SequenceEqual(seen.Keys.Order()), run.Told);
        foreach (var (host, effects) in undisturbed) Assert.True(effects.SequenceEqual(seen[host]), $"it died at {dieAt}, and {host} is not as it should be:\n{run.Told}");
        Assert.Single(run.Effects.Select(effect => effect.Run).Distinct());
        return died;
    }

    /// <summary>False: it survived.</summary>
    private async Task<bool> PutsBack(int dieAt, params int[] again)
    {
        using var run = new DyingRun(sshd);
        if (await run.Begin(dieAt) is not null) return false;
        int? ended = null;
        foreach (var next in again) ended ??= await run.Resume("--undo", next);
        ended ??= await run.Resume("--undo");
        var why = $"it died at {dieAt}:\n{run.Told}";
        Assert.True(ended is not (2 or 3 or 4 or 6) || ended == 2 && run.WasOver, why);
        var effects = run.Effects.Where(effect => !effect.MayRepeat).ToList();
        Assert.True(effects.GroupBy(effect => (effect.Host, effect.Step, effect.Step.StartsWith("un", StringComparison.Ordinal) && !effect.Step.EndsWith("each", StringComparison.Ordinal) ? "" : effect.Value)).All(same => same.Count() == 1), why);

        int Count(string step, string host) => effects.Count(effect => effect.Step == step && effect.Host == host);
        string[] hosts = ["h1", "h2"];
        bool Everywhere(string step) => hosts.All(host => Count(step, host) > 0);
        bool Anywhere(string step) => hosts.Any(host => Count(step, host) > 0);
        // A block that ended well has forgotten what it owed. That its last step has run does not tell yet whether it had; that the next one has begun does.
        void IsPutBack(string step, bool mayBeOver, bool isOver) => Assert.All(hosts, host =>
            Assert.True(Count("un" + step, host) == Count(step, host) && !isOver || Count("un" + step, host) == 0 && (mayBeOver || isOver), $"{step} on {host}; {why}"));
        foreach (var step in new[] { "change", "each", "act-begin" }) IsPutBack(step, Everywhere("last"), Anywhere("after"));
        IsPutBack("right", Everywhere("right") && Count("left", "h1") > 0, Anywhere("act-begin"));
        foreach (var step in new[] { "swap", "make" }) IsPutBack(step, false, false);
        // Each batch has forgotten its own, when it is over.
        foreach (var (host, next) in new[] { ("h2", Count("roll", "h1") > 0), ("h1", Anywhere("last")) })
            Assert.True(Count("unroll", host) == Count("roll", host) && !next || Count("unroll", host) == 0 && (next || Count("rolled", host) > 0), $"roll on {host}; {why}");
        return true;
    }

    /// <summary>What each host had done to it, in order, without what may be repeated, and what runs beside it.</summary>
    private static Dictionary<string, List<string>> ByHost(IReadOnlyList<Effect> effects) => effects.Where(effect => !effect.MayRepeat).GroupBy(effect => effect.Host)
        .ToDictionary(host => host.Key, host => host.OrderBy(effect => effect.Step is "left" ? 1 : 0).Select(effect => effect.ToString()).ToList());

    /// <summary>No program of ours, and no command of a host, runs any more.</summary>
    private Task NothingIsLeft() => Eventually.Holds(() => Directory.EnumerateDirectories("/proc").All(process => !IsOurs(process)), "nothing runs any more");

    private bool IsOurs(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "environ")).Split('\0').Any(variable => variable == $"HOME={sshd.Folder}" || variable == $"PLAY_TEST_DYING={sshd.Folder}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
