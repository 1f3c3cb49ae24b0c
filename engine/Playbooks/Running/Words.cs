using Playbooks.Steps;

namespace Playbooks.Running;

/// <summary>The language's words for what the program counts.</summary>
public static class Words
{
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.NotRun => "not run",
        _ => outcome.ToString().ToLowerInvariant(),
    };
}
