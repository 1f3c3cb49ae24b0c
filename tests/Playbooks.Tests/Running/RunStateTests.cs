using Playbooks.Planning;
using Playbooks.Running;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Running;

public sealed class RunStateTests
{
    private static readonly StepKey Key = new("steps/0");

    private static RunState Fold(params RunEvent[] events)
    {
        var state = new RunState();
        long sequence = 0;
        foreach (var happened in events) state.Apply(happened with { Sequence = ++sequence });
        return state;
    }

    private static RunEvent.HostStarted Started(string host, int item) => new(new Address("", Key, host, item), "play", item, true);

    private static RunEvent.ItemFinished Ended(string host, int item, Outcome outcome, bool began = true) => new(new Address("", Key, host, item, 3), "play", new HostResult { Outcome = outcome, Began = began });

    private static string Owed(RunState state) => string.Join(' ', state.Owed("play").Select(o => $"{o.At.Host}{o.At.Item}{(o.IsUnknown ? "?" : "")}"));

    [Fact]
    public void Undos_are_owed_for_each_item_begun_last_started_first() =>
        Assert.Equal("a1 b0 a0", Owed(Fold(Started("a", 0), Started("b", 0), Ended("a", 0, Outcome.Passed), Started("a", 1))));

    [Fact]
    public void Only_the_item_whose_end_is_unknown_is_unknown() =>
        Assert.Equal("a1? a0", Owed(Fold(Started("a", 0), Ended("a", 0, Outcome.Passed), Started("a", 1), Ended("a", 1, Outcome.Unknown))));

    [Fact]
    public void That_an_end_is_unknown_is_known_until_it_is_found_out()
    {
        RunEvent.StepStarted started = new("", Key, "It", null, [], ["a"]);
        RunEvent.HostFinished Finished(Outcome outcome) => new(new Address("", Key, "a"), "play", new HostResult { Outcome = outcome });
        Assert.False(Fold(started, Finished(Outcome.Error)).HasUnknown);
        Assert.True(Fold(started, Finished(Outcome.Unknown)).HasUnknown);
        Assert.False(Fold(started, Finished(Outcome.Unknown), Finished(Outcome.Passed)).HasUnknown);
    }

    [Fact]
    public void What_never_began_is_not_owed() =>
        Assert.Equal("b0", Owed(Fold(Started("a", 0), Started("b", 0), Ended("a", 0, Outcome.Unreachable, began: false), Ended("b", 0, Outcome.Failed))));

    [Fact]
    public void A_block_that_ended_well_has_forgotten_its_undos_and_one_that_did_not_keeps_them()
    {
        Assert.Equal("", Owed(Fold(Started("a", 0), new RunEvent.BlockFinished("play", true))));
        Assert.Equal("a0", Owed(Fold(Started("a", 0), new RunEvent.BlockFinished("play", false))));
    }

    [Fact]
    public void A_failed_undo_is_not_tried_again_and_is_told_at_the_end()
    {
        var state = Fold(Started("a", 0), Started("b", 0));
        var owed = state.Owed("play");
        state.Apply(new RunEvent.UndoFinished(owed.Single(o => o.At.Host == "a"), false, "it did not pass"));
        state.Apply(new RunEvent.UndoFinished(owed.Single(o => o.At.Host == "b"), true, null));
        Assert.Equal("", Owed(state));
        Assert.Equal(["a"], state.NotUndone.Select(o => o.At.Host));
    }
}
