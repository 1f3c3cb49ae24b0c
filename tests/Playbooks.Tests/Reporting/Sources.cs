using Play;
using Playbooks.Connections;
using Playbooks.Loading.Secrets;
using Playbooks.Problems;
using Playbooks.Running;
using Xunit;

namespace Playbooks.Tests.Reporting;

/// <summary>Files of a playbook in a folder of their own, planned as `play` does: `p.yaml`, and beside it what it needs.</summary>
internal sealed class Sources : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sources");

    public void Dispose() => folder.Delete(recursive: true);

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public void Remove(string name) => File.Delete(PathOf(name));

    public PlanReading Read(PlanRequest? request = null)
    {
        var problems = new ProblemList();
        var reading = (request ?? new PlanRequest()).Read(PathOf("p.yaml"), problems);
        Assert.True(reading is not null, string.Join('\n', problems.Select(ProblemPrinter.Print)));
        return reading;
    }

    public async Task<RunOrigin> Origin(PlanRequest? request = null)
    {
        var (reading, masker, problems) = (Read(request), new Masker(), new ProblemList());
        var reader = new SecretReader((_, _) => Task.FromResult<string?>(null), new Dictionary<string, object?>(), TimeProvider.System, masker, problems);
        Assert.NotNull(await RunSecrets.Read(reading.Plan, reader, masker, problems, TestContext.Current.CancellationToken));
        var origin = reading.Origin(masker, verbose: false);
        return origin with { Files = [.. origin.Files.Select(file => file with { Path = Path.GetRelativePath(folder.FullName, file.Path) })] };
    }
}
