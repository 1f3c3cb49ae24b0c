using Playbooks.Model;
using Playbooks.Steps;

namespace Playbooks.Linting;

/// <summary>A step of a playbook that reports can only call by its kind.</summary>
internal sealed class UnnamedStep : LintRule
{
    public override string Name => "unnamed-step";

    public override string Summary => "A step without a `name`, whose kind alone does not tell what it is about.";

    public override string Explanation => """
        Every report, the plan, the message at night and JUnit call a step by its `name`. Without one it is `http`, `assert` or
        `command: {{ words(run) }}`: the reader has to open the file to learn what failed.

        Say what shall be true or what is done: `name: The survivor carries on with the same session`. Not judged is what tells it anyway
        (`command: systemctl restart tomcat`, `wait: 10s`), what has an `id`, a block, a `put_back`, and what stands inside actions and undos.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file) =>
        from linted in file.Steps
        let step = linted.Step
        where !step.IsNamed && step.Id is null && linted.Action is null && !linted.IsUndo && step.Work is not (Block or PutBack or KindWork { Kind.Name: "wait" or "print" or "confirm" })
        where !step.Title.Contains(": ", StringComparison.Ordinal) || step.Title.Contains("{{", StringComparison.Ordinal)
        select Found(step.At, $"reports can call this step only {(file.Secrets.Contains(step) ? "by its command" : $"`{step.Title}`")}", "name: what shall be true, or what is done", linted);
}
