using Xunit;

namespace Lab.Tests;

[Collection<ClusterTests>]
public sealed class FailoverTests
{
    private const string Playbook = "playbooks/failover-test.yaml";

    private static async Task BothListen() => Assert.Equal((true, true), (await Cluster.Listens("was1", 4000), await Cluster.Listens("was2", 4001)));

    private static async Task<Running> WithTheOwnerDown()
    {
        await Cluster.IsUp();
        // This line is never written, so the playbook waits for it while the owner is down.
        var play = Cluster.StartPlay(Playbook, "-e", "localhost_log=never written");
        await play.Prints("✓ Stop the owner");
        return play;
    }

    private static string Step(string output) => output.Split('\n').FirstOrDefault(line => line.StartsWith('✗')) ?? "(no step failed)";

    [Fact]
    public async Task A_stopped_owner_hands_its_session_over()
    {
        await Cluster.IsUp();
        var (code, output) = await Cluster.Play(Playbook);
        Assert.True(code == 0, output);
        Assert.Contains("✓ The survivor carries on with the same session", output, StringComparison.Ordinal);
        await BothListen();
    }

    private static async Task<string> Fails(string without, string step, string said)
    {
        await Cluster.IsUp(without);
        var (code, output) = await Cluster.Play(Playbook);
        Assert.True(code == 1, output);
        Assert.Contains(step, Step(output), StringComparison.Ordinal);
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.True(await Cluster.Listens("was1", 8009) && await Cluster.Listens("was2", 8009), output);
        return output;
    }

    [Theory, Trait("Category", "Long")]
    [InlineData("sticky", "The balancer is sticky", "session.route == owner")]
    [InlineData("member", "Every member listens on its receiver port", "4001")]
    public Task A_broken_cluster_fails_at_the_step_about_it(string without, string step, string said) => Fails(without, step, said);

    [Fact]
    public async Task A_cluster_that_does_not_replicate_fails_at_the_step_about_it_and_is_up_again_afterwards()
    {
        var output = await Fails("replication", "The survivor carries on with the same session", "session.id == visit");
        // Both ids are shown, and the owner was started again by its undo.
        Assert.True(output.Split('\n').Count(line => System.Text.RegularExpressions.Regex.IsMatch(line, "└ \"[0-9A-F]{32}\"")) >= 2, output);
        Assert.Contains("put back: Stop the owner", output, StringComparison.Ordinal);
        await BothListen();
        foreach (var page in new[] { "README.md", "README.ko.md", "docs/recipes/failover.md" })
        {
            var text = await File.ReadAllTextAsync(Path.Combine(Running.Repository, page), TestContext.Current.CancellationToken);
            Shown.In(Assert.Single(Shown.Blocks(text), block => block.Groups["body"].Value.StartsWith("✗ localhost", StringComparison.Ordinal)).Groups["body"].Value, output, "[0-9A-F]{32}|tomcat\\d|counter: \\d+");
        }
    }

    [Fact, Trait("Category", "Long")]
    public async Task A_cluster_that_logs_in_Korean_is_read_by_the_same_playbook()
    {
        await Cluster.IsUp(lang: "ko");
        var (code, output) = await Cluster.Play(Playbook);
        Assert.True(code == 0, output);
        // What it read is the messages in Korean: none has an English level or text.
        foreach (var host in new[] { "was1", "was2" })
        {
            await Cluster.On(host, "grep", "-q", "정보 .*SimpleTcpCluster.memberAdded 복제 멤버가 추가됨", "/srv/tomcat/logs/catalina.out");
            await Cluster.On(host, "sh", "-c", "! grep -q INFO /srv/tomcat/logs/catalina.out");
        }
    }

    [Fact]
    public async Task Ctrl_C_while_the_owner_is_down_starts_it_again_first()
    {
        using var play = await WithTheOwnerDown();
        play.Interrupt();
        var (code, output) = await play.End();
        Assert.True(code == 130, output);
        Assert.Contains("✓ put back: Stop the owner", output, StringComparison.Ordinal);
        await BothListen();
    }

    /// <summary>In a terminal it is asked; elsewhere it has to be said.</summary>
    [Fact]
    public async Task Killed_while_the_owner_is_down_its_undo_is_offered_and_taken_later()
    {
        using var play = await WithTheOwnerDown();
        play.Kill();
        Assert.Equal(137, (await play.End()).ExitCode);
        Assert.False(await Cluster.Listens("was1", 4000) && await Cluster.Listens("was2", 4001));

        using var unsaid = new Running(Path.Combine(Running.Repository, "play"), ["resume", "last"]);
        var (code, output) = await unsaid.End();
        Assert.True(code == 2, output);
        Assert.Contains("Stop the owner", output, StringComparison.Ordinal);
        Assert.Contains("--undo puts it back and ends", output, StringComparison.Ordinal);

        using var terminal = new Terminal();
        terminal.Start(80, $"{Running.Repository}/play resume last");
        await terminal.Until("(u)ndo: put it back");
        terminal.Tmux("send-keys", "u", "Enter");
        await terminal.Until("ended 130");
        Assert.Contains("✓ put back: Stop the owner", terminal.Seen, StringComparison.Ordinal);
        await BothListen();
    }

