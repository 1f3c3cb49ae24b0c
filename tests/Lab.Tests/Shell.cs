using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace Lab.Tests;

/// <summary>A program that runs: what it has printed so far, and how to end it.</summary>
internal sealed class Running : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder printed = new();
    private readonly Task reading;

    public Running(string program, IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = Repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        process = Process.Start(start)!;
        process.StandardInput.Close();
        reading = Task.WhenAll(Read(process.StandardOutput), Read(process.StandardError));
    }

    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    public string Output
    {
        get { lock (printed) return printed.ToString(); }
    }

    private async Task Read(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            lock (printed) printed.Append(line).Append('\n');
    }

    /// <summary>Waits until it has printed that, at most a minute.</summary>
    public async Task Prints(string text)
    {
        var began = Stopwatch.GetTimestamp();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1) && !process.HasExited, $"\"{text}\" was not printed:\n{Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A moment, for something that comes only while it runs.</summary>
    public async Task Waits(string what)
    {
        Assert.False(process.HasExited, $"it ended before {what}:\n{Output}");
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();

    /// <summary>SIGKILL: it gets no chance to do anything.</summary>
    public void Kill() => process.Kill();

    public async Task<(int ExitCode, string Output)> End()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await reading;
        return (process.ExitCode, Output);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
