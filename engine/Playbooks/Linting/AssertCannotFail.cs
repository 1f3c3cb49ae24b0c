using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Steps.Http;
using Playbooks.Steps.Log;
using Playbooks.Templating;

namespace Playbooks.Linting;

/// <summary>An assertion that holds whatever happens.</summary>
internal sealed class AssertCannotFail : LintRule
{
    public override string Name => "assert-cannot-fail";

    public override string Summary => "An assertion that holds whatever happens proves nothing.";

    public override string Explanation => """
        A green line is worth what could have made it red. `count(lines) >= 0`, `status > 0`, `x == x` and `a || true` hold whatever the
        host answered; so does `assert: any` on a step that asserts nothing by itself. Whoever reads the report takes it for a proof.

        Say what must be true: `count(lines) > 0`, `status == 200`, `x == "…"`. Where every result of a `command`, an `http` or a `tls`
        will do, `assert: any` says so; other kinds need no such word.

        Only what is certain is told: how numbers are counted, what a constant is, two sides that are the same text.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file)
    {
        foreach (var linted in file.Steps)
        {
            var step = linted.Step;
            foreach (var assertion in step.Assert)
                if (assertion.WhyItAlwaysHolds((name, members) => Range(step.Work, name, members)) is { } why)
                    yield return Found(assertion.At, $"this cannot fail: {why}", "compare with what must be true, or leave it out", linted);
            if (step.AnyResult && step.Work is not KindWork { Kind.OwnAssertions.Count: > 0 })
                yield return Found(step.At, $"`assert: any` says nothing here: `{Word(step.Work)}` asserts nothing that it would take away", "leave it out, or assert what must be true", linted);
        }
    }

    private static string Word(Work work) => work is KindWork kind ? kind.Kind.Name : work is ActionCall call ? call.Action : "this step";

    /// <summary>Fields that are always there, and how large they may be.</summary>
    private static NumberRange? Range(Work work, string name, IReadOnlyList<string> members) => (work, name == "result" && members.Count == 1 ? members[0] : members.Count == 0 ? name : "") switch
    {
        (HttpWork, "status") => new(100, 999),
        (LogWork, "count") => new(0, double.PositiveInfinity),
        (LogWork, "lines") or (KindWork { Kind.IsUsersCommand: true }, "stdout" or "stderr" or "lines") => NumberRange.NoNumber,
        _ => null,
    };
}