    [Fact, Trait("Category", "Long")]
    public async Task Ctrl_C_twice_leaves_at_once_and_says_what_was_not_put_back()
    {
        using var play = await WithTheOwnerDown();
        play.Interrupt();
        await play.Prints("stopping");
        play.Interrupt();
        var (code, output) = await play.End();
        Assert.True(code == 6, output);
        Assert.Contains("NOT put back", output, StringComparison.Ordinal);
        Assert.Contains("\"Stop the owner\" on", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_killed_before_the_run_fails_the_first_step()
    {
        await Cluster.IsUp();
        await Cluster.On("was2", "pkill", "-9", "java");
        var (code, output) = await Cluster.Play(Playbook);
        Assert.True(code == 1, output);
        Assert.Contains("와스2 · Every member listens on its receiver port", Step(output), StringComparison.Ordinal);
        Assert.Contains("nothing listens on 4001", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_whose_sshd_is_gone_is_unreachable()
    {
        await Cluster.IsUp();
        await Cluster.On("was2", "pkill", "-x", "sshd");
        var (code, output) = await Cluster.Play(Playbook);
        Assert.True(code == 4, output);
        Assert.Contains("와스2 · Every member listens on its receiver port", Step(output), StringComparison.Ordinal);
        Assert.Contains("refuses connections", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_answers_503_fails_where_it_is_asked_for()
    {
        await Cluster.IsUp();
        // Both workers stopped in the balancer: the members are well, and the site answers 503.
        foreach (var worker in new[] { "tomcat1", "tomcat2" })
            await Cluster.On("web1", "curl", "-fsk", $"https://127.0.0.1/jkstatus?cmd=update&mime=prop&w=balancer&sw={worker}&vwa=2");
        try
        {
            var (code, output) = await Cluster.Play(Playbook);
            Assert.True(code == 1, output);
            Assert.Contains("Open a session", Step(output), StringComparison.Ordinal);
            Assert.Contains("503", output, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var worker in new[] { "tomcat1", "tomcat2" })
                await Cluster.On("web1", "curl", "-fsk", $"https://127.0.0.1/jkstatus?cmd=update&mime=prop&w=balancer&sw={worker}&vwa=0");
        }
    }

    [Fact, Trait("Category", "Long")]
    public async Task Another_host_key_is_refused_before_anything_is_run()
    {
        await Cluster.IsUp();
        var known = Path.Combine(Running.Repository, "examples", "lab", ".state", "known_hosts");
        var kept = await File.ReadAllTextAsync(known, TestContext.Current.CancellationToken);
        var lines = kept.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToList();
        // Every host has the key of another.
        var swapped = lines.Select((line, i) => $"{line[0]} {string.Join(' ', lines.First(other => other[0] != line[0] && other[1] == line[1])[1..])}");
        try
        {
            await File.WriteAllTextAsync(known, string.Join('\n', swapped) + "\n", TestContext.Current.CancellationToken);
            var (code, output) = await Cluster.Play(Playbook);
            Assert.True(code == 4, output);
            Assert.Contains("SHA256:", output, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
        }
        finally
        {
            await File.WriteAllTextAsync(known, kept, TestContext.Current.CancellationToken);
        }
    }

    [Fact, Trait("Category", "Long")]
    public async Task The_control_machine_works_no_more_than_for_25_looks_at_the_playbook()
    {
        await Cluster.IsUp();
        // Held against work of the same program in the same minute: seconds of one machine are not those of another.
        var look = await Cpu("for i in 1 2 3 4 5 6 7 8 9 10; do artifacts/play/play lint playbooks >/dev/null; done", $"./play lint {Playbook}") / 10;
        var run = await Cpu($"./play -i examples/lab/hosts.yaml -e @examples/lab/params.yaml {Playbook}");
        Assert.True(run < 25 * look, $"{run} s of CPU, where a look at the playbooks takes {look} s");
    }

    private static async Task<double> Cpu(string command, string before = ":")
    {
        using var timed = new Running("bash", ["-c", $"{before}; TIMEFORMAT='cpu %U %S'; time {{ {command}; }}"]);
        var (code, output) = await timed.End();
        Assert.True(code == 0, output);
        return output.Split('\n').Single(line => line.StartsWith("cpu ", StringComparison.Ordinal)).Split(' ')[1..].Sum(s => double.Parse(s, System.Globalization.CultureInfo.InvariantCulture));
    }
}
