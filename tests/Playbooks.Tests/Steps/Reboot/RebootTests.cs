using Playbooks.Connections;
using Playbooks.Steps;
using Playbooks.Steps.Reboot;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Reboot;

/// <summary>A machine that ends all its processes and comes back, or does not.</summary>
public sealed class RebootTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What came of it on a machine that does that when it is told, and what the next step can do there.</summary>
    private static async Task<(StepResult Result, string Old, string New, string Next)> On(string does, string yaml = "restart", double timeout = 30, Action<RebootHost>? prepare = null)
    {
        await using var machine = new RebootHost();
        prepare?.Invoke(machine);
        await machine.Start(does);
        await using var harness = new KindHarness { Connections = machine.Pool(), Machine = machine.Host, About = machine.Host, Timeout = TimeSpan.FromSeconds(timeout) };
        var old = machine.BootId;
        var result = await harness.Run("reboot", yaml);
        string next;
        try
        {
            next = (await harness.Connections.Run(machine.Host, new RemoteCommand { Words = ["echo", "well"] }, Cancel)).Out().Trim();
        }
        catch (HostUnreachableException e)
        {
            next = e.Message;
        }
        return (result with { Messages = [.. result.Messages.Select(m => m.Replace(machine.Address, "ADDRESS", StringComparison.Ordinal).Replace(old, "OLD", StringComparison.Ordinal).Replace(machine.Folder, "DIR", StringComparison.Ordinal))] }, old, machine.BootId, next);
    }

    private static string Text(StepResult result, string field) => result.Fields.TryGet(field, out var value) ? value?.ToString() ?? "null" : "none";

    private static void IsBack((StepResult Result, string Old, string New, string Next) came)
    {
        Assert.Equal("", string.Join('\n', came.Result.Messages));
        Assert.Equal((Outcome.Passed, came.New, came.Old, "well"), (came.Result.Outcome, Text(came.Result, "boot_id"), Text(came.Result, "old_boot_id"), came.Next));
        Assert.NotEqual(came.Old, came.New);
    }

    [Fact]
    public async Task It_is_back_with_a_new_boot_id_and_the_next_step_finds_it()
    {
        if (!RebootHost.CanBe) return;
        IsBack(await On("sleep 0.2; down; sleep 1; anew"));
    }

    [Fact, Trait("Category", "Long")]
    public async Task While_it_is_slow_to_go_down_it_is_not_taken_for_back()
    {
        if (!RebootHost.CanBe) return;
        var came = await On("sleep 2; down; sleep 0.3; anew");
        IsBack(came);
        Assert.True(came.Result.Fields.TryGet("down", out var down) && down is TimeSpan time && time > TimeSpan.FromSeconds(2));
    }

    [Fact, Trait("Category", "Long")]
    public async Task Who_is_refused_at_first_when_it_is_back_is_let_in_later()
    {
        if (!RebootHost.CanBe) return;
        // As where the home is not mounted yet.
        IsBack(await On("""mv "$dir/authorized_keys" "$dir/away"; down; anew; (sleep 2; mv "$dir/away" "$dir/authorized_keys") &"""));
    }

    [Fact, Trait("Category", "Long")]
    public async Task One_that_stays_away_is_unreachable()
    {
        if (!RebootHost.CanBe) return;
        var (result, _, _, next) = await On("down; sleep 100", timeout: 3);
        Assert.Equal((Outcome.Unreachable, true), (result.Outcome, result.Began));
        Assert.Matches(@"^it did not come back within 3s\. boot1 \(ADDRESS\) refuses connections: nothing listens on port \d+\.$", Assert.Single(result.Messages));
        Assert.Contains("refuses connections", next, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Long")]
    public async Task One_that_comes_back_as_it_was_did_not_start_anew()
    {
        if (!RebootHost.CanBe) return;
        var (result, old, _, next) = await On("down; sleep 1", timeout: 4);
        Assert.Equal((Outcome.Failed, old, "well"), (result.Outcome, Text(result, "boot_id"), next));
        Assert.Equal("it came back with the boot id that it had, OLD: its system did not start anew within 4s", Assert.Single(result.Messages));
        var still = await On(":", timeout: 2);
        Assert.Equal((Outcome.Failed, "it was told to start anew, and still runs after 2s, with the boot id that it had", "well"), (still.Result.Outcome, Assert.Single(still.Result.Messages), still.Next));
    }

    [Fact, Trait("Category", "Long")]
    public async Task One_that_comes_back_with_another_host_key_is_told_nothing()
    {
        if (!RebootHost.CanBe) return;
        var (result, _, _, next) = await On("""down; anew; cp "$dir/other" "$dir/host" """);
        Assert.Equal((Outcome.Unreachable, true), (result.Outcome, result.Began));
        Assert.StartsWith("it was told to start anew, and now refuses us. THE ", Assert.Single(result.Messages), StringComparison.Ordinal);
        Assert.DoesNotContain("well", next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_does_not_do_it_says_why()
    {
        if (!RebootHost.CanBe) return;
        var (result, old, now, next) = await On("down; anew", "[sh, -c, 'echo Operation inhibited by apt >&2; exit 1']");
        Assert.Equal((Outcome.Error, old, "well"), (result.Outcome, now, next));
        Assert.Equal("`sh -c \"echo Operation inhibited by apt >&2; exit 1\"` ended with exit code 1: Operation inhibited by apt", Assert.Single(result.Messages));
        Assert.Equal("does it need `sudo: true` on this step?", result.Mend);
    }

    [Theory, Trait("Category", "Long")]
    [InlineData("", "shutdown -r now")]
    [InlineData("mkdir -p /run/systemd/system", "systemctl --no-ask-password reboot")]
    public async Task Unless_said_it_is_done_as_its_system_does_it(string prepare, string command)
    {
        if (!RebootHost.CanBe) return;
        await using var machine = await new RebootHost().Start("sleep 0.1; down; anew");
        await using var harness = new KindHarness { Connections = machine.Pool(), Machine = machine.Host, About = machine.Host };
        await harness.Connections.Run(machine.Host, new RemoteCommand { Script = prepare.Length > 0 ? prepare : ":" }, Cancel);
        Assert.Equal(Outcome.Passed, (await harness.Run("reboot", "null")).Outcome);
        Assert.Equal(command + "\n", machine.Calls);
    }

    [Fact]
    public async Task The_machine_that_play_runs_on_is_not_started_anew()
    {
        await using var harness = new KindHarness();
        var result = await harness.Run("reboot", "'false'");
        Assert.Equal((Outcome.Error, false), (result.Outcome, result.Began));
        Assert.StartsWith("this is the machine that play runs on", Assert.Single(result.Messages), StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Long")]
    public async Task So_is_one_that_only_has_another_name()
    {
        await using var sshd = new Sshd();
        await sshd.InitializeAsync();
        await using var harness = new KindHarness { Connections = sshd.Pool(), Machine = sshd.Host(), About = sshd.Host() };
        var result = await harness.Run("reboot", "'false'");
        Assert.Equal((Outcome.Error, false), (result.Outcome, result.Began));
    }

    [Theory]
    [InlineData("play boot 123e4567-e89b-12d3-a456-426614174000\n", "123e4567-e89b-12d3-a456-426614174000")]
    [InlineData("play boot \n", null)]
    [InlineData("", null)]
    [InlineData("System is going down.\n", null)]
    [InlineData("play boot a\nb\n", null)]
    public void Only_a_boot_id_is_one(string said, string? id) => Assert.Equal(id, RebootScript.Read(System.Text.Encoding.UTF8.GetBytes(said)));

    [Fact]
    public void Its_command_has_a_word() => Assert.Equal("there is no command here → write the program and its arguments, or leave it out", Assert.Single(KindHarness.Problems("reboot", "''")));
}
