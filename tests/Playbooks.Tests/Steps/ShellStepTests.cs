using Playbooks.Connections;
using Playbooks.Steps;
using Playbooks.Templating;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps;

public sealed class ShellStepTests(Sshd sshd)
{
    private static async Task<StepResult> Run(string yaml, params (string Name, object? Value)[] values)
    {
        await using var harness = new KindHarness { Scope = Scope.Empty.With(values.Select(v => KeyValuePair.Create(v.Name, v.Value))) };
        return await harness.Run("shell", yaml);
    }

    [Theory]
    [InlineData("'echo a; echo b >&2; exit 3'", 3L, "a", "b")]
    [InlineData("'for i in 1 2; do echo $i; done | tail -n 1'", 0L, "2", "")]
    [InlineData("{ run: 'pwd; cat', in: /usr, stdin: 'two words' }", 0L, "/usr\ntwo words", "")]
    [InlineData("{ run: 'cat; [[ a == a* ]] && echo ${BASH_VERSION:+bash}', with: bash }", 0L, "bash", "")]
    [InlineData("{ run: 'read a; echo \"$a.\"; cat', stdin: \"x y\\nz\" }", 0L, "x y.\nz", "")]
    [InlineData("{ run: 'cat', with: bash, stdin: abc }", 0L, "abc", "")]
    public async Task A_text_is_run_by_the_shell(string yaml, long code, string stdout, string stderr)
    {
        var fields = (await Run(yaml)).Fields;
        Assert.Equal((code, stdout, stderr), (fields["exit_code"], fields["stdout"], fields["stderr"]));
    }

    [Theory]
    [InlineData("'echo ('"), InlineData("'if'"), InlineData("{ run: 'echo (', with: bash }")]
    public async Task What_the_shell_cannot_read_is_its_failure_and_no_lost_host(string yaml)
    {
        var result = await Run(yaml);
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Equal((true, true), (result.Fields["exit_code"] is > 0L, result.Fields["stderr"] is string { Length: > 0 }));
    }

    [Theory, InlineData(""), InlineData(", with: bash")]
    public async Task A_long_text_runs(string with)
    {
        var value = new string('\'', 20_000);
        var result = await Run($"{{ run: 'printf %s \"{{{{ v }}}}\" | wc -c'{with} }}", ("v", value));
        Assert.Equal("20000", ((string)result.Fields["stdout"]!).Trim());
    }

    [Fact]
    public async Task A_text_too_long_for_a_command_line_runs_and_its_input_is_its_own()
    {
        var result = await Run("{ run: 'printf %s {{ v }} | wc -c; cat', stdin: input }", ("v", new string('!', 200_000)));
        Assert.Equal("200000\ninput", ((string)result.Fields["stdout"]!).Trim());
    }

    [Theory]
    [InlineData("{ run: echo, with: zsh }", "`with` must be bash → leave it out to run the text in /bin/sh; other interpreters run a `script` that begins with #!")]
    [InlineData("[echo, a]", "a text for the shell is wanted here, but this is a list → where each word is known, `command` takes a list")]
    [InlineData("' '", "there is nothing here for the shell to run")]
    [InlineData("echo '{{ v }}", "this ' is never closed")]
    public void What_is_wrong_is_told_before_the_run(string yaml, string problem) => Assert.Equal([problem], KindHarness.Problems("shell", yaml));

    /// <summary>Fault 18, over a real connection.</summary>
    [Fact]
    public async Task No_value_is_read_by_a_shell_on_its_way_to_a_host()
    {
        await using var pool = sshd.Pool();
        var mark = sshd.NewPath();
        foreach (var value in new[] { $"; touch {mark}", $"$(touch {mark})", $"\ntouch {mark}\n", $"`touch {mark}`", $"' ; touch {mark} ; '", $"\" ; touch {mark} ; \"", "a'\\''b!$x 한" })
            foreach (var text in new[] { "printf '%s|' {{ v }} \"{{ v }}\" '{{ v }}' \"$(printf %s. {{ v }})\"", "{ with: bash, run: \"printf '%s|' {{ v }} \\\"{{ v }}\\\" '{{ v }}' \\\"$(printf %s. {{ v }})\\\"\" }" })
            {
                var context = new StepContext
                {
                    Scope = Scope.Empty.With("v", value),
                    Machine = sshd.Host(),
                    Connections = pool,
                    Jars = new CookieJars(),
                    Timeout = TimeSpan.FromSeconds(30),
                    Time = TimeProvider.System,
                    Claim = new Claim("test", "test"),
                };
                var result = await KindHarness.Bound("shell", text).Run(context, TestContext.Current.CancellationToken);
                Assert.Equal($"{value}|{value}|{value}|{value}.|", result.Fields["stdout"]);
            }
        Assert.False(File.Exists(mark), "a value was run");
    }
}
