using CsCheck;
using Playbooks.Planning;
using Playbooks.Running;
using Playbooks.Running.Probing;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Running.Probing;

/// <summary>What samples come to, in time and in number: the fold that a run, its reports and expressions share.</summary>
public sealed class ProbeTallyTests
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private static ProbesState State(string outcomes, IReadOnlyList<long>? took = null, params RunEvent[] before)
    {
        var state = new ProbesState();
        state.On(new RunEvent.ProbeStarted("", new StepKey("probes/0"), "site", [], Every));
        foreach (var happened in before) state.On(happened);
        state.On(new RunEvent.ProbeSampled(new Address("", new StepKey("probes/0"), ""), TimeSpan.Zero, outcomes, took ?? [.. outcomes.Where(o => o != '?').Select(_ => 1000L)], "refused"));
        return state;
    }

    private static ProbeTally Tally(string outcomes) => State(outcomes).All[0].On("");

    private static string Outages(ProbeTally tally) => string.Join(' ', tally.Outages.Select(o => $"{o.From.TotalMilliseconds}-{(o.IsOpen ? "…" : "")}{o.To.TotalMilliseconds}"));

    [Theory]
    [InlineData("++++", "")]
    [InlineData("+--++", "100-300")]
    [InlineData("+--", "100-…300")]
    [InlineData("--+", "0-200")]
    [InlineData("+-+-+", "100-200 300-400")]
    // Neither good nor bad: what is missed begins no outage, and ends none.
    [InlineData("+??+", "")]
    [InlineData("+-?-+", "100-400")]
    [InlineData("+-??+", "100-400")]
    [InlineData("+-?", "100-…300")]
    public void An_outage_is_from_the_first_bad_one_to_the_next_good_one(string samples, string outages) => Assert.Equal(outages, Outages(Tally(samples)));

    [Fact]
    public void An_outage_that_goes_on_ends_with_its_probe()
    {
        var state = State("+-");
        state.On(new RunEvent.ProbeFinished("", new StepKey("probes/0")) { Elapsed = TimeSpan.FromMilliseconds(950) });
        Assert.Equal("100-950", Outages(state.All[0].On("")));
    }

    /// <summary>The same numbers, worked out without the fold.</summary>
    [Fact]
    public void Numbers_are_those_of_the_samples() => Gen.Int[0, 2].Select(i => "+-?"[i]).Array[1, 200].Sample(letters =>
    {
        var samples = new string(letters);
        var took = samples.Where(s => s != '?').Select((_, i) => (long)(i * 7919 % 100_000)).ToList();
        var tally = State(samples, took).All[0].On("");
        var judged = samples.Replace("?", "", StringComparison.Ordinal);
        var good = took.Where((_, i) => judged[i] == '+').Order().ToList();
        Assert.Equal((good.Count, judged.Length - good.Count, samples.Length - judged.Length), (tally.Good, tally.Bad, tally.Missed));
        Assert.Equal(judged.Length == 0 ? null : 100.0 * good.Count / judged.Length, tally.Availability);
        foreach (var percent in new[] { 50, 99 })
        {
            var exact = good.Count == 0 ? 0 : good[(int)Math.Ceiling(percent / 100.0 * good.Count) - 1];
            Assert.Equal(good.Count == 0, tally.Percentile(percent) is null);
            Assert.InRange(tally.Percentile(percent)?.TotalMicroseconds ?? 0, exact, exact * 1.011 + 1);
        }

        // A slot is down from a bad one on, up to the next good one.
        var down = new List<int>();
        var (isDown, length) = (false, 0);
        foreach (var sample in samples)
        {
            isDown = sample == '-' || sample == '?' && isDown;
            if (isDown) length++;
            else if (length > 0)
            {
                down.Add(length);
                length = 0;
            }
        }
        if (length > 0) down.Add(length);
        Assert.Equal(down.Select(slots => Every * slots), tally.Outages.Select(o => o.Duration));
        Assert.Equal(down.Sum() * Every, tally.Downtime);
        Assert.Equal(down.DefaultIfEmpty(0).Max() * Every, tally.LongestOutage);
    });

    [Fact]
    public void A_picture_of_any_length_has_every_sample_once() => Gen.Select(Gen.Int[0, 2].Select(i => "+-?"[i]).Array[1, 3000], Gen.Int[1, 5]).Sample((letters, chunks) =>
    {
        var tally = new ProbeTally((_, _) => []);
        foreach (var (slot, letter) in letters.Index()) tally.Add(Every * slot * chunks, Every, (SampleOutcome)"+-?".IndexOf(letter, StringComparison.Ordinal), TimeSpan.FromMilliseconds(slot), null, TimeSpan.MaxValue);
        Assert.InRange(tally.Timeline.Slices.Count, 1, 512);
        Assert.Equal((tally.Good, tally.Bad, tally.Missed), (tally.Timeline.Slices.Sum(s => s.Good), tally.Timeline.Slices.Sum(s => s.Bad), tally.Timeline.Slices.Sum(s => s.Missed)));
        Assert.Equal(letters.Index().Where(l => l.Item == '+').Select(l => TimeSpan.FromMilliseconds(l.Index)).DefaultIfEmpty(TimeSpan.Zero).Max(), tally.Timeline.Slices.Max(s => s.Slowest));
    });

    private static RunEvent[] Step(string key, string title, string host, int from, int to)
    {
        var at = new Address("", new StepKey(key), host);
        return
        [
            new RunEvent.StepStarted("", at.Step, title, null, [], [host]) { Elapsed = TimeSpan.FromMilliseconds(from) },
            new RunEvent.HostStarted(at, "play", null, false) { Elapsed = TimeSpan.FromMilliseconds(from) },
            new RunEvent.HostFinished(at, "play", new HostResult { Outcome = Outcome.Passed }) { Elapsed = TimeSpan.FromMilliseconds(to) },
        ];
    }

    /// <summary>Somewhere between the last good sample and the first bad one it began: who had ended by then is none, who had begun is one.</summary>
    [Fact]
    public void An_outage_names_who_was_at_work_between_the_last_good_sample_and_the_next()
    {
        var state = State("+++--++", null, [.. Step("steps/0", "Before", "a", 10, 190), .. Step("steps/1", "Cause", "a", 195, 240), .. Step("steps/1", "Cause", "b", 195, 700), .. Step("steps/2", "Meanwhile", "a", 400, 450), .. Step("steps/3", "After", "a", 550, 600)]);
        var outage = Assert.Single(state.All[0].On("").Outages);
        Assert.Equal((200, 300, 500), (outage.Since.TotalMilliseconds, outage.From.TotalMilliseconds, outage.To.TotalMilliseconds));
        Assert.Equal(["Cause on a", "Cause on b", "Meanwhile on a"], outage.AtWork.Select(w => w.ToString()));
        Assert.Equal("refused", outage.Reason);
    }

    /// <summary>What ran beside steps that do not run again is known still.</summary>
    [Fact]
    public void What_a_run_had_found_that_goes_on_after_its_end_counts_no_more_where_the_steps_beside_run_again()
    {
        var state = State("+-");
        state.On(new RunEvent.ProbeStarted("", new StepKey("steps/0/probes/0"), "inner", [], Every));
        state.On(new RunEvent.ProbeStarted("", new StepKey("steps/1/probes/0"), "other", [], Every));
        state.On(new RunEvent.RunResumed(false, [], []));
        Assert.Equal(1, state.All[0].On("").Bad);
        state.On(new RunEvent.RunFinished(ExitCode.Guard, []));
        state.On(new RunEvent.RunResumed(false, [new Forgotten("", new StepKey("steps/1"), []) { IsOpen = true }, new Forgotten("", new StepKey("steps/1/block/0"), [])], []));
        Assert.Equal(["inner"], state.All.Select(p => p.Id));
    }

    [Fact]
    public void A_host_that_is_dropped_is_down_no_longer()
    {
        var state = new ProbesState();
        state.On(new RunEvent.ProbeStarted("", new StepKey("probes/0"), "up", ["a"], Every));
        state.On(new RunEvent.ProbeSampled(new Address("", new StepKey("probes/0"), "a"), TimeSpan.Zero, "--", [1, 1], "x") { Elapsed = TimeSpan.FromSeconds(1) });
        state.On(new RunEvent.HostDropped("a", new StepKey("steps/0")) { Elapsed = TimeSpan.FromSeconds(1) });
        state.On(new RunEvent.ProbeFinished("", new StepKey("probes/0")) { Elapsed = TimeSpan.FromSeconds(9) });
        Assert.Equal(TimeSpan.FromSeconds(1), Assert.Single(state.All[0].On("a").Outages).Duration);
    }

    /// <summary>Nothing has lasted longer than the time that has passed.</summary>
    [Fact]
    public void One_bad_sample_is_no_outage_of_a_whole_period_before_that_is_over()
    {
        var state = new ProbesState();
        state.On(new RunEvent.ProbeStarted("", new StepKey("probes/0"), "up", [], TimeSpan.FromMinutes(1)));
        state.On(new RunEvent.ProbeSampled(new Address("", new StepKey("probes/0"), ""), TimeSpan.Zero, "-", [1], "x") { Elapsed = TimeSpan.FromSeconds(2) });
        Assert.Equal(TimeSpan.FromSeconds(2), state.All[0].On("").LongestOutage);
        state.On(new RunEvent.ProbeFinished("", new StepKey("probes/0")) { Elapsed = TimeSpan.FromSeconds(3) });
        Assert.Equal(TimeSpan.FromSeconds(3), state.All[0].On("").LongestOutage);
    }
}
