using Playbooks.Problems;

namespace Playbooks.Linting;

/// <summary>Something that a file may say and better would not, although it can be run: its name, its words, and how it is found. One file for each rule, or for a few alike.</summary>
public abstract class LintRule
{
    /// <summary>The word for it: in `# lint: allow NAME`, in reports, in the documentation.</summary>
    public abstract string Name { get; }

    /// <summary>One sentence for lists.</summary>
    public abstract string Summary { get; }

    /// <summary>Why it hurts, and what to write instead, as Markdown.</summary>
    public abstract string Explanation { get; }

    /// <summary>All of it in a file that has no problems.</summary>
    internal abstract IEnumerable<Finding> Check(LintedFile file);

    /// <param name="at">Where.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="mend">What to write instead.</param>
    /// <param name="step">The step it is in: an allowance beside its kind counts too, because a text of several lines has no room for one.</param>
    private protected Finding Found(Position at, string message, string mend, LintedStep? step = null) => new(this, at, message, mend) { StepLine = step?.Step.At.Line };
}
