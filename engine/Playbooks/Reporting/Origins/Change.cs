using Playbooks.Model;

namespace Playbooks.Reporting.Origins;

/// <summary>Something that is not as it was: a sentence, and the difference line by line.</summary>
public sealed record Change(string What, IReadOnlyList<string> Diff)
{
    internal static Change Of(string what, string before, string now) => new(what, TextDiff.Unified(before, now, "when the run began", "now"));
}
