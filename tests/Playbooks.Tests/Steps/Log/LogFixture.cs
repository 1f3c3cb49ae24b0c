using System.Text;
using Playbooks.Steps;
using Playbooks.Steps.Log;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Log;

/// <summary>A directory of real log files on this machine, and `log` steps that look at them.</summary>
public abstract class LogFixture : IAsyncLifetime
{
    internal KindHarness Harness { get; } = new();

    protected string Folder { get; } = Directory.CreateTempSubdirectory("play log ").FullName;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Harness.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    protected string PathOf(string name) => Path.Combine(Folder, name);

    protected void Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    protected void Write(string name, byte[] bytes) => File.WriteAllBytes(PathOf(name), bytes);

    protected void Append(string name, string text) => Append(name, Encoding.UTF8.GetBytes(text));

    protected void Append(string name, byte[] bytes)
    {
        using var file = new FileStream(PathOf(name), FileMode.Append);
        file.Write(bytes);
    }

    /// <summary>A `log` step; FOLDER in it stands for the directory.</summary>
    internal LogWork Step(string yaml) => (LogWork)KindHarness.Bound("log", yaml.Replace("FOLDER", Folder, StringComparison.Ordinal));

    internal Task<IReadOnlyList<LogMark>> Note(LogWork step) => step.Note(Harness.Context([]), TestContext.Current.CancellationToken);

    /// <summary>Notes the files, lets things happen, and runs the step.</summary>
    internal async Task<StepResult> Run(string yaml, Action? meanwhile = null)
    {
        var step = Step(yaml);
        var marks = meanwhile is null ? [] : await Note(step);
        meanwhile?.Invoke();
        return await Harness.Run(step, marks);
    }

    internal static IReadOnlyList<object?> Lines(StepResult result) => (IReadOnlyList<object?>)result.Fields["lines"]!;

    internal static DataMap Window(StepResult result) => (DataMap)result.Fields["window"]!;
}
