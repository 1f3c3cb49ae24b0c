using System.Diagnostics;
using System.Text;
using Playbooks.Connections;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>Commands for users as hosts have them: any login shell, any rc file, any rule for sudo, and no bash anywhere.</summary>
public sealed class AccountTests(Accounts accounts) : IClassFixture<Accounts>
{
    private const string Value = "it's\n\"$(id)\" `id` \\ ! 한";

    [Theory]
    [InlineData("sh", null), InlineData("tcsh", null), InlineData("fish", null), InlineData("busybox", null)]
    [InlineData("sh", "root"), InlineData("tcsh", "root"), InlineData("fish", "root"), InlineData("busybox", "root")]
    public async Task A_command_is_the_same_whatever_the_login_shell_and_whoever_it_becomes(string user, string? sudo)
    {
        var folder = Directory.CreateDirectory(Path.Combine(accounts.Folder, $"a 'dir' \"of\" {user}")).FullName;
        var command = new RemoteCommand
        {
            Words = ["sh", "-c", "cat; printf '|%s|%s|%s|' \"$A\" \"${B-unset}\" \"$1\"; id -un; pwd", "sh", Value],
            Environment = new Dictionary<string, string> { ["A"] = Value, ["B"] = "" },
            Directory = folder,
            Stdin = "input\n"u8.ToArray(),
            Sudo = sudo,
        };
        foreach (var one in new[] { command, command.WithReceipt() })
            Assert.Equal($"input\n|{Value}||{Value}|{sudo ?? user}\n{folder}\n", (await accounts.Run(user, one)).Out());
    }

    [Theory, InlineData(null), InlineData("root")]
    public async Task A_variable_of_100_KB_arrives_and_no_value_is_on_a_command_line(string? sudo)
    {
        var value = "s3cret" + new string('\'', 100_000);
        var result = await accounts.Run("sh", new RemoteCommand
        {
            Words = ["sh", "-c", "printf '%s\\n' \"$A\"; cat /proc/[0-9]*/cmdline"],
            Environment = new Dictionary<string, string> { ["A"] = value },
            Sudo = sudo,
        });
        Assert.StartsWith(value + "\n", result.Out(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", result.Out()[value.Length..], StringComparison.Ordinal);
    }

    [Theory, InlineData(59_000), InlineData(60_000), InlineData(61_000), InlineData(100_000)]
    public async Task A_command_line_of_any_length_runs(int length)
    {
        string[] words = [.. Enumerable.Repeat(new string('x', 999), length / 1000)];
        foreach (var sudo in new[] { null, "root" })
        {
            var result = await accounts.Run("sh", new RemoteCommand { Words = ["sh", "-c", "echo $#; cat", "sh", .. words], Stdin = "y"u8.ToArray(), Sudo = sudo });
            Assert.Equal($"{words.Length}\ny", result.Out());
        }
    }

    [Theory, InlineData("nologin", "; it said: This account is currently not available."), InlineData("false", "")]
    public async Task A_login_that_refuses_is_unreachable(string user, string said)
    {
        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => accounts.Run(user, new RemoteCommand { Words = ["true"] }));
        Assert.EndsWith($"the login ended (exit code 1) before it began the command{said}.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_rc_file_prints_is_dropped_with_a_note()
    {
        var result = await accounts.Run("talks", new RemoteCommand { Words = ["echo", "x"] });
        Assert.Equal("x\n", result.Out());
        Assert.Equal("The login printed 23 bytes before the command began; they were dropped.", Assert.Single(result.Notes));
    }

    [Fact]
    public async Task An_rc_file_that_reads_finds_no_input_and_one_that_is_slow_is_waited_for()
    {
        var reads = await accounts.Run("reads", new RemoteCommand { Words = ["echo", "x"], Timeout = TimeSpan.FromSeconds(10) });
        Assert.Equal((CommandEnd.Exited, "x\n"), (reads.End, reads.Out()));
        var slow = await accounts.Run("slow", new RemoteCommand { Words = ["echo", "x"] });
        Assert.Equal((CommandEnd.Exited, "x\n"), (slow.End, slow.Out()));
    }

    [Fact]
    public async Task Input_that_an_rc_file_has_read_of_is_not_given_to_the_command()
    {
        var result = await accounts.Run("reads", new RemoteCommand { Words = ["touch", Path.Combine(accounts.Folder, "reads", "ran")], Stdin = "one\ntwo\n"u8.ToArray() });
        Assert.False(File.Exists(Path.Combine(accounts.Folder, "reads", "ran")));
        var step = CommandOutput.Result(result, Encoding.UTF8, TimeSpan.FromHours(1));
        Assert.Equal(Outcome.Error, step.Outcome);
        Assert.Equal("it could not be started: exec: the login reads from standard input before the command does (an rc file?)", step.Messages[0]);
    }

    [Theory]
    [InlineData("stranger", "a password is required")]
    [InlineData("password", "a password is required")]
    [InlineData("mixed", "a password is required")]
    [InlineData("teletype", "sorry, you must have a tty to run sudo")]
    [InlineData("one", "Sorry, user one is not allowed to execute '/usr/bin/touch ")]
    public async Task A_refusal_of_sudo_is_said_at_once_and_is_no_exit_code_of_the_command(string user, string said)
    {
        var path = Path.Combine(accounts.Folder, "touched by " + user);
        var watch = Stopwatch.StartNew();
        var result = await accounts.Run(user, new RemoteCommand { Words = ["touch", path], Sudo = "root" });
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
        Assert.StartsWith(said, result.Refused, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        var step = CommandOutput.Result(result, Encoding.UTF8, TimeSpan.FromHours(1));
        Assert.Equal((Outcome.Error, $"sudo did not start it: {result.Refused}"), (step.Outcome, step.Messages[0]));
    }

    [Fact]
    public async Task Sudo_that_is_not_there_is_an_error()
    {
        var result = await accounts.Run("without", new RemoteCommand { Words = ["/usr/bin/true"], Sudo = "root" });
        var step = CommandOutput.Result(result, Encoding.UTF8, TimeSpan.FromHours(1));
        Assert.Equal(Outcome.Error, step.Outcome);
        Assert.Contains("there is no program `sudo` there", step.Messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_fails_behind_a_warning_of_sudo_failed_itself()
    {
        var failed = await accounts.Run("sh", new RemoteCommand { Words = ["false"], Sudo = "root" });
        Assert.StartsWith("sudo: unable to resolve host nowhere", failed.Err(), StringComparison.Ordinal);
        Assert.Equal((1, null), (failed.ExitCode, failed.Refused));
        var missing = await accounts.Run("sh", new RemoteCommand { Words = ["no-such-program"], Sudo = "root" });
        Assert.Equal("no-such-program: command not found", missing.Refused);
    }

    [Fact]
    public async Task What_only_sudo_may_end_is_ended_through_it_or_named()
    {
        var command = new RemoteCommand { Words = [Path.Combine(accounts.Folder, "stubborn")], Sudo = "root", Timeout = TimeSpan.FromSeconds(1) };
        var results = await Task.WhenAll(accounts.Run("sh", command), accounts.Run("one", command));
        Assert.Equal(CommandEnd.TimedOut, results[0].End);
        Assert.Equal(CommandEnd.Unknown, results[1].End);
        Assert.Matches(@"^It would not end; still running there: \d+ \(.*stubborn\)", Assert.Single(results[1].Notes));
    }
}
