using CsCheck;
using Playbooks.Reporting;
using Playbooks.Reporting.Comparing;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Notifying;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Reporting.Comparing;

public sealed class ComparisonTests
{
    /// <summary>Runs whose inventories and plans overlap, in which each step on each host ended somehow, or did not come about.</summary>
    private static readonly Gen<Told> Runs = Gen.Select(Gen.Int[1, 15], Gen.Int[1, 7], Gen.Int[0, 7].Array[12], (hosts, steps, outcomes) =>
    {
        string[] names = [.. Some(["a1", "a2", "a3", "a4"], hosts)];
        var told = new Told(names);
        foreach (var (at, step) in Some(["One", "Two", "Three"], steps).Index())
            told.Step(step, [.. names.Select((host, i) => (host, Outcome: outcomes[at * 4 + i])).Where(h => h.Outcome < 7).Select(h => (h.host, Told.Of((Outcome)h.Outcome)))]);
        return told;
    });

    /// <summary>Those whose bit is set.</summary>
    private static IEnumerable<string> Some(string[] all, int bits) => all.Where((_, at) => (bits >> at & 1) == 1);

    private static IEnumerable<(string, string)> Keys(IEnumerable<Pair> pairs) => pairs.Select(pair => (pair.Any.Step, pair.Any.Host)).Order();

    [Fact]
    public void A_run_compared_with_itself_is_empty() => Runs.Sample(run =>
    {
        var comparison = new Comparison(run.Findings, run.Findings);
        return comparison.IsEmpty && !comparison.IsWorse && !comparison.New.Any() && !comparison.Fixed.Any();
    });

    [Fact]
    public void Swapping_swaps_what_is_new_with_what_is_fixed() => Gen.Select(Runs, Runs).Sample((one, other) =>
    {
        var (there, back) = (new Comparison(one.Findings, other.Findings), new Comparison(other.Findings, one.Findings));
        return Keys(there.New).SequenceEqual(Keys(back.Fixed)) && Keys(there.Surfaced).SequenceEqual(Keys(back.Sunk.Concat(back.Skipped.Where(pair => pair.Was == FindingState.Failed)))) && Keys(there.SeenAgain).SequenceEqual(Keys(back.Lost.Concat(back.Skipped.Where(pair => pair.Was == FindingState.Passed))))
            && Keys(there.StillFailing).SequenceEqual(Keys(back.StillFailing)) && there.Came.SequenceEqual(back.Went, StringComparer.Ordinal);
    });

    [Fact]
    public void No_host_and_no_step_is_lost_between_the_lists() => Gen.Select(Runs, Runs).Sample((one, other) =>
    {
        var (before, now) = (one.Findings, other.Findings);
        var listed = new Comparison(before, now).Lists.SelectMany(list => Keys(list.Pairs)).Order();
        return listed.SequenceEqual(before.All.Concat(now.All).Select(found => (found.Step, found.Host)).Distinct().Order());
    });

    [Fact]
    public void What_is_not_found_out_is_neither_unchanged_nor_passed()
    {
        var before = new Told("was1", "was2", "was3").Step("It listens", ("was1", Told.Of(Outcome.Passed)), ("was2", Told.Of(Outcome.Failed)), ("was3", Told.Of(Outcome.Passed)));
        var now = new Told("was1", "was2", "was3").Step("It listens", ("was1", Told.Of(Outcome.Unreachable)), ("was2", Told.Of(Outcome.NotRun)), ("was3", Told.Of(Outcome.Unknown)));
        var comparison = new Comparison(before.Findings, now.Findings);
        Assert.Equal(["was1", "was3"], comparison.Lost.Select(pair => pair.Any.Host));
        Assert.Equal(["was2"], comparison.Sunk.Select(pair => pair.Any.Host));
        Assert.True(comparison.IsWorse);
    }

    /// <summary>How the second of two runs is compared with the first: what is said, and whether that is worse.</summary>
    private static async Task<(string Said, bool IsWorse)> Compared(string before, string now)
    {
        using var night = new Night();
        var run = await night.Run(now, before);
        return (string.Join('\n', new CompareReport(run.Comparison!, run.Past!, TimeZoneInfo.Utc, 100).Lines().Skip(1).Select(line => line.Text)), run.Comparison!.IsWorse);
    }

    [Theory]
    [InlineData("  - { name: Restart, command: 'true' }", "  - { name: Restart, command: 'true', when: 1 == 2 }", "Restart · localhost (before: passed)")]
    [InlineData("  - { name: Restart, command: 'false' }", "  - { name: Restart, command: 'true', when: 1 == 2 }", "Restart · localhost (before: failed)")]
    [InlineData("  - { name: All, block: [{ name: Restart, command: 'true' }] }", "  - { name: All, when: 1 == 2, block: [{ name: Restart, command: 'true' }] }", "All › Restart · localhost (before: passed)")]
    [InlineData("  - { name: Restart, loop: [1], command: 'true' }", "  - { name: Restart, loop: [], command: 'true' }", "Restart · localhost: its loop has no items (before: passed)")]
    public async Task A_step_that_has_nothing_to_do_now_is_told_and_is_no_worse(string before, string now, string said) =>
        Assert.Equal(($"  - Skipped now:\n    {said}", false), await Compared(before, now));

