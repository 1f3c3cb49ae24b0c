using System.Diagnostics;
using Playbooks.Tests.Journal;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.CommandLine;

/// <summary>A command line with a mistake in it.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class UsageTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_is_wrong_is_one_sentence_and_nothing_is_run()
    {
        folder.Write("p.yaml", "name: A playbook\nhosts: localhost\nsteps: [{ name: Looks, command: 'true' }]\n");
        string[] lines =
        [
            "", "--bad", "-x", "plann p.yaml", "lnt", "schedul --help", "p.yaml url=3", "p.yaml --forks many", "p.yaml --forks", "p.yaml --output fancy", "p.yaml --outputs plain", "p.yaml q.yaml",
            "-i", "exec", "exec --sudoo was", "exec was", "exec was --", "plan", "plan p.yaml q.yaml", "history -n none", "hosts a b", "schedule", "schedule lst", "schedule add p.yaml",
            "show --report pdf=x last", "show last --output loud", "completion tcsh", "resume last --undo --go-on", "compare a b c", "run p.yaml", "hosts --png", "resume last -i x", "schedule ad", "schedule add p.yaml --at 02:00 --with crn", "p.yaml -- -e n=1",
            "''", "p.yaml --state ''", "p.yaml -i=''", "lint p.yaml ''", "show ''", "schema --to ''", "exec was ''", "exec '' -- ls", "plan '' x", "hosts '' --png", "p.yaml ''", "'' hosts", "--state x history", "-i x hosts", "p.yaml hosts", "-e n=1 schedule list", "help me",
        ];
        var said = new List<string>();
        foreach (var line in lines)
        {
            var (code, output, errors) = await folder.Bare(100, [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Replace("''", "", StringComparison.Ordinal))]);
            Assert.Equal((2, ""), (code, output));
            said.Add($"$ play {line}\n{errors}");
        }
        await Verifier.Verify(string.Join('\n', said));
    }

    [Fact]
    public async Task The_word_help_is_as_good_as_the_option() =>
        Assert.Equal(await folder.Bare(80, "exec", "--help"), await folder.Bare(80, "help", "exec"));

    [Fact]
    public async Task A_pattern_that_selects_no_host_is_a_mistake()
    {
        folder.Write("hosts.yaml", "groups: { was: { hosts: { was1: { ssh: was1.example.com, route: tomcat1 } } } }");
        foreach (var (pattern, mend) in new[] { ("was[rout=tomcat1]", "none of its hosts has `rout`: did you mean `route`?"), ("was[route=tomcat9]", "`route` is tomcat1 there") })
        {
            var (code, output, errors) = await folder.Bare(100, "hosts", pattern, "-i", "hosts.yaml");
            Assert.Equal((2, ""), (code, output));
            Assert.Contains($"`{pattern}` selects no host", errors, StringComparison.Ordinal);
            Assert.Contains(mend, errors, StringComparison.Ordinal);
        }
    }

    [Theory, InlineData(1), InlineData(2), InlineData(15)]
    public async Task An_inventory_s_program_ends_with_play(int signal)
    {
        folder.Write("hosts.sh", $"#!/bin/sh\necho $$ >{folder.PathOf("new")}; mv {folder.PathOf("new")} {folder.PathOf("pid")}; exec sleep 50\n");
        folder.Write("p.yaml", "name: A playbook\nhosts: all\nsteps: [{ name: Looks, command: 'true' }]\n");
        File.SetUnixFileMode(folder.PathOf("hosts.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var play = folder.Start(100, "plan", "p.yaml", "-i", "hosts.sh");
        await folder.Written("pid");
        using (var kill = Process.Start("kill", [$"-{signal}", $"{play.Id}"])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(128 + signal, (await PlayFolder.Ended(play)).Code);
        Assert.False(Directory.Exists($"/proc/{folder.Text("pid").Trim()}"));
    }

    [Fact]
    public async Task A_playbook_that_is_not_there_is_named_once_and_where_it_was_looked_for()
    {
        var (code, _, errors) = await folder.Bare(100, "none.yaml");
        Assert.Equal(2, code);
        Assert.Matches(@"\Anone\.yaml: there is no such playbook\n  looked for in /\S+ and in playbooks/ there\n", errors);
    }

    [Theory]
    [InlineData("failover-tset.yaml", "failover-test.yaml"), InlineData("failover-test", "failover-test.yaml"), InlineData("nightly.yaml", "nightly.yml")]
    [InlineData("playbooks/nihgtly.yml", "playbooks/nightly.yml"), InlineData("./failover-tst", "./failover-test.yaml")]
    public async Task One_of_nearly_that_name_is_shown(string named, string meant)
    {
        folder.Write("failover-test.yaml", "name: Failover\nsteps: [{ wait: 1s }]\n");
        Directory.CreateDirectory(folder.PathOf("playbooks"));
        folder.Write("playbooks/nightly.yml", "name: Nightly\nsteps: [{ wait: 1s }]\n");
        var (code, _, errors) = await folder.Bare(100, "plan", named);
        Assert.Equal(2, code);
        Assert.StartsWith($"{named}: there is no such playbook\n  did you mean `{meant}`?\n", errors, StringComparison.Ordinal);
    }
}
