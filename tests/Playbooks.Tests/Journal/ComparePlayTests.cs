using System.Text.Json;
using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>`play compare` and `--report`, as a user meets them.</summary>
public sealed class ComparePlayTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Holds while the files are there.</summary>
    private Task<(int Code, string Output, string Errors)> Night(string files, params string[] words)
    {
        folder.Write("p.yaml", $"name: Nightly\nhosts: localhost\non_failure: continue\nsteps:\n{string.Concat("ab".Select(name => $"  - {{ name: '{name} is there', command: test -e {folder.Path}/{name} }}\n"))}");
        foreach (var name in "ab")
            if (files.Contains(name, StringComparison.Ordinal)) folder.Write($"{name}", "");
            else File.Delete(folder.PathOf($"{name}"));
        return folder.Play(100, ["p.yaml", .. words]);
    }

    private async Task<string> Compare(int code, params string[] words)
    {
        var compared = await folder.Play(100, ["compare", .. words]);
        Assert.Equal(code, compared.Code);
        Assert.Equal(words is ["last", _], compared.Errors.Contains("which was named first, is the later one", StringComparison.Ordinal));
        return string.Join('\n', compared.Output.TrimEnd('\n').Split('\n').Skip(1));
    }

    [Fact]
    public async Task From_night_to_night_it_is_told_what_is_new_and_what_is_fixed()
    {
        var first = await Night("ab");
        Assert.DoesNotContain("Compared", first.Output, StringComparison.Ordinal);
        var second = await Night("a");
        Assert.Equal(1, second.Code);
        // Why stands above.
        Assert.EndsWith("  ✗ New:\n    b is there · localhost\n", second.Output, StringComparison.Ordinal);
        Assert.Equal("  ✗ New:\n    b is there · localhost: exit_code == 0 does not hold (exit_code is 1)", await Compare(1));

        await Night("a", "--output", "quiet");
        Assert.Matches(@"^  ✗ Still failing:\n    b is there · localhost: exit_code == 0 does not hold \(exit_code is 1\)\s+\(since [^,]*,\s+2\s+runs\)$", await Compare(0));
        await Night("ab");
        Assert.Equal("  ✓ Fixed:\n    b is there · localhost", await Compare(0, "last"));
        await Night("ab");
        Assert.Equal("  nothing has changed", await Compare(0));
        var names = (await folder.Play(100, ["history"])).Output.Split('\n').Select(line => line.Split("  ")).Where(parts => parts.Length > 1).Select(parts => parts[1]).ToList();
        Assert.Equal("  ✓ Fixed:\n    b is there · localhost", await Compare(0, names[3], "last"));
        Assert.Equal("  ✗ New:\n    b is there · localhost: exit_code == 0 does not hold (exit_code is 1)", await Compare(1, "last", names[3]));
    }

    [Fact]
    public async Task A_green_run_that_finds_nothing_to_do_is_no_worse()
    {
        folder.Write("p.yaml", $"name: P\nhosts: localhost\nsteps:\n  - {{ id: put, copy: {{ content: x, dest: {folder.Path}/new }} }}\n  - {{ name: Restart it, command: 'true', when: steps.put.changed }}\n");
        await folder.Play(100, "p.yaml");
        Assert.Equal(0, (await folder.Play(100, "p.yaml")).Code);
        Assert.Equal("  - Skipped now:\n    Restart it · localhost (before: passed)", await Compare(0));
    }

    [Fact]
    public async Task Without_a_run_before_there_is_nothing_to_compare_with()
    {
        await Night("ab");
        var compared = await folder.Play(100, ["compare"]);
        Assert.Equal(2, compared.Code);
        Assert.Contains("there is no run of", compared.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await folder.Play(100, ["compare", "nobody", "last"])).Code);
    }

    [Fact]
    public async Task Any_report_is_written_at_the_end_of_a_run_and_made_again_of_an_old_one()
    {
        await Night("ab");
        string[] formats = ["junit", "json", "md", "jsonl"];
        var run = await Night("a", [.. formats.SelectMany(format => new[] { "--report", $"{format}={folder.PathOf(format)}" })]);
        Assert.Equal(1, run.Code);
        foreach (var format in formats)
        {
            Assert.Contains($"{format} report: {folder.PathOf(format)}", run.Output, StringComparison.Ordinal);
            var again = await folder.Play(100, ["show", "last", "--report", $"{format}=-"]);
            Assert.Equal((0, folder.Text(format), ""), (again.Code, again.Output, again.Errors));
            if (format != "jsonl") Assert.Contains(format == "json" ? "\"new\": [" : "New:", again.Output, StringComparison.Ordinal);
        }
        using var json = JsonDocument.Parse(folder.Text("json"));
        Assert.Equal("b is there", json.RootElement.GetProperty("comparison").GetProperty("new")[0].GetProperty("step").GetString());
        Assert.DoesNotContain(Directory.EnumerateFiles(folder.Path), file => Path.GetFileName(file).StartsWith('.'));
    }

    [Theory]
    [InlineData("junit", "`--report` wants a format and a file")]
    [InlineData("xml=a", "there is no report `xml`: ")]
    [InlineData("junit=nowhere/a.xml", "there is no folder for the report nowhere/a.xml")]
    [InlineData("json=-", "writes to a file")]
    public async Task A_report_that_cannot_be_written_is_refused_before_anything_runs(string report, string why)
    {
        var run = await Night("ab", "--report", report);
        Assert.Equal(2, run.Code);
        Assert.Contains(why, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("is there", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_that_fails_at_the_end_is_said_and_changes_no_verdict()
    {
        Directory.CreateDirectory(folder.PathOf("there"));
        folder.Write("p.yaml", $"name: P\nhosts: localhost\nsteps:\n  - command: rm -r {folder.Path}/there\n");
        var run = await folder.Play(100, ["p.yaml", "--report", $"junit={folder.PathOf("there/a.xml")}"]);
        Assert.Equal(0, run.Code);
        Assert.Contains("the junit report could not be written: ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_written_while_a_run_goes_on_and_nothing_else()
    {
        var run = await Night("a", "--output", "jsonl");
        Assert.Equal((1, ""), (run.Code, run.Errors));
        var again = await folder.Play(100, ["show", "last", "--report", "jsonl=-"]);
        Assert.Equal(again.Output, run.Output);
        Assert.Contains("\"is\":\"run_finished\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_looked_at_less_is_not_compared_with()
    {
        folder.Write("hosts.yaml", "groups: { app: { hosts: { a1: { local: true }, a2: { local: true } } } }");
        folder.Write("p.yaml", $"name: P\nhosts: app\non_failure: continue\nsteps:\n  - {{ name: Look, command: \"test {{{{ host.name }}}} = a1 -o -e {folder.Path}/mended\" }}\n");
        Assert.Equal(1, (await folder.Play(100, "p.yaml")).Code);
        var less = await folder.Play(100, "p.yaml", "-l", "a1");
        Assert.Equal(0, less.Code);
        Assert.DoesNotContain("Compared", less.Output, StringComparison.Ordinal);
        folder.Write("mended", "");
        Assert.EndsWith("  ✓ Fixed:\n    Look · a2\n", (await folder.Play(100, "p.yaml")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_before_that_cannot_be_read_is_said_and_keeps_nothing_from_being_reported()
    {
        await Night("ab");
        using (var journal = Playbooks.Journal.RunJournal.Connect(Path.Combine(folder.State, "journal.db")))
            Playbooks.Journal.Sql.Do(journal, "UPDATE events SET json = X'7b' WHERE id = (SELECT max(id) FROM events)");
        var run = await Night("a", "--report", $"md={folder.PathOf("r.md")}");
        Assert.Equal(1, run.Code);
        Assert.Contains("cannot be compared with", run.Errors, StringComparison.Ordinal);
        Assert.Contains("b is there", folder.Text("r.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_is_written_also_where_nothing_can_be_shown()
    {
        await Night("ab");
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", $"'{Repository.Play}' p.yaml --state '{folder.State}' --report md=r.md >/dev/full 2>&1"]) { WorkingDirectory = folder.Path })!;
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("nothing has changed", folder.Text("r.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_flaps_is_said_also_in_a_night_when_it_is_well()
    {
        foreach (var files in new[] { "ab", "a", "ab", "a", "ab" }) await Night(files, "--output", "quiet");
        Assert.Matches(@"~ Flapping:\n    b is there · localhost \(flaps: 4 changes in 10 runs\)\n$", (await Night("ab")).Output);
    }

    [Fact]
    public async Task Words_that_nobody_could_be_told_are_a_problem_before_the_run()
    {
        folder.Write("p.yaml", "name: P\nhosts: localhost\nnotify:\n  - command: [echo, \"{{ comparison.before }}\"]\n    on: always\n  - command: { run: [cat], env: { A: \"new {{ comparison.new }}\" } }\nsteps:\n  - command: touch " + folder.PathOf("ran") + "\n");
        var run = await folder.Play(100, "p.yaml");
        Assert.Equal(2, run.Code);
        Assert.Contains("p.yaml:4:", run.Errors, StringComparison.Ordinal);
        Assert.Contains("p.yaml:6:", run.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.PathOf("ran")));
    }

    [Fact]
    public async Task What_a_run_owes_that_died_stands_in_its_reports_and_is_said_after_the_next()
    {
        folder.Write("hosts.yaml", "groups: { app: { hosts: { a1: { local: true } } } }");
        folder.Write("p.yaml", $"name: P\nhosts: app\nsteps:\n  - name: Change\n    command: \"true\"\n    undo: {{ command: \"true\" }}\n  - shell: cd {folder.Path}; test -e again || {{ touch again; sleep 20; }}\n");
        using (var play = folder.Start(100, "p.yaml"))
        {
            await folder.Written("again");
            play.Kill();
            await play.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        using var json = JsonDocument.Parse((await folder.Play(100, "show", "last", "--report", "json=-")).Output);
        Assert.Equal("Change", json.RootElement.GetProperty("not_put_back")[0].GetProperty("step").GetString());
        var next = await folder.Play(100, "p.yaml");
        Assert.Equal(0, next.Code);
        Assert.Matches(@"the earlier run \S+ owes something that is not put back: play resume \S+ --state ", next.Errors);
    }
}
