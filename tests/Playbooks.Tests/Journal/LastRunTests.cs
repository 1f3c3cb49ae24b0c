using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>`since: last_run`, with the program itself and a journal: between two runs nothing is skipped, and nothing is judged twice.</summary>
public sealed class LastRunTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public LastRunTests()
    {
        Playbook(Look);
        folder.Write("a.log", "SEVERE one\n");
    }

    public void Dispose() => folder.Dispose();

    private string Look => $"  - name: Look\n    log: {{ path: {folder.PathOf("a.log")}, since: last_run, lacks: SEVERE }}\n";

    private void Playbook(string steps, string name = "night") => folder.Write($"{name}.yaml", $"name: Night\nhosts: localhost\nsteps:\n{steps}");

    private void Append(string text) => File.AppendAllText(folder.PathOf("a.log"), text);

    private async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        var (code, output, errors) = await folder.Play(300, arguments is [] ? ["night.yaml"] : arguments);
        return (code, output + errors);
    }

    private async Task Holds(params string[] arguments)
    {
        var (code, output) = await Run(arguments);
        Assert.True(code == 0, output);
    }

    private async Task<string> Finds(string what, params string[] arguments)
    {
        var (code, output) = await Run(arguments);
        Assert.True(code == 1, output);
        Assert.Contains(what, output, StringComparison.Ordinal);
        return output;
    }

    [Fact]
    public async Task The_first_run_looks_from_the_start_and_says_so_and_each_line_is_judged_once()
    {
        Assert.Contains("no run of this playbook had looked at", await Finds("1 line in"), StringComparison.Ordinal);
        await Holds();
        Append("SEVERE two\nSEVERE three\n");
        Assert.Matches(@"2 lines in \S+a\.log since the run \d{8}-\d{6}-[0-9a-f]{4} contain ""SEVERE""; the first: SEVERE two", await Finds("2 lines in"));
        await Holds();
    }

    [Fact]
    public async Task What_is_written_after_the_look_is_the_next_runs()
    {
        folder.Write("a.log", "");
        Playbook($"{Look}  - shell: \"echo SEVERE late >> {folder.PathOf("a.log")}\"\n");
        for (var night = 0; night < 2; night++)
        {
            await Holds();
            await Finds("the first: SEVERE late");
        }
    }

    [Fact]
    public async Task A_line_that_is_half_written_is_judged_once_it_is_whole()
    {
        folder.Write("a.log", "fine\nSEV");
        await Holds();
        await Holds();
        Append("ERE two");
        await Finds("SEVERE two");
        await Holds();
        Append("\nSEVERE three\n");
        await Finds("SEVERE three");
    }

    [Fact]
    public async Task A_night_with_a_rotation_loses_nothing()
    {
        await Finds("SEVERE one");
        Append("SEVERE at ten\n");
        File.Move(folder.PathOf("a.log"), folder.PathOf("a.log.1"));
        folder.Write("a.log", "SEVERE at one\n");
        await Finds("2 lines in");
        await Holds();

        // The day after, the older one is compressed: it was read to its end.
        using (var gzip = JournalFixture.Start("gzip", [folder.PathOf("a.log.1")])) await gzip.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.Move(folder.PathOf("a.log.1.gz"), folder.PathOf("a.log.2.gz"));
        Append("SEVERE at two\n");
        File.Move(folder.PathOf("a.log"), folder.PathOf("a.log.1"));
        folder.Write("a.log", "fine\n");
        await Finds("1 line in");
        await Holds();
    }

    [Fact, Trait("Category", "Long")]
    public async Task A_log_that_was_copied_and_emptied_is_never_all_fine()
    {
        folder.Write("a.log", "fine\n");
        await Holds();
        Append("fine too\n");
        File.Copy(folder.PathOf("a.log"), folder.PathOf("a.log.1"));
        folder.Write("a.log", "");
        var (code, output) = await Run();
        Assert.True(code == 3, output);
        Assert.Contains("cannot be told", output, StringComparison.Ordinal);
        // It is said once: what is gone will not come back.
        await Holds();
    }

    [Fact]
    public async Task A_run_that_could_not_look_leaves_its_lines_to_the_next()
    {
        await Finds("SEVERE one");
        Append("SEVERE two\n");
        Directory.CreateDirectory(folder.PathOf("b.log"));
        // It is stopped before, and it cannot read: neither judges.
        Playbook($"  - command: 'false'\n{Look}");
        Assert.Equal(1, (await Run()).Code);
        Playbook(Look.Replace("a.log", "b.log", StringComparison.Ordinal));
        Assert.Equal(3, (await Run()).Code);
        Playbook(Look);
        await Finds("the first: SEVERE two");
    }

    [Fact, Trait("Category", "Long")]
    public async Task An_assertion_that_could_not_be_judged_leaves_its_lines_to_the_next()
    {
        folder.Write("a.log", "fine\n");
        Playbook($"{Look}    assert: count == 'one'\n");
        Assert.Equal(3, (await Run()).Code);
        Playbook($"{Look}    assert: count == 1\n");
        await Holds();
        await Finds("count == 1");
    }

    [Fact]
    public async Task A_step_that_moved_goes_on_where_it_was_and_two_of_one_file_have_a_window_each()
    {
        await Finds("SEVERE one");
        Playbook($"  - print: hello\n{Look}");
        await Holds();
        var other = Look.Replace("Look", "Look too", StringComparison.Ordinal).Replace("SEVERE", "ERROR", StringComparison.Ordinal);
        Playbook($"  - print: hello\n{Look}{other}");
        await Holds();
        Append("ERROR\n");
        Playbook($"  - print: hello\n{Look}");
        await Holds();
        Playbook($"  - print: hello\n{Look}{other}");
        await Finds("""contains "ERROR";""");
    }

    [Fact, Trait("Category", "Long")]
    public async Task A_pattern_is_followed_over_midnight()
    {
        folder.Write("localhost.2026-11-28.log", "SEVERE old\n");
        Playbook(Look.Replace("a.log", "localhost.*.log", StringComparison.Ordinal));
        await Finds("SEVERE old");
        File.AppendAllText(folder.PathOf("localhost.2026-11-28.log"), "SEVERE late\n");
        folder.Write("localhost.2026-11-29.log", "SEVERE early\n");
        await Finds("2 lines in");
        await Holds();
    }

    [Fact]
    public async Task Each_item_of_a_loop_may_name_a_file_of_its_own()
    {
        folder.Write("b.log", "SEVERE b\n");
        Playbook($"  - loop: ['{folder.PathOf("b.log")}', '{folder.PathOf("a.log")}']\n    log: {{ path: '{{{{ item }}}}', since: last_run }}\n    assert: count == 1\n");
        await Holds();
        Append("SEVERE two\n");
        File.AppendAllText(folder.PathOf("b.log"), "SEVERE two\n");
        await Holds();
        Append("SEVERE three\n");
        await Finds("count == 1");
    }

    [Fact, Trait("Category", "Long")]
    public async Task A_playbook_run_alone_and_in_another_has_a_window_in_each()
    {
        folder.Write("all.yaml", "name: All\nsteps:\n  - include: night.yaml\n");
        await Finds("SEVERE one", "night.yaml");
        await Finds("SEVERE one", "all.yaml");
        Append("SEVERE two\n");
        await Finds("SEVERE two", "night.yaml");
        await Finds("SEVERE two", "all.yaml");
        await Holds("night.yaml");
        await Holds("all.yaml");
    }

    [Fact]
    public async Task A_run_that_goes_on_keeps_the_window_it_began_with()
    {
        await Finds("SEVERE one");
        Append("SEVERE two\n");
        await Finds("SEVERE two");
        Append("SEVERE three\n");
        await Finds("2 lines in", "resume", "last");
        await Holds();
    }

    [Fact, Trait("Category", "Long")]
    public async Task A_host_of_the_same_name_in_another_inventory_is_another_host()
    {
        folder.Write("a.yaml", "groups: { app: { hosts: { app1: { local: true, ssh: 192.0.2.1 } } } }");
        folder.Write("b.yaml", "groups: { app: { hosts: { app1: { local: true, ssh: 192.0.2.2 } } } }");
        Playbook(Look.Replace("log:", "hosts: app\n    log:", StringComparison.Ordinal));
        await Finds("SEVERE one", "night.yaml", "-i", "a.yaml");
        await Finds("SEVERE one", "night.yaml", "-i", "b.yaml");
        await Holds("night.yaml", "-i", "a.yaml");
    }

    [Fact]
    public async Task Without_a_journal_it_is_a_problem()
    {
        var (code, output) = await Run("exec", "localhost", "log: { path: /a, since: last_run }");
        Assert.Equal(2, code);
        Assert.Contains("`exec` keeps no journal, so it knows of no last run", output, StringComparison.Ordinal);
    }
}
