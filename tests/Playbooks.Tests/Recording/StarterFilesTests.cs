using CsCheck;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Recording;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Recording;

/// <summary>What `play new` writes is read as it was meant, and runs.</summary>
public sealed class StarterFilesTests(Sshd sshd)
{
    private static (Playbook? Playbook, Inventory Inventory, ProblemList Problems) Read(StarterFiles files)
    {
        var problems = new ProblemList();
        var hosts = new InventoryLoader(problems);
        if (Yaml.Read(new SourceText("hosts.yaml", files.Inventory(null)), problems) is { } root) hosts.Add(root, "/");
        var inventory = hosts.Build();
        return (new PlaybookLoader(problems).Load("first.yaml", Yaml.Read(new SourceText("first.yaml", files.Playbook("yaml-language-server: $schema=x")), problems)), inventory, problems);
    }

    [Fact]
    public async Task It_runs_against_a_real_sshd_and_passes()
    {
        var (playbook, inventory, problems) = Read(new StarterFiles { Name = "First look", User = Environment.UserName, Hosts = [("web1", $"127.0.0.1:{sshd.Port}"), ("web2", $"127.0.0.1:{sshd.Port}")] });
        var given = new Dictionary<string, GivenValue> { ["max_disk"] = new("100", true, Position.In("-e")) };
        var plan = new Planner(inventory, new Dictionary<string, object?>(), problems).Plan(playbook!, new Planner.Wishes { Params = given });
        Assert.True(plan is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));
        using var stop = new Stop();
        await using var pool = sshd.Pool();
        var log = new MemoryLog();
        var code = await new Runner(plan, new Recorder(new RunState(), log, TimeProvider.System), new RunTools(pool, new CookieJars(), TimeProvider.System), stop).Run(StateFolder.NewRun);
        Assert.True(code == ExitCode.Passed, string.Join('\n', log.Events.OfType<RunEvent.HostFinished>().Select(e => e.Result.Error)));
        Assert.Equal(4, log.Events.OfType<RunEvent.HostFinished>().Count());
    }

    [Fact]
    public void Whatever_is_typed_is_read_as_that_or_refused() => Gen.Select(Names, Names, Names).Sample((name, host, user) =>
    {
        var (playbook, inventory, problems) = Read(new StarterFiles { Name = name, User = user, Key = user, Hosts = [(host, null)] });
        if (problems.Count > 0) return;
        Assert.Equal((name, host, user, Path.GetFullPath(LocalFile.PathOf(user, "/"))), (playbook!.Name, Assert.Single(inventory.Hosts).Name, inventory.Hosts[0].Ssh.User, inventory.Hosts[0].Ssh.Key));
        Assert.Equal(2, playbook.Steps.Count);
    });

    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.OneOf<string>([.. new[] { "web1", "true", "12", "a: b", "x\ny: z", "{{ env.HOME }}", "'", "\"", "- a", "null", "한", "a #b" }.Select(text => (IGen<string>)Gen.Const(text))]),
        Gen.String[Gen.Char["ab1:{}'\"# \n-[],&*!"], 1, 12]);
}
