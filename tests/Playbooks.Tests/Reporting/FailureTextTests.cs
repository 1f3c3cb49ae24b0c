using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Reporting;

public sealed class FailureTextTests
{
    private static readonly OutlineStep Step = new(new StepKey("steps/0"), "It answers", At(3));

    private static Position At(int line, int column = 1) => new(new SourceText("night.yaml", ""), line, column);

    private static string[] Lines(HostResult result, int width = 40) => [.. FailureText.Lines(result, Step, "web1", width).Select(line => line.Text)];

    private static HostResult Failed(string message, string? mend = null, string? did = null, params (string Name, object? Value)[] fields) => new()
    {
        Outcome = Outcome.Error,
        Did = did,
        Failures = [new Failure(At(3), message, mend)],
        Fields = new DataMap(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
    };

    [Fact]
    public void Prose_is_broken_into_lines_and_what_is_to_be_copied_is_not()
    {
        const string command = "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub";
        const string accept = "echo '[192.0.2.1]:22 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHk' >> ~/.ssh/known_hosts";
        Assert.Equal(
        [
            "✗ web1 · It answers         night.yaml:3",
            "    its key is not known",
            "    → First verify that fingerprint, on",
            "      the host itself with",
            command,
            "      or with who runs it. Then accept",
            "      it:",
            accept,
        ], Lines(Failed("its key is not known", $"First verify that fingerprint, on the host itself with `{command}` or with who runs it. Then accept it:\n{accept}")));
        Assert.Equal("    → say `sudo: true` on this step", Lines(Failed("no", "say `sudo: true` on this step"))[^1]);
        Assert.Equal(["    → 이 서버의 인증서는 만료되었습니다,", "      새 인증서가 필요합니다"], Lines(Failed("no", "이 서버의 인증서는 만료되었습니다, 새 인증서가 필요합니다"))[^2..]);
    }

    [Theory]
    [InlineData("command: ls /nope", true)]
    [InlineData("shell: ls /nope", true)]
    [InlineData("netstat: listening: 80", false)]
    [InlineData("It answers", false)]
    public void What_was_run_is_shown_where_nothing_else_says_it(string did, bool isShown) =>
        Assert.Equal(isShown, Lines(Failed("it took longer than 1s", did: did)).Contains($"    {did}"));

    [Fact]
    public void An_assertion_about_a_page_shows_what_was_asked_where_that_led_and_how_the_page_begins()
    {
        var failed = Failed("no", null, "http: GET http://127.0.0.1/a", ("url", "http://127.0.0.1/login"), ("body", "one\n\u001b[31mtwo\n3\n4\n5\n6\n"));
        var lines = Lines(failed with { Failures = [failed.Failures[0] with { Explanation = Condition.Explain(Expression.Parse(PlacedText.Of("x", "1 == 2"), new ProblemList())!, Scope.Empty).Explanation }] });
        Assert.Equal(["    http: GET http://127.0.0.1/a", "    assert: 1 == 2", "    url: http://127.0.0.1/login", "    body: one", "          \\e[31mtwo", "          3", "          4", "          5"], lines[1..]);
    }

    [Fact]
    public void What_the_message_says_is_not_said_again()
    {
        var lines = Lines(Failed("it could not be started: sh: x", null, null, ("stderr", "sh: x\n")) with { Notes = ["sh: x", "another"] }, 80);
        Assert.Equal(["    it could not be started: sh: x", "    (another)"], lines[1..]);
    }

    [Fact]
    public void The_place_is_told_again_only_where_it_is_another_line()
    {
        var lines = Lines(Failed("one") with { Failures = [new Failure(At(3, 5), "one"), new Failure(At(3, 9), "two"), new Failure(At(4), "three")] }, 80);
        Assert.Equal(["    one", "    two", "    night.yaml:4", "    three"], lines[1..]);
    }
}