    [Fact]
    public async Task A_rescue_that_nobody_needs_now_is_no_worse()
    {
        static string Block(string command) => $"  - {{ name: All, block: [{{ name: Try, command: '{command}' }}], rescue: [{{ name: Mend, command: 'true' }}] }}";
        var (said, isWorse) = await Compared(Block("false"), Block("true"));
        Assert.Contains("  - Skipped now:\n    All › Mend · localhost (before: passed)", said, StringComparison.Ordinal);
        Assert.False(isWorse, said);
    }

    [Fact]
    public async Task A_step_that_is_not_reached_is_worse_than_one_that_is_skipped()
    {
        var (said, isWorse) = await Compared("  - command: 'true'\n  - { name: All, block: [{ name: Restart, command: 'true' }] }", "  - command: 'true'\n  - { name: All, block: [{ command: 'false', severity: warning }, { command: 'false' }, { name: Restart, command: 'true' }] }");
        Assert.Contains("  ? Not known any more, passed before:\n    localhost: All › Restart: it did not run", said, StringComparison.Ordinal);
        Assert.True(isWorse);
    }

    [Fact]
    public async Task A_probe_beside_steps_that_fail_was_not_judged_but_did_run()
    {
        static string Block(string command) => $"  - name: Block\n    probes: [{{ name: It answers, command: 'true', effect: none, every: 50ms, budget: {{ bad: 0% }} }}]\n    block: [{{ wait: 150ms }}, {{ name: Work, command: '{command}' }}]";
        const string Open = "  ? Not known any more, passed before:\n    localhost: Block › It answers: not judged, its steps did not pass";
        Assert.EndsWith(Open, (await Compared(Block("true"), Block("false"))).Said, StringComparison.Ordinal);
        Assert.EndsWith(": not judged, it has no budget", (await Compared(Block("true"), Block("true").Replace(", budget: { bad: 0% }", "", StringComparison.Ordinal))).Said, StringComparison.Ordinal);
        Assert.EndsWith("  ✓ Passed, and not known before:\n    localhost: Block › It answers", (await Compared(Block("false"), Block("true"))).Said, StringComparison.Ordinal);
    }

    [Fact]
    public void What_fails_still_does_so_since_it_was_last_good()
    {
        Findings[] runs = [.. new[] { Outcome.Failed, Outcome.Unreachable, Outcome.Failed, Outcome.Passed, Outcome.Failed }
            .Select((outcome, day) => new Told("was1") { StartedAt = new(2026, 11, 28 - day, 3, 0, 0, TimeSpan.Zero) }.Step("It listens", ("was1", Told.Of(outcome))).Findings)];
        var finding = runs[0].All.Single();
        Assert.Equal(new FailingSince(runs[2].StartedAt, 2, IsSure: true), new Past(runs[0], runs[1..]).Since(finding));
        Assert.Equal(new FailingSince(runs[2].StartedAt, 2, IsSure: false), new Past(runs[0], runs[1..3]).Since(finding));
    }

    [Theory]
    [InlineData("FPFP", 3)]
    [InlineData("FPF", null)]
    [InlineData("FUPUFUP", 3)]
    [InlineData("FFFFFFFFFPFP", null)]
    public void Who_changes_three_times_in_ten_runs_flaps(string outcomes, int? changes)
    {
        Findings[] runs = [.. outcomes.Select(letter => new Told("was1").Step("It listens", ("was1", Told.Of(letter switch { 'F' => Outcome.Failed, 'P' => Outcome.Passed, _ => Outcome.Unreachable }))).Findings)];
        Assert.Equal(changes, new Past(runs[0], runs[1..]).Flaps(runs[0].All.Single()));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    public Task The_comparison_is_told_with_what_is_worse_first(int width)
    {
        static HostResult With(Outcome outcome, string version) => Told.Of(outcome) with { Captured = new Dictionary<string, object?> { ["version"] = version } };
        var before = new Told("was1", "was2", "old")
            .Step("The receiver listens", ("was1", With(Outcome.Passed, "9.0.1")), ("was2", Told.Of(Outcome.Failed)))
            .Step("The disk has room", ("was1", Told.Of(Outcome.Failed, "90% is used")), ("was2", Told.Of(Outcome.Passed)))
            .Step("<b>Gone</b> \e[31m", ("old", Told.Of(Outcome.Passed)));
        var now = new Told("was1", "was2", "new") { StartedAt = new(2026, 11, 29, 3, 0, 0, TimeSpan.Zero), Run = "20261129-030000-bbbb" }
            .Step("The receiver listens", ("was1", With(Outcome.Passed, "9.0.2\e[2J")), ("was2", Told.Of(Outcome.Passed)))
            .Step("The disk has room", ("was1", Told.Of(Outcome.Failed, "91% is used")), ("was2", Told.Of(Outcome.Unreachable, "was2 refuses connections")))
            .Step("A new one", ("was1", Told.Of(Outcome.Error, "there is no such file")), ("new", Told.Of(Outcome.Passed)));
        var report = new CompareReport(new Comparison(before.Findings, now.Findings), new Past(now.Findings, [before.Findings]), TimeZoneInfo.Utc, width);
        return Verifier.Verify(string.Join('\n', report.Lines().Select(line => line.Text)), parameters: $"{width}");
    }
}
