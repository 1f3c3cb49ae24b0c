using Playbooks.Steps;

namespace Playbooks.Running;

/// <summary>The gravest of everything that counted: 0 &lt; 1 &lt; 3 &lt; 4 &lt; 5 &lt; 130 &lt; 6.</summary>
internal sealed class Verdict
{
    private static readonly ExitCode[] Gravity = [ExitCode.Passed, ExitCode.Failed, ExitCode.Error, ExitCode.Unreachable, ExitCode.Guard, ExitCode.Interrupted, ExitCode.NotUndone];

    private readonly Lock gate = new();

    public ExitCode ExitCode { get; private set; }

    public void Add(ExitCode code)
    {
        lock (gate)
            if (Array.IndexOf(Gravity, code) > Array.IndexOf(Gravity, ExitCode)) ExitCode = code;
    }

    public void Add(Outcome outcome) => Add(outcome switch
    {
        Outcome.Failed => ExitCode.Failed,
        Outcome.Error or Outcome.Unknown => ExitCode.Error,
        Outcome.Unreachable => ExitCode.Unreachable,
        _ => ExitCode.Passed,
    });
}
