using Playbooks.Planning;
using Playbooks.Steps;

namespace Playbooks.Running;

/// <summary>The gravest of everything that counted: 0 &lt; 1 &lt; 3 &lt; 4 &lt; 5 &lt; 130 &lt; 6.</summary>
internal sealed class Verdict
{
    private static readonly ExitCode[] Gravity = [ExitCode.Passed, ExitCode.Failed, ExitCode.Error, ExitCode.Unreachable, ExitCode.Guard, ExitCode.Interrupted, ExitCode.NotUndone];

    private readonly Lock gate = new();
    private readonly List<StepKey> steps = [];

    public ExitCode ExitCode { get; private set; }

    /// <summary>The steps that made it so.</summary>
    public IReadOnlyList<StepKey> Steps
    {
        get { lock (gate) return [.. steps]; }
    }

    /// <summary>What a block held back until it was clear that nothing rescues it.</summary>
    public void Add(Verdict inner)
    {
        foreach (var step in inner.Steps) Add(step, Outcome.Passed);
        Add(inner.ExitCode);
    }

    public void Add(StepKey step, Outcome outcome)
    {
        lock (gate) steps.Add(step);
        Add(outcome);
    }

    public void Add(ExitCode code)
    {
        lock (gate)
            if (Array.IndexOf(Gravity, code) > Array.IndexOf(Gravity, ExitCode)) ExitCode = code;
    }

    private void Add(Outcome outcome) => Add(outcome switch
    {
        Outcome.Failed => ExitCode.Failed,
        Outcome.Error or Outcome.Unknown => ExitCode.Error,
        Outcome.Unreachable => ExitCode.Unreachable,
        _ => ExitCode.Passed,
    });
}
