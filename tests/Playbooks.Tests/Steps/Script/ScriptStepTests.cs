using System.Security.Cryptography;
using Playbooks.Connections;
using Playbooks.Steps;
using Playbooks.Steps.Script;
using Playbooks.Templating;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Script;

public sealed class ScriptStepTests(Sshd sshd) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("script");

    public void Dispose() => folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    private string Write(string text, string name = "it's a script")
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    private static async Task<StepResult> Run(string yaml, object? value = null, TimeSpan? timeout = null)
    {
        await using var harness = new KindHarness { Scope = Scope.Empty.With("v", value), Timeout = timeout ?? TimeSpan.FromSeconds(30) };
        return await harness.Run("script", yaml);
    }

    private static string Yaml(string path, string more = "") => $"{{ src: \"{path}\"{more} }}";

    [Theory]
    [InlineData("echo \"$#:$1:$2\"; cat; exit 3", "/bin/sh")]
    [InlineData("#!/bin/bash -e\n[[ $- == *e* ]]; echo \"$#:$1:$2\"; cat; exit 3\n", "/bin/bash")]
    [InlineData("#! /usr/bin/env bash\n[[ -n $BASH_VERSION ]] && echo \"$#:$1:$2\"; cat; exit 3\n", "env")]
    public async Task It_runs_by_its_first_line_with_its_arguments_and_input(string text, string _)
    {
        var result = await Run(Yaml(Write(text), ", args: '{{ v }} $(id)', stdin: 'in put'"), "a  '\"$(id)\nb");
        Assert.Equal((3L, "2:a  '\"$(id)\nb:$(id)\nin put"), (result.Fields["exit_code"], result.Fields["stdout"]));
    }

    [Fact]
    public async Task Without_input_it_reads_the_end_at_once_and_leaves_nothing()
    {
        var result = await Run(Yaml(Write("cat; echo \"$0\"; umask; ls -ld \"$(dirname \"$0\")\"")));
        var lines = ((string)result.Fields["stdout"]!).Split('\n');
        Assert.EndsWith("/it's a script", lines[0], StringComparison.Ordinal);
        Assert.NotEqual("0077", lines[1]);
        Assert.StartsWith("drwx------", lines[2], StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Path.GetDirectoryName(lines[0]))));
    }

    [Theory, InlineData(""), InlineData(", stdin: 'the input'")]
    public async Task Any_bytes_of_any_size_arrive_as_they_are(string more)
    {
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        "tail -c 3000000 \"$0\" | sha256sum; cat; exit\n"u8.CopyTo(bytes);
        await File.WriteAllBytesAsync(PathOf("big"), bytes, TestContext.Current.CancellationToken);
        var result = await Run(Yaml(PathOf("big"), more));
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  -{(more.Length > 0 ? "\nthe input" : "")}", result.Fields["stdout"]);
    }

    [Theory]
    [InlineData("trap '' TERM; echo \"$0\" >\"$1\"; while :; do sleep 1; done")]
    [InlineData("echo \"$0\" >\"$1\"; kill -KILL $PPID; sleep 60")]
    public async Task What_is_killed_leaves_nothing_behind(string text)
    {
        var said = PathOf("said");
        await Run(Yaml(Write(text), $", args: [\"{said}\"]"), timeout: TimeSpan.FromSeconds(1));
        var home = Path.GetDirectoryName(Path.GetDirectoryName((await File.ReadAllTextAsync(said, TestContext.Current.CancellationToken)).Trim()))!;
        Assert.Contains("/play-", home, StringComparison.Ordinal);
        Assert.False(Directory.Exists(home));
    }

    [Fact]
    public async Task What_did_not_arrive_as_a_whole_is_not_run()
    {
        var work = (ScriptWork)KindHarness.Bound("script", Yaml(Write($"touch {PathOf("ran")}\n# and more\n")));
        var command = work.Command("play-test-of-a-part", [], []);
        await using var connection = new LocalConnection(TimeProvider.System);
        var result = await connection.Run(command with { Stdin = command.Stdin[..^3] }, TestContext.Current.CancellationToken);
        Assert.Equal((125, "play-test-of-a-part: it did not arrive as a whole\n", false), (result.ExitCode, result.Err(), File.Exists(PathOf("ran"))));
    }

    [Fact]
    public async Task A_program_that_the_host_does_not_have_is_an_error_that_names_it()
    {
        var result = await Run(Yaml(Write("#!/no/such/python3\n")));
        Assert.Equal((Outcome.Error, "it was not run: there is no program /no/such/python3 here"), (result.Outcome, result.Messages[0]));
    }

    [Fact]
    public async Task It_runs_over_a_real_connection_and_under_sudo()
    {
        await using var pool = sshd.Pool();
        var context = new StepContext
        {
            Scope = Scope.Empty,
            Machine = sshd.Host(),
            Connections = pool,
            Jars = new CookieJars(),
            Timeout = TimeSpan.FromSeconds(30),
            Time = TimeProvider.System,
            Claim = new Claim("test", "test"),
            Sudo = "tom",
        };
        var result = await KindHarness.Bound("script", Yaml(Write("echo \"$SUDO_TO $1\"; pwd"), ", args: [\"a 'b\"], in: /usr")).Run(context, TestContext.Current.CancellationToken);
        Assert.Equal("tom a 'b\n/usr", result.Fields["stdout"]);
    }

    [Theory]
    [InlineData("#!/bin/sh\r\necho\r\n", "its #! line ends in a carriage return")]
    [InlineData("#!bash\n", "its #! line names no program by its whole path")]
    [InlineData("", "is empty")]
    public void A_file_that_cannot_be_run_is_told_before_the_run(string text, string problem) =>
        Assert.Contains(problem, Assert.Single(KindHarness.Problems("script", Yaml(Write(text)))), StringComparison.Ordinal);
}
