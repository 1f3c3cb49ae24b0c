using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Linting;

/// <summary>A value that a shell reads as code.</summary>
internal sealed class RawInShell : LintRule
{
    public override string Name => "raw-in-shell";

    public override string Summary => "raw(x) in a `shell` hands the value to the shell as code.";

    public override string Explanation => """
        `shell` quotes each value for the place it stands in. `raw(x)` takes that away: a blank splits the value, `$(…)` in it runs, and
        where it came from a host, a page or `-e`, somebody else writes the commands.

        Leave `raw` out: `{{ x }}` is one word whatever is in it. Where it has to be several words, use `command` with `{{ words(x) }}`, which
        no shell reads. Where the value is a value and cannot be quoted where it stands, pass it with `env`. And where it is meant as
        code, say in the allowing comment who may write it.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file) =>
        from linted in file.Steps
        where linted.Step.Work is ShellWork
        from hole in ((ShellWork)linted.Step.Work).Text.Template.Parts.OfType<TemplatePart.Hole>()
        where hole.Expression.IsRaw
        select Found(hole.At, "the shell reads this value as code", "leave `raw` out: the value is then one word; for several, `command` with {{ words(x) }}", linted);
}
