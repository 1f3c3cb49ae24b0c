namespace Playbooks.Linting;

/// <summary>A comment that allows nothing. What it judges are the other rules' findings, so the linter itself applies it, last.</summary>
internal sealed class UselessAllow : LintRule
{
    public override string Name => "useless-allow";

    public override string Summary => "A `# lint: allow` that names no rule, silences nothing, or is not spelled so.";

    public override string Explanation => """
        `# lint: allow RULE` at the end of a line, or on a line of its own above it, silences that rule there. One that names a rule there is
        not silences nothing although it seems to; one whose finding is gone stays behind and would hide the next.

        Correct the name, or take the comment out.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file) => [];

    /// <summary>What is wrong with a comment, once all others have been asked.</summary>
    internal static IEnumerable<Finding> Check(Allowance allowance) => Rule.Wrong(allowance);

    private static UselessAllow Rule => LintRules.All.OfType<UselessAllow>().Single();

    private IEnumerable<Finding> Wrong(Allowance allowance)
    {
        if (!allowance.IsExact)
        {
            yield return Found(allowance.At, "this allows nothing, for it is not spelled so", $"# lint: allow {(allowance.Rules.Count > 0 ? string.Join(", ", allowance.Rules) : "RULE")}");
            yield break;
        }
        if (allowance.Rules.Count == 0) yield return Found(allowance.At, "this allows nothing", "# lint: allow RULE");
        foreach (var rule in allowance.Rules)
            if (LintRules.Find(rule) is null)
                yield return Found(allowance.At, $"there is no rule `{rule}`", Problems.Suggest.DidYouMean(rule, LintRules.All.Select(known => known.Name)) ?? "`play lint --rules` lists them");
            else if (!allowance.Used.Contains(rule))
                yield return Found(allowance.At, $"there is nothing here that `{rule}` would find", "take it out");
    }
}
