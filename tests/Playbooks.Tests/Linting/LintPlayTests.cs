using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Playbooks.Linting;
using Playbooks.Problems;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Linting;

/// <summary>`play lint` as it is called: what it prints for whom, and its exit codes.</summary>
public sealed partial class LintPlayTests : IDisposable
{
    private const string Good = "name: good\nsteps:\n  - print: all is well\n";
    private const string Found = "name: found\nsteps:\n  - name: Count\n    hosts: was1\n    shell: wc -l {{ raw(host.files) }}\n  - hosts: was1\n    command: login {{ host.password }}\n";
    private const string Wrong = "name: wrong\nsteps:\n  - name: Look\n    hosts: was1\n    command: look\n    assert: exit_kode == 0\n";

    /// <summary>Names and texts that would steer a terminal, end a string, make a link, or be a tag.</summary>
    private const string Hostile = "name: x\nsteps:\n  - name: \"\\e[31m\\u202e</script>\"\n    hosts: was1\n    command: ls | tee \"\\\\\" \"[a](http://192.0.2.1)\" \u202e\n  - name: b\n    hosts: was1\n    log: { path: /l, contains: 'x](http://192.0.2.1/){0}' }\n";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lint");

    public LintPlayTests()
    {
        Write("good.yaml", Good);
        Write("found.yaml", Found);
        Write("wrong.yaml", Wrong);
        Write("params.yaml", "url: http://192.0.2.1/\n");
    }

