using System.Text.RegularExpressions;
using Xunit;

namespace Lab.Tests;

/// <summary>docs/tutorial.md, done as it says: its commands in their order, its files, and what it shows of their output.</summary>
[Collection<ClusterTests>]
public sealed partial class TutorialTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("play-tutorial-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Who_follows_it_sees_what_it_shows()
    {
        await Cluster.IsUp();
        var text = await File.ReadAllTextAsync(Path.Combine(Running.Repository, "docs", "tutorial.md"), TestContext.Current.CancellationToken);
        var (said, shown, commands) = ("", 0, 0);
        foreach (Match block in Shown.Blocks(text))
        {
            var body = block.Groups["body"].Value;
            if (block.Groups["kind"].Value == "yaml") Write(body);
            else if (body.StartsWith("examples/lab/down", StringComparison.Ordinal)) break;
            else if (Command().IsMatch(body))
            {
                // What its prose has the reader change in the file.
                if (body.StartsWith("./play lint", StringComparison.Ordinal)) Write(Playbook.Replace("assert: same", "asert: same", StringComparison.Ordinal));
                if (body.Contains("--report html", StringComparison.Ordinal)) Write(Playbook.Replace("'tomcat1'", "'tomcat2'", StringComparison.Ordinal).Replace("30s", "5s", StringComparison.Ordinal));
                var (code, output) = await Do(body);
                Assert.True(code == Expected(body), $"{body}ended with {code}\n{output}");
                (said, commands) = (output, commands + 1);
            }
            else shown += Shown.In(body, said);
        }
        Assert.True(commands > 8 && shown > 50, $"{commands} commands and {shown} parts of their output: are they still found?");
    }

    private string Playbook => File.ReadAllText(Path.Combine(folder, "first.yaml"));

    private void Write(string yaml) => File.WriteAllText(Path.Combine(folder, "first.yaml"), yaml);

    private static int Expected(string command) =>
        command.StartsWith("./play lint", StringComparison.Ordinal) ? 2
        : command.Contains("netstat", StringComparison.Ordinal) || command.Contains("--report html", StringComparison.Ordinal) || command.StartsWith("./play compare", StringComparison.Ordinal) ? 1
        : 0;

    private async Task<(int Code, string Output)> Do(string command)
    {
        var elsewhere = command.Replace("first.yaml", $"{folder}/first.yaml", StringComparison.Ordinal).Replace("report.html", $"{folder}/report.html", StringComparison.Ordinal);
        using var shell = new Running("bash", ["-c", elsewhere], new Dictionary<string, string> { ["PLAY_INVENTORY"] = "examples/lab/hosts.yaml", ["XDG_STATE_HOME"] = folder });
        return await shell.End();
    }

    [GeneratedRegex("^(\\./play|examples/lab|export) ?")]
    private static partial Regex Command();
}
