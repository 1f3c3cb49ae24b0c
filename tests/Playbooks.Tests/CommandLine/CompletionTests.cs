using CsCheck;
using Play.Completing;
using Playbooks.Tests.Journal;
using Xunit;

namespace Playbooks.Tests.CommandLine;

/// <summary>What the Tab key has to offer, for a line that ends at the cursor.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public CompletionTests()
    {
        folder.Write("hosts.yaml", "groups: { was: { hosts: { was1: { local: true, label: 와스1 }, was2: { local: true } } }, web: { hosts: { web1: { local: true } } } }\n");
        folder.Write("deploy.yaml", """
            name: Deploys
            params: { version: { description: What to bring, required: true }, stage: { choices: [test, live], default: test } }
            hosts: localhost
            steps:
              - { name: One, command: 'true', tags: [quick, was] }
              - { name: Several, block: [{ name: Inside, command: 'true', tags: [deep] }] }
            """);
        folder.Write("playbooks/nightly.yaml", "name: Nightly\nhosts: localhost\nsteps: [{ name: Looks, command: 'true' }]\n");
    }

    public void Dispose() => folder.Dispose();

    private async Task<string> Of(string line)
    {
        var (code, output, errors) = await folder.Bare(100, ["complete", line]);
        Assert.Equal((0, ""), (code, errors));
        return string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('\t')[0].Replace(' ', '_')));
    }

    [Theory]
    [InlineData("play dep", "deploy.yaml")]
    [InlineData("play ni", "nightly.yaml")]
    [InlineData("play playbooks/n", "playbooks/nightly.yaml")]
    [InlineData("play sched", "schedule")]
    [InlineData("play schedule r", "remove")]
    [InlineData("play deploy.yaml -e ", "version= stage=")]
    [InlineData("play deploy.yaml -e stage=l", "stage=live")]
    [InlineData("play deploy.yaml -e @dep", "@deploy.yaml")]
    [InlineData("play deploy.yaml -l w", "was web was1 was2 web1")]
    [InlineData("play deploy.yaml -l was1,we", "was1,web was1,web1")]
    [InlineData("play exec 'was, we", "was,_web was,_web1")]
    [InlineData("play deploy.yaml -t ", "deep quick was")]
    [InlineData("play deploy.yaml -t quick,d", "quick,deep")]
    [InlineData("play deploy.yaml --output q", "quiet")]
    [InlineData("play deploy.yaml --output=q", "--output=quiet")]
    [InlineData("play deploy.yaml --report j", "junit= json= jsonl=")]
    [InlineData("play deploy.yaml --report html=ho", "html=hosts.yaml")]
    [InlineData("play deploy.yaml --al", "--allow-empty --alone")]
    [InlineData("play deploy.yaml --alone --al", "--allow-empty")]
    [InlineData("play exec was netst", "netstat:")]
    [InlineData("play exec was -- net", "")]
    [InlineData("play exec was --sudo netst", "netstat:")]
    [InlineData("play plan nightly.yaml ", "")]
    [InlineData("play completion f", "fish")]
    [InlineData("play schedule add deploy.yaml --time-zone Asia/Seo", "Asia/Seoul")]
    [InlineData("play lint playb", "playbooks/")]
    [InlineData("play nowhere/", "")]
    [InlineData("", "")]
    public async Task The_word_at_the_cursor_is_completed(string line, string candidates) => Assert.Equal(candidates, await Of(line));

    [Fact]
    public async Task Runs_are_named_the_newest_first()
    {
        Assert.Equal("", await Of("play show "));
        await folder.Bare(100, ["nightly.yaml"]);
        var name = (await folder.Bare(100, ["history"])).Output.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Contains((await Of("play show ")).Split(' ')[1], name);
        Assert.StartsWith("last ", await Of("play resume "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Tab_key_runs_no_program_asks_nobody_and_shows_nothing_that_steers_a_terminal()
    {
        folder.Write("inventory", $"#!/bin/sh\ntouch {folder.PathOf("ran")}\necho '{{}}'\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.PathOf("inventory"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        folder.Write("many/one", "web9\n");
        File.Copy(folder.PathOf("inventory"), folder.PathOf("many/two"));
        Assert.Equal("", await Of("play exec -i inventory w"));
        Assert.Equal("", await Of("play exec -i many w"));
        Assert.False(File.Exists(folder.PathOf("ran")));

        folder.Write("bad\u001b[31m.yaml", "");
        folder.Write("bad \u202e.yaml", "");
        Assert.Equal("", await Of("play bad"));
        folder.Write("broken.yaml", "params: [\n");
        Assert.Equal("", await Of("play broken.yaml -e "));
    }

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    [Fact]
    public void Whatever_is_typed_nothing_breaks()
    {
        var root = Play.CommandLine.Root();
        var word = OneOf("play", "exec", "schedule", "add", "-i", "-e", "--report", "--output=", "--", "'", "\"", "\\", "@", "@/", "a=", "/", "~/", "../", "한글", "\0", "-", "--sudo", "*");
        Gen.Select(word, Gen.Bool).Array[0, 6].Sample(words => new Completion(root).Of(string.Concat(words.Select(one => one.Item1 + (one.Item2 ? " " : "")))) is not null, iter: 300);
    }
}
