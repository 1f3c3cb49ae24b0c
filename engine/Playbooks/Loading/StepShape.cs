using FluentValidation;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Steps.Log;

namespace Playbooks.Loading;

/// <summary>The rules a step's keys must keep among themselves, whatever its names and values turn out to be.</summary>
internal sealed class StepShape(StepLoader.Room room)
{
    /// <summary>Made once for each room: to make them takes longer than all else about a step.</summary>
    private static readonly Rules[] ByRoom = [.. Enum.GetValues<StepLoader.Room>().Order().Select(room => new Rules(room))];

    /// <summary>Adds a problem for each rule that is broken; what stands behind ` | ` in a message is its mend.</summary>
    public void Report(Step step, ProblemList problems)
    {
        if (SaysNothing(step)) return;
        foreach (var failure in ByRoom[(int)room].Validate(step).Errors)
        {
            var parts = failure.ErrorMessage.Split(" | ", 2);
            problems.Add((Position)failure.CustomState, parts[0], parts.Length > 1 ? parts[1] : null);
        }
    }

    /// <summary>
    /// It has none of the keys that the rules are about, as most steps: compiled ahead of time, to ask the rules takes longer than to read
    /// the step.
    /// </summary>
    private bool SaysNothing(Step step) =>
        step is { Every: null, Within: null, MaxOutput: null, Runs: null, RunOnce: false, AnyResult: false, Severity: Model.Severity.Error, Tags.Count: 0, Work: not (PutBack or Include or KindWork { Kind: Steps.Log.LogStep }), Own: { Sudo: null, OnFailure: null, Env: null } }
        && (room is StepLoader.Room.Playbook or StepLoader.Room.Probe || step is { Undo.Count: 0, Own.Hosts: null });

    private sealed class Rules : AbstractValidator<Step>
    {
        public Rules(StepLoader.Room room)
        {
            RuleFor(step => step.Every).Null().When(step => step.Within is null && room != StepLoader.Room.Probe)
                .WithMessage("`every` says how often to try again, but there is no `within`").WithState(step => step.Every!.At);
            RuleFor(step => step.Within).Null().When(step => step.Work is KindWork { Kind: ConfirmStep })
                .WithMessage("an answer is an answer: `within` would not change it").WithState(step => step.Within!.At);
            RuleFor(step => step).Must(OnlyPutsBack).When(step => step.Work is PutBack)
                .WithMessage("`put_back` takes only `name`, `id`, `tags`, `when` and `on_failure` beside it | put the rest on steps of their own").WithState(step => step.At);
            RuleFor(step => step.Own.Sudo).Null().When(step => step.Work is AssertOnly or KindWork { TakesSudo: false })
                .WithMessage("`sudo` is for what runs on a host; this step does not").WithState(step => step.Own.Sudo!.At);
            RuleFor(step => step.Own.OnFailure).Null().When(_ => room != StepLoader.Room.Playbook)
                .WithMessage("`on_failure` inside an action or an undo is not there yet in this version | put it on the step that uses the action").WithState(step => step.At);
            RuleFor(step => step.Severity).Equal(Model.Severity.Error).When(_ => room != StepLoader.Room.Playbook)
                .WithMessage("`severity` inside an action or an undo is not there yet in this version | put it on the step that uses the action").WithState(step => step.At);
            RuleFor(step => step.Severity).Equal(Model.Severity.Error).When(step => step.Own.OnFailure is not null)
                .WithMessage("`on_failure` says what follows from a failure, and from a warning nothing does | leave out one of them").WithState(step => step.At);
            RuleFor(step => step.MaxOutput).Null().When(step => step.Work is not KindWork { Kind.IsUsersCommand: true })
                .WithMessage("`max_output` is for what a command prints; this step runs none").WithState(step => step.MaxOutput!.At);
            RuleFor(step => step.Own.Env).Null().When(step => step.Work is not (Block or ActionCall or KindWork { Kind.IsUsersCommand: true }))
                .WithMessage("`env` is for commands; this step runs none").WithState(step => step.Own.Env!.At);
            RuleFor(step => step.Tags).Empty().When(_ => room != StepLoader.Room.Playbook)
                .WithMessage("steps of an action or an undo have no `tags`: they run with the step they belong to").WithState(step => step.At);
            RuleFor(step => step).Must(OnlyIncludes).When(step => step.Work is Include)
                .WithMessage("`include` takes only `name`, `id`, `tags`, `when`, `on_failure`, `effect` and `params` beside it | the playbook itself says the rest").WithState(step => step.At);
            RuleFor(step => step.AnyResult).Equal(false).When(step => step.Work is AssertOnly)
                .WithMessage("`assert: any` alone asserts nothing").WithState(step => step.At);
            RuleFor(step => step).Must(step => step.Assert.Count > 0 || step.AnyResult || step.Capture.Count > 0 || step.Id is not null).When(step => step.Work is LogWork { Contains: null, Matches: null, Lacks: null })
                .WithMessage("this `log` asks nothing of the file | give it `contains`, `matches` or `lacks`, or an `assert` on `count`").WithState(step => step.At);
            RuleFor(step => step.Runs).Null().When(step => step.Work is ActionCall or AssertOnly)
                .WithMessage("`at` says where a kind's work runs; this step has no kind of its own | put it on the steps of the action").WithState(step => step.At);

            When(_ => room == StepLoader.Room.Undo, () =>
            {
                RuleFor(step => step.Own.Hosts).Null().WithMessage("an undo runs on the hosts where its step had started: it has no `hosts`").WithState(step => step.Own.Hosts!.At);
                RuleFor(step => step.Undo).Empty().WithMessage("an undo has no undo of its own").WithState(step => step.At);
                RuleFor(step => step.Work).Must(work => work is not PutBack).WithMessage("`put_back` does not go inside an undo").WithState(step => step.At);
                RuleFor(step => step.RunOnce).Equal(false).WithMessage("`run_once` does not go inside an undo").WithState(step => step.At);
            });
            When(_ => room == StepLoader.Room.Action, () =>
            {
                RuleFor(step => step.Own.Hosts).Null().WithMessage("an action runs on the hosts of the step that uses it: its steps have no `hosts`").WithState(step => step.Own.Hosts!.At);
                RuleFor(step => step.RunOnce).Equal(false).WithMessage("`run_once` does not go inside an action").WithState(step => step.At);
            });
        }

        private static bool OnlyPutsBack(Step step) => step.Own.Effect is null && OnlyIncludes(step);

        private static bool OnlyIncludes(Step step) =>
            step is { Assert: [], AnyResult: false, Capture: [], Loop: null, Within: null, Every: null, Undo: [], Runs: null, RunOnce: false, Severity: Model.Severity.Error, Own: { Hosts: null, Sudo: null, Timeout: null } };
    }
}
