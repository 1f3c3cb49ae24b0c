using System.Diagnostics;
using System.Text;
using Playbooks.Connections;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>A sudo that asks for a password: real sudo, real PAM, a lecture each time.</summary>
public sealed class SudoPasswordTests(Accounts accounts) : IClassFixture<Accounts>, IAsyncLifetime
{
    private readonly ConnectionPool _pool = accounts.Pool(Accounts.Password);
    private readonly ConnectionPool _wrong = accounts.Pool("not this one");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        await _wrong.DisposeAsync();
    }

    private Task<CommandResult> Run(string user, RemoteCommand command, ConnectionPool? pool = null) => (pool ?? _pool).Run(accounts.Host(user), command with { Sudo = "root" }, TestContext.Current.CancellationToken);

    private static RemoteCommand Sh(string script, string stdin = "") => new() { Words = ["sh", "-c", script], Stdin = Encoding.UTF8.GetBytes(stdin) };

    /// <summary>Asked, not asked because the rules say so, and asked the first time only.</summary>
    [Theory, InlineData("asked", true), InlineData("asked-tcsh", false), InlineData("asked-fish", false), InlineData("sh", true), InlineData("cached", false)]
    public Task A_command_gets_what_is_its_own_and_nothing_else_whether_sudo_asks_or_not(string user, bool much) => GetsItsOwn(user, command => command.WithReceipt(), much);

    [Theory, InlineData("asked"), InlineData("asked-tcsh"), InlineData("asked-fish"), InlineData("sh"), InlineData("cached")]
    [Trait("Category", "Long")]
    public async Task So_it_does_in_every_shell_with_and_without_a_receipt(string user)
    {
        await GetsItsOwn(user, command => command, much: true);
        await GetsItsOwn(user, command => command.WithReceipt(), much: true);
    }

    private async Task GetsItsOwn(string user, Func<RemoteCommand, RemoteCommand> with, bool much)
    {
        var big = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n"));
        const string Little = "input\nof two lines, the second without an end";
        foreach (var input in much ? (string[])[Little, big] : [Little])
        {
            Check(await Run(user, with(Sh("cat; echo own >&2; id -un >&2", input))), input);
            Check(await Run(user, with(new RemoteCommand { Script = "cat; echo own >&2; id -un >&2", Stdin = Encoding.UTF8.GetBytes(input), Directory = "/", Environment = new Dictionary<string, string> { ["A"] = "it's" } })), input);
            Check(await Run(user, with(Sh($"cat; echo own >&2; id -un >&2 # {new string('!', 80_000)}", input))), input);
        }
        Check(await Run(user, with(Sh("echo out; echo own >&2; id -un >&2"))), "out\n");
        Check(await Run(user, with(new RemoteCommand { Script = "cat; echo $A; echo own >&2; id -un >&2", Environment = new Dictionary<string, string> { ["A"] = "it's" } })), "it's\n");

        static void Check(CommandResult result, string stdout)
        {
            Assert.Equal((CommandEnd.Exited, 0, null), (result.End, result.ExitCode, result.Refused));
            Assert.Equal(stdout, result.Out());
            // Warnings of sudo may stand where it was started straight.
            Assert.EndsWith("own\nroot\n", result.Err(), StringComparison.Ordinal);
            Assert.DoesNotContain("play-", result.Err(), StringComparison.Ordinal);
            Assert.DoesNotContain("lecture", result.Err(), StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("administrator", result.Err(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Its_exit_code_and_its_own_words_are_its_own()
    {
        var failed = await Run("asked", Sh("echo sorry >&2; exit 1"));
        Assert.Equal((1, "sorry\n", null), (failed.ExitCode, failed.Err(), failed.Refused));
        var script = await Run("asked", new RemoteCommand { Script = "echo sorry >&2; exit 1" });
        Assert.Equal((1, "sorry\n", null), (script.ExitCode, script.Err(), script.Refused));
    }

    [Fact]
    public async Task Who_reads_where_nobody_asked_has_the_end_of_its_input_after_a_moment()
    {
        var watch = Stopwatch.StartNew();
        var result = await Run("sh", new RemoteCommand { Words = ["cat"] });
        Assert.Equal((CommandEnd.Exited, 0, ""), (result.End, result.ExitCode, result.Out()));
        Assert.InRange(watch.Elapsed.TotalSeconds, 4, 20);
    }

    [Fact]
    public async Task The_password_is_on_no_command_line_and_in_no_environment()
    {
        const string Look = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ";
        foreach (var command in (RemoteCommand[])[Sh(Look), new RemoteCommand { Script = Look }, Sh(Look, "x"), new RemoteCommand { Script = Look, Environment = new Dictionary<string, string> { ["A"] = "b" } }])
        {
            var seen = (await Run("asked", command)).Out();
            Assert.Matches("sudo\0-S\0(-p\0play-sudo-[^\0]*\0)?-u\0root", seen);
            Assert.DoesNotContain("50%", seen, StringComparison.Ordinal);
        }
    }

    /// <summary>Who is not asked for a password starts a program of somebody less trusted, which asks for it.</summary>
    [Fact]
    public async Task A_program_that_asks_as_sudo_does_is_not_told_the_password()
    {
        const string Ask = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '=\\0' '\\n\\n' | grep -a '^play-sudo-' >&2; timeout 2 cat";
        foreach (var command in (RemoteCommand[])[Sh(Ask), new RemoteCommand { Script = Ask }])
        {
            var result = await _pool.Run(accounts.Host("sh"), command with { Sudo = "nobody" }, TestContext.Current.CancellationToken);
            Assert.Equal(("", null), (result.Out(), result.Refused));
        }
        // Straight, its name is nowhere; nor does the program have it.
        var seen = await _pool.Run(accounts.Host("sh"), Sh("cat /proc/[0-9]*/cmdline; env") with { Sudo = "nobody" }, TestContext.Current.CancellationToken);
        Assert.Contains("USER=nobody", seen.Out(), StringComparison.Ordinal);
        Assert.DoesNotContain("play-sudo-", seen.Out(), StringComparison.Ordinal);
    }

    [Fact]
    public Task A_wrong_password_ends_at_once_and_is_not_tried_again() => Task.WhenAll(IsNotTriedAgain(straight: true), IsNotTriedAgain(straight: false));

    private async Task IsNotTriedAgain(bool straight)
    {
        var user = straight ? "asked-again" : "asked-tcsh";
        var before = accounts.SudoLog(user).Count(IsFailure);
        var path = Path.Combine(accounts.Folder, $"touched by {user}");
        var command = straight ? new RemoteCommand { Words = ["touch", path] } : new RemoteCommand { Script = $"cat; touch '{path}'", Stdin = "a line that is no password\n"u8.ToArray() };
        var watch = Stopwatch.StartNew();
        var result = await Run(user, command, _wrong);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
        Assert.Matches(@"^sudo on asked-.* \(127\.0\.0\.1:\d+\) does not take this password$", result.Refused);
        Assert.True(result.WrongPassword);
        var again = await Run(user, command, _wrong);
        Assert.Equal((result.Refused, true), (again.Refused, again.NotStarted));
        Assert.False(File.Exists(path));
        Assert.Equal(1, accounts.SudoLog(user).Count(IsFailure) - before);
        Assert.Contains("1 incorrect password attempt ", accounts.SudoLog(user)[^1], StringComparison.Ordinal);

        var step = CommandOutput.Result(result, Encoding.UTF8, TimeSpan.FromHours(1));
        Assert.Equal((Outcome.Error, false, result.Refused), (step.Outcome, step.Began, step.Messages[0]));
    }

    [Fact]
    public async Task Of_many_at_once_one_tries()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Run("asked-side", i % 2 == 0 ? Sh("true") : new RemoteCommand { Script = "true" }, _wrong)));
        Assert.All(results, result => Assert.True(result.WrongPassword));
        Assert.Single(accounts.SudoLog("asked-side"), IsFailure);
        // And with the right one they do not wait for each other.
        var watch = Stopwatch.StartNew();
        var right = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Run("asked-side", new RemoteCommand { Script = "sleep 3" })));
        Assert.All(right, result => Assert.Equal(0, result.ExitCode));
        Assert.InRange(watch.Elapsed.TotalSeconds, 3, 15);
    }

    [Fact]
    public Task Where_sudo_asks_only_once_a_wrong_password_is_known_too() => Task.WhenAll(IsKnown(straight: true), IsKnown(straight: false));

    private async Task IsKnown(bool straight)
    {
        await using var pool = accounts.Pool("not this one");
        var result = await Run("asked-once", straight ? new RemoteCommand { Words = ["true"] } : new RemoteCommand { Script = "true" }, pool);
        Assert.True(result.WrongPassword, result.Refused);
        Assert.True((await Run("asked-once", Sh("true"), pool)).NotStarted);
    }

    [Fact]
    public async Task What_the_rules_do_not_allow_is_no_wrong_password()
    {
        var allowed = await Run("some", new RemoteCommand { Words = ["/usr/bin/id", "-un"] });
        Assert.Equal(("root\n", 0), (allowed.Out(), allowed.ExitCode));
        var failed = await Run("some", new RemoteCommand { Words = ["/usr/bin/false"] });
        Assert.Equal((1, null), (failed.ExitCode, failed.Refused));
        foreach (var command in (RemoteCommand[])[new RemoteCommand { Words = ["/usr/bin/touch", "x"] }, new RemoteCommand { Script = "touch x" }])
        {
            var refused = await Run("some", command);
            Assert.StartsWith("Sorry, user some is not allowed to execute ", refused.Refused, StringComparison.Ordinal);
            Assert.False(refused.WrongPassword);
        }
        Assert.Equal(0, (await Run("some", new RemoteCommand { Words = ["/usr/bin/id"] })).ExitCode);
        Assert.StartsWith("stranger is not in the sudoers file.", (await Run("stranger", new RemoteCommand { Words = ["true"] })).Refused, StringComparison.Ordinal);
        Assert.Equal("sorry, you must have a tty to run sudo", (await Run("teletype", new RemoteCommand { Script = "true" })).Refused);
    }

    [Fact]
    public Task What_runs_as_root_behind_a_password_is_ended_on_its_host() => Task.WhenAll(IsEnded(straight: true), IsEnded(straight: false));

    private async Task IsEnded(bool straight)
    {
        var pid = Path.Combine(accounts.Folder, $"pid {straight}");
        var script = $"echo $$ >'{pid}'; sleep 97; :";
        var result = await Run("asked", (straight ? Sh(script) : new RemoteCommand { Script = script }) with { Timeout = TimeSpan.FromSeconds(2) });
        Assert.True(result.End == CommandEnd.TimedOut, $"{result.End}: {string.Join(' ', result.Notes)}");
        // Nobody collects the dead there.
        Assert.Matches("^Z?\n?$", (await Run("sh", Sh($"ps -o s= -p $(cat '{pid}')"))).Out());
    }

    [Fact]
    public async Task Here_too_a_command_gets_its_own_input()
    {
        await using var pool = new ConnectionPool(TimeProvider.System, new ConnectionOptions { KeyPassphrase = null, SudoPassword = _ => "never asked for" });
        var host = accounts.Host("here") with { Local = true };
        var result = await pool.Run(host, new RemoteCommand { Words = ["sh", "-c", "cat; id -un"], Stdin = "input\n"u8.ToArray(), Sudo = "nobody" }, TestContext.Current.CancellationToken);
        Assert.Equal(("input\nnobody\n", 0), (result.Out(), result.ExitCode));
    }

    private static bool IsFailure(string line) => line.Contains("incorrect password", StringComparison.Ordinal);
}
