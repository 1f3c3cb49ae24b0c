using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Reporting.Files;
using Xunit;

namespace Playbooks.Tests.Reporting.Results;

/// <summary>What the fold over a run's events knows of undos, and of hosts that take no further part.</summary>
public sealed class UndoResultsTests
{
    [Fact]
    public void An_undo_knows_when_it_began_and_what_ran_inside_it()
    {
        var results = MadeRuns.Small().Results;
        var undo = Assert.Single(results.Undos);
        Assert.Equal((TimeSpan.FromSeconds(19.5), TimeSpan.FromSeconds(20.5), false), (undo.Began!.Value, undo.At, undo.Passed));
        Assert.Equal(("Put it back in", Outcome.Unreachable), (Assert.Single(undo.Inside).Title, undo.Inside[0].Result.Outcome));
        Assert.Equal(("was2", "steps/1/steps/2"), (Assert.Single(results.Dropped).Host, results.Dropped[0].Step.Path));
    }

    [Fact]
    public void A_second_try_has_a_room_of_its_own()
    {
        var outline = new RunOutline { Hosts = [new("a", "a")], Steps = [MadeRun.Step("steps/0", "Do", 1) with { Others = [MadeRun.Step("steps/0/undo/0", "Undo", 2)] }] };
        var owed = new OwedUndo("play", new Address("", new("steps/0"), "a"), "Do", null);
        var run = new MadeRun("r", DateTimeOffset.UnixEpoch).Start("p", outline);
        foreach (var number in new[] { 1, 2 })
            run.Add(number, new RunEvent.UndoStarted(owed))
                .Add(number, new RunEvent.HostFinished(new Address($"undo {number} of {owed.At}/", new("steps/0/undo/0"), "a"), "u", new HostResult { Outcome = number == 1 ? Outcome.Failed : Outcome.Passed }))
                .Add(number + 0.5, new RunEvent.UndoFinished(owed, number == 2, null));
        Assert.Equal([(Outcome.Failed, 1.0), (Outcome.Passed, 2.0)], run.Results.Undos.Select(undo => (Assert.Single(undo.Inside).Result.Outcome, undo.Began!.Value.TotalSeconds)));
    }
}