    public void Dispose() => folder.Delete(recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, name), text);

    private Task<(int Code, string Output, string Errors)> Lint(params string[] arguments) => Lint(null, arguments);

    private async Task<(int Code, string Output, string Errors)> Lint(int? width, params string[] arguments)
    {
        var start = new ProcessStartInfo(Repository.Play, ["lint", .. arguments]) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["COLUMNS"] = width?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    [Fact]
    public async Task Nothing_is_0_findings_are_1_problems_are_2()
    {
        Assert.Equal((0, "1 file: no problems\n", ""), await Lint("good.yaml"));
        Assert.Equal(1, (await Lint("good.yaml", "found.yaml")).Code);
        Assert.Equal(2, (await Lint("good.yaml", "found.yaml", "wrong.yaml")).Code);
        Assert.Equal(2, (await Lint("no-such.yaml")).Code);
        Assert.Equal(2, (await Lint()).Code);
        Assert.Equal(2, (await Lint("good.yaml", "--output", "xml")).Code);
        Assert.Equal(2, (await Lint("--explain", "raw-in-shel")).Code);
    }

    [Theory]
    [InlineData("pretty")]
    [InlineData("json")]
    [InlineData("sarif")]
    public async Task All_of_a_folder_is_told(string how)
    {
        var (code, output, errors) = await Lint(".", "--output", how);
        Assert.Equal(2, code);
        // The words of the rules stand in the rules.
        await Verifier.Verify($"{errors}---\n{Words().Replace(output, "")}", how);
    }

    [Fact]
    public async Task In_a_folder_what_is_no_playbook_is_passed_over_and_by_its_name_it_is_judged()
    {
        File.Delete(Path.Combine(folder.FullName, "wrong.yaml"));
        File.Delete(Path.Combine(folder.FullName, "found.yaml"));
        Assert.Equal((0, "1 file (1 passed over: no playbook, no actions, no inventory): no problems\n", ""), await Lint("."));
        Assert.Equal(2, (await Lint("params.yaml")).Code);
        File.Delete(Path.Combine(folder.FullName, "good.yaml"));
        var (code, output, _) = await Lint(".");
        Assert.Equal(2, code);
        Assert.Contains("no playbook, no actions and no inventory", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_inventory_that_is_a_program_is_not_run_and_not_judged()
    {
        if (OperatingSystem.IsWindows()) return;
        Write("hosts.py", $"#!/bin/sh\ntouch {folder.FullName}/ran\n");
        File.SetUnixFileMode(Path.Combine(folder.FullName, "hosts.py"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal((0, "1 program, not run\n", ""), await Lint("hosts.py"));
        Assert.Equal((0, "1 file: no problems; 1 program, not run\n", ""), await Lint("good.yaml", "hosts.py"));
        Assert.False(File.Exists(Path.Combine(folder.FullName, "ran")));
    }

    [Fact]
    public async Task What_is_no_file_in_a_folder_is_told_and_keeps_nobody_from_the_others()
    {
        File.Delete(Path.Combine(folder.FullName, "wrong.yaml"));
        File.CreateSymbolicLink(Path.Combine(folder.FullName, "link.yaml"), "nowhere.yaml");
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(folder.FullName, "pipe.yaml")])) await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        var (code, output, _) = await Lint(".");
        Assert.Equal(2, code);
        Assert.Contains("link.yaml: there is no such file", output, StringComparison.Ordinal);
        Assert.Contains("pipe.yaml: this is a pipe, a socket or a device, and no file", output, StringComparison.Ordinal);
        Assert.Contains("3 files (1 passed over: no playbook, no actions, no inventory): 2 problems, ", output, StringComparison.Ordinal);
        Assert.Equal(2, (await Lint("link.yaml")).Code);
    }

    [Fact]
    public async Task Of_hosts_nothing_is_known_and_of_params_their_types_are()
    {
        Write("order.yaml", "name: x\nsteps:\n  - name: a\n    hosts: was\n    batch: 1\n    order: [was2, was1]\n    block: [{ name: y, command: uptime, effect: none }]\n");
        Assert.Equal((0, "1 file: no problems\n", ""), await Lint("order.yaml"));
        Write("param.yaml", "name: x\nparams: { who: { default: x, type: number } }\nsteps: [{ name: y, print: \"{{ who }}\" }]\n");
        var (code, output, _) = await Lint("param.yaml");
        Assert.Equal(2, code);
        Assert.Contains("param.yaml:2:27: `who` must be a number, but is text \"x\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_narrow_terminal_its_sentences_are_broken_between_words()
    {
        string[][] ways = [["found.yaml"], ["--rules"], .. LintRules.All.Select(rule => new[] { "--explain", rule.Name })];
        foreach (var arguments in ways)
        {
            var (_, output, _) = await Lint(40, arguments);
            var isExample = false;
            foreach (var line in output.Split('\n'))
            {
                isExample ^= line.StartsWith("```", StringComparison.Ordinal);
                Assert.True(isExample || Code().IsMatch(line) || DisplayText.Width(line) <= 40, line);
            }
        }
    }

    [Theory]
    [InlineData("json")]
    [InlineData("sarif")]
    [InlineData("pretty")]
    public async Task Hostile_text_steers_nothing(string how)
    {
        Write("\u202e a#%?[1].yaml", Hostile);
        Write("\u001b[31m.yaml", "name: x\nsteps: [{ print: \"\\e[31m\", foo\u202e: 1 }]\n");
        var (_, output, errors) = await Lint(".", "--output", how);
        Assert.DoesNotContain(output + errors, c => c != '\n' && (char.IsControl(c) || c is '\u202e'));
        if (how == "pretty") return;
        using var json = JsonDocument.Parse(output);
        Assert.Contains("command-wants-shell", output, StringComparison.Ordinal);
        if (how == "json") return;
        await IsSarif(output);
        Assert.DoesNotContain("](http", output.Replace("\\\\](", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_result_has_a_fingerprint_of_its_own_that_outlives_new_lines()
    {
        Write("found.yaml", Found + "  - name: Count\n    hosts: was1\n    shell: wc -l {{ raw(host.files) }}\n");
        var before = Fingerprints((await Lint("found.yaml", "--output", "sarif")).Output);
        Assert.Equal(4, before.Distinct().Count());
        Write("found.yaml", "# a new line\n" + Found + "  - name: Count\n    hosts: was1\n    shell: wc -l {{ raw(host.files) }}\n");
        Assert.Equal(before, Fingerprints((await Lint("found.yaml", "--output", "sarif")).Output));
    }

    private static List<string> Fingerprints(string sarif)
    {
        using var json = JsonDocument.Parse(sarif);
        return [.. json.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().Select(result => result.GetProperty("partialFingerprints").GetProperty("lineAndMessage/v1").GetString()!)];
    }

    [Fact]
    public async Task Its_SARIF_is_SARIF()
    {
        await IsSarif((await Lint(".", "--output", "sarif")).Output);
        await IsSarif((await Lint("good.yaml", "--output", "sarif")).Output);
        await IsSarif((await Lint("no-such.yaml", "--output", "sarif")).Output);
    }

    /// <summary>Held against the schema of OASIS, as @microsoft/jest-sarif 1.0.0-beta.0 (npm, MIT) brings it.</summary>
    private async Task IsSarif(string text)
    {
        var file = Path.Combine(folder.FullName, "out.sarif");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        using var check = Process.Start(new ProcessStartInfo("python3", ["-c", "import json, sys, jsonschema; s = json.load(open(sys.argv[1])); jsonschema.validators.validator_for(s).check_schema(s); jsonschema.validate(json.load(open(sys.argv[2])), s)", Repository.PathOf("tests/Playbooks.Tests/Linting/sarif-2.1.0-rtm.5.schema.json"), file]) { RedirectStandardError = true })!;
        var wrong = await check.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(check.ExitCode == 0, wrong);
    }

    [Fact]
    public async Task Rules_are_listed_and_explained()
    {
        var (code, output, _) = await Lint("--rules");
        Assert.Equal(0, code);
        await Verifier.Verify(output);
        Assert.Contains("quotes each value", (await Lint("--explain", "raw-in-shell")).Output, StringComparison.Ordinal);
    }

    /// <summary>What is to be copied stays whole: a line of YAML, or one word, as what stands between backticks is.</summary>
    [GeneratedRegex(@"^\w+: |^ *(?:`[^`]*`|[^ `]|`)+$")]
    private static partial Regex Code();

    [GeneratedRegex("(?s)(?<=\"rules\": \\[\n).*?(?=\n *\\]\n *\\}\n *\\},\n *\"columnKind)")]
    private static partial Regex Words();
}
