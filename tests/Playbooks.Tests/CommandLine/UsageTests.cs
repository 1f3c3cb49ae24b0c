using Playbooks.Tests.Journal;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.CommandLine;

/// <summary>A command line with a mistake in it.</summary>
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
            "", "--bad", "-x", "plann p.yaml", "p.yaml url=3", "p.yaml --forks many", "p.yaml --forks", "p.yaml --output fancy", "p.yaml --outputs plain", "p.yaml q.yaml",
            "-i", "exec", "exec --sudoo was", "exec was", "exec was --", "plan", "plan p.yaml q.yaml", "history -n none", "hosts a b", "schedule", "schedule lst", "schedule add p.yaml",
            "show --report pdf=x last", "show last --output loud", "completion tcsh", "resume last --undo --go-on", "compare a b c", "run p.yaml", "hosts --png", "resume last -i x", "schedule ad", "schedule add p.yaml --at 02:00 --with crn", "p.yaml -- -e n=1",
        ];
        var said = new List<string>();
        foreach (var line in lines)
        {
            var (code, output, errors) = await folder.Bare(100, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal((2, ""), (code, output));
            said.Add($"$ play {line}\n{errors}");
        }
        await Verifier.Verify(string.Join('\n', said));
    }

    [Fact]
    public async Task A_playbook_that_is_not_there_is_named_once_and_where_it_was_looked_for()
    {
        var (code, _, errors) = await folder.Bare(100, "none.yaml");
        Assert.Equal(2, code);
        Assert.Matches(@"\Anone\.yaml: there is no such playbook\n  looked for in /\S+ and in playbooks/ there\n", errors);
    }
}
