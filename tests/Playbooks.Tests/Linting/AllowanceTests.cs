using Playbooks.Reporting;
using Xunit;

namespace Playbooks.Tests.Linting;

/// <summary>`# lint: allow RULE` silences that rule on its line, and nothing else; what it does not silence is told.</summary>
public sealed class AllowanceTests
{
    private const string Start = "hosts: was1\nsteps:\n  - name: a\n";

    [Theory]
    [InlineData("    shell: echo {{ raw(host.a) }} # lint: allow raw-in-shell")]
    [InlineData("    shell: echo {{ raw(host.a) }}   #lint: allow raw-in-shell because we say so, and so, too")]
    [InlineData("    # lint: allow raw-in-shell it is ours\n    shell: echo {{ raw(host.a) }}")]
    [InlineData("    # lint: allow raw-in-shell\n    # and a word about it\n    shell: echo {{ raw(host.a) }}")]
    [InlineData("    shell: | # lint: allow raw-in-shell\n      true\n      echo {{ raw(host.a) }}")]
    [InlineData("    command: ls --password hunter2 | tee x  # lint: allow secret-on-command-line, command-wants-shell it is a test")]
    [InlineData("    command: ls | tee x  # lint: allow command-wants-shell\n    # lint: allow assert-cannot-fail\n    assert: 1 == 1")]
    public void It_silences_the_rules_that_it_names_on_its_line(string step) => Assert.Empty(Linted.Rules(Start + step + "\n"));

    [Theory]
    [InlineData("    shell: echo {{ raw(host.a) }} # lint: allow command-wants-shell", "raw-in-shell useless-allow")]
    [InlineData("    # lint: allow raw-in-shell\n\n    shell: echo {{ raw(host.a) }}", "useless-allow raw-in-shell")]
    [InlineData("    shell: echo {{ raw(host.a) }}\n    # lint: allow raw-in-shell", "raw-in-shell useless-allow")]
    [InlineData("    shell: echo {{ raw(host.a) }} # lint: allowed raw-in-shell", "raw-in-shell")]
    [InlineData("    shell: echo {{ raw(host.a) }} # lint: allow", "raw-in-shell useless-allow")]
    [InlineData("    shell: echo {{ raw(host.a) }} # lint:allow raw-in-shell", "raw-in-shell useless-allow")]
    [InlineData("    shell: echo {{ raw(host.a) }} # Lint: allow raw-in-shell", "raw-in-shell useless-allow")]
    [InlineData("    shell: echo {{ raw(host.a) }} # lint allow: raw-in-shell", "raw-in-shell useless-allow")]
    [InlineData("    shell: echo {{ raw(host.a) }} # lint is a tool", "raw-in-shell")]
    [InlineData("    shell: echo {{ raw(host.a) }} # lint: allow raw-in-shell, raw-in-shel", "useless-allow")]
    public void What_it_does_not_silence_is_told(string step, string rules) => Assert.Equal(rules, string.Join(' ', Linted.Rules(Start + step + "\n")));

    /// <summary>Only the scanner of YAML knows what is a comment.</summary>
    [Theory]
    [InlineData("    shell: \"echo {{ raw(host.a) }} # lint: allow raw-in-shell\"")]
    [InlineData("    shell: |\n      echo {{ raw(host.a) }} # lint: allow raw-in-shell")]
    [InlineData("    shell: 'echo {{ raw(host.a) }} # lint: allow raw-in-shell'")]
    [InlineData("    shell: >-\n      # lint: allow raw-in-shell\n      echo {{ raw(host.a) }}")]
    public void What_is_no_comment_allows_nothing(string step) => Assert.Equal(["raw-in-shell"], Linted.Rules(Start + step + "\n"));

    [Fact]
    public void A_wrong_name_is_mended()
    {
        var told = Assert.Single(LintText.Findings(Linted.Text(Start + "    command: ls # lint: allow raw-in-shel\n")));
        Assert.Contains("there is no rule `raw-in-shel`", told, StringComparison.Ordinal);
        Assert.Contains("did you mean `raw-in-shell`?", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_spelling_is_mended() =>
        Assert.Contains("# lint: allow raw-in-shell, unnamed-step\n", Assert.Single(LintText.Findings(Linted.Text(Start + "    command: ls # Lint:allow raw-in-shell, unnamed-step it is ours\n"))) + "\n", StringComparison.Ordinal);

    [Fact]
    public void Problems_come_first_and_silence_the_rules()
    {
        var linter = Linted.Text(Start + "    shell: echo {{ raw(host.a) }}\n    assert: exit_kode == 0\n");
        Assert.Contains("did you mean", Assert.Single(linter.Problems).Mend ?? "", StringComparison.Ordinal);
        Assert.Empty(linter.Findings);
    }
}
