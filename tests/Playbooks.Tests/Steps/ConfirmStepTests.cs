using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps;

public sealed class ConfirmStepTests
{
    private readonly List<string> asked = [];

    private static async Task<StepResult> Run(Questions questions, string yaml, Scope? scope = null, TimeSpan? timeout = null, string step = "steps/0")
    {
        await using var connections = new ConnectionPool(TimeProvider.System);
        return await KindHarness.Bound("confirm", yaml).Run(new StepContext
        {
            Scope = scope ?? Scope.Empty,
            Machine = Host.Control,
            Connections = connections,
            Jars = new CookieJars(),
            Questions = questions,
            Step = step,
            Timeout = timeout ?? TimeSpan.FromSeconds(30),
            Time = TimeProvider.System,
            Claim = new Claim("test", "test"),
        }, TestContext.Current.CancellationToken);
    }

    private Questions Answer(Func<string, bool?> answer) => new((question, _) =>
    {
        lock (asked) asked.Add(question);
        return Task.FromResult(answer(question));
    });

    [Fact]
    public async Task Yes_passes_no_fails_and_nobody_is_an_error_that_says_how_to_mend_it()
    {
        Assert.Equal(Outcome.Passed, (await Run(Answer(_ => true), "Go on?")).Outcome);
        var no = await Run(Answer(_ => false), "Go on?");
        Assert.Equal((Outcome.Failed, "the answer was no: Go on?"), (no.Outcome, no.Messages[0]));
        var nobody = await Run(Questions.Unasked, "Go on?");
        Assert.Equal((Outcome.Error, "run it in a terminal, or with --yes, which answers every question with yes"), (nobody.Outcome, nobody.Mend));
    }

    [Fact]
    public async Task A_question_is_asked_once_for_a_step_and_a_different_one_by_itself()
    {
        var questions = Answer(_ => true);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Run(questions, "Go on?")));
        foreach (var host in new[] { "a", "b", "a" }) await Run(questions, "Stop {{ h }}?", Scope.Empty.With("h", host));
        await Run(questions, "Go on?", step: "steps/1");
        Assert.Equal(["Go on?", "Stop a?", "Stop b?", "Go on?"], asked);
    }

    [Fact]
    public async Task Whose_time_is_up_answers_for_nobody_else()
    {
        var first = true;
        var questions = new Questions(async (_, cancel) =>
        {
            if (!first) return true;
            first = false;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
            return null;
        });
        var impatient = Run(questions, "Go on?", timeout: TimeSpan.FromMilliseconds(50));
        var other = Run(questions, "Go on?");
        Assert.Equal((Outcome.Error, "nobody answered within 50ms: Go on?"), ((await impatient).Outcome, (await impatient).Messages[0]));
        Assert.Equal(Outcome.Passed, (await other).Outcome);
    }
}
