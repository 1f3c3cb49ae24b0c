using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Judges what came of an attempt: the kind's own assertions (unless the user's name the field), then the user's; every one that does not hold is told.</summary>
internal static class Judgement
{
    public static HostResult Of(PlannedStep step, HostResult result, Scope scope)
    {
        if (result.Outcome == Outcome.Failed && step.Step.AnyResult) result = result with { Outcome = Outcome.Passed, Failures = [] };
        if (result.Outcome != Outcome.Passed) return result;

        var fields = WithFields(scope, result.Fields);
        var assertions = step.OwnAssertions.Select(o => (OwnExpressions.Of(o), IsOwn: true)).Concat(step.Step.Assert.Select(a => (a, IsOwn: false)));
        var failures = new List<Failure>();
        var outcome = Outcome.Failed;
        foreach (var (assertion, isOwn) in assertions)
        {
            var at = isOwn ? step.Step.At : assertion.At;
            try
            {
                var (holds, explanation) = Condition.Explain(assertion, fields);
                if (!holds) failures.Add(new Failure(at, $"{assertion.Text.Trim()} does not hold", null, explanation));
            }
            catch (ExpressionException e)
            {
                outcome = Outcome.Error;
                failures.Add(new Failure(isOwn ? at : e.At, e.Message, e.Mend));
            }
        }
        if (failures.Count > 0) return result with { Outcome = outcome, Failures = failures };
        try
        {
            return result with { Captured = step.Step.Capture.ToDictionary(c => c.Name, c => c.Value.Evaluate(fields)) };
        }
        catch (ExpressionException e)
        {
            return result with { Outcome = Outcome.Error, Failures = [new Failure(e.At, e.Message, e.Mend)] };
        }
    }

    /// <summary>The names and, over them, the fields of a result; `result` is all of it.</summary>
    public static Scope WithFields(Scope scope, DataMap fields) => scope
        .With(fields.Names.ToHashSet(), name => fields.TryGet(name, out var value) ? value : null)
        .With("result", fields);
}
