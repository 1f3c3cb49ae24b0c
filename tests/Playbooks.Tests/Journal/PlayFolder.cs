using System.Diagnostics;
using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>`play`, the program, run in a folder of its own, with a journal of its own.</summary>
internal sealed class PlayFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("played");

    public string Path => folder.FullName;

    public string State => PathOf("state");

    /// <summary>What the environment has beside what it always has.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public void Dispose() => folder.Delete(recursive: true);

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    /// <summary>Empty where there is none.</summary>
    public string Text(string name) => File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)) : "";

    /// <summary>Ends when the file is there.</summary>
    public async Task Written(string name)
    {
        while (!File.Exists(PathOf(name))) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public async Task<(int Code, string Output, string Errors)> Play(int width, params string[] arguments)
    {
        using var play = Start(width, arguments);
        return await Ended(play);
    }

    /// <summary>These words and no others: what is kept goes into this folder by its environment.</summary>
    public async Task<(int Code, string Output, string Errors)> Bare(int width, params string[] arguments)
    {
        using var play = Begin(width, arguments);
        return await Ended(play);
    }

    public Process Start(int width, params string[] arguments) => Begin(width, arguments[0] is "exec" or "plan" or "schedule" ? arguments : [.. arguments, $"--state={State}"]);

    private Process Begin(int width, string[] arguments)
    {
        var start = new ProcessStartInfo(Repository.Play, arguments) { WorkingDirectory = Path, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["COLUMNS"], start.Environment["XDG_STATE_HOME"]) = ($"{width}", Path);
        start.Environment["TZ"] = "UTC";
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static async Task<(int Code, string Output, string Errors)> Ended(Process process)
    {
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await errors);
    }
}
