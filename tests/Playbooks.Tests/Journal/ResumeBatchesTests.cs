using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>`play resume` of a run that `max_failed` had stopped: who goes on says so.</summary>
public sealed class ResumeBatchesTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public ResumeBatchesTests()
    {
        folder.Write("hosts.yaml", "groups: { app: { hosts: { 'a[1:3]': { local: true } } } }");
        folder.Write("p.yaml", $$$"""
            name: P
            steps:
              - name: Rolling
                hosts: app
                batch: 1
                block:
                  - shell: "echo {{ host.name }} >> {{{folder.Path}}}/effects"
                  - shell: "test {{ host.name }} != a1"
            """);
    }

    public void Dispose() => folder.Dispose();

    private string Effects => folder.Text("effects").ReplaceLineEndings(" ").Trim();

    [Fact]
    public async Task It_goes_on_only_where_that_is_said()
    {
        Assert.Equal((5, "a1"), ((await folder.Play(100, "p.yaml")).Code, Effects));
        var unsaid = await folder.Play(200, "resume", "last");
        Assert.Equal((2, "a1"), (unsaid.Code, Effects));
        Assert.Contains("Rolling: a1 failed, and `max_failed` is 0; not begun: a2, a3.", unsaid.Errors, StringComparison.Ordinal);
        Assert.Contains("leaves out the hosts that failed", unsaid.Errors, StringComparison.Ordinal);
        Assert.Contains("--go-on goes on with the steps", unsaid.Errors, StringComparison.Ordinal);
        Assert.Equal((1, "a1 a2 a3"), ((await folder.Play(200, "resume", "last", "--go-on")).Code, Effects));
    }
}
