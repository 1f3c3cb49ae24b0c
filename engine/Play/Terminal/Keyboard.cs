using System.Runtime.InteropServices;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Play.Terminal;

/// <summary>Reads a prompt's keys from a terminal that may go: .NET's own reading would wait for ever in one that has hung up, and turn the processor.</summary>
/// <param name="console">Where the prompt is shown.</param>
/// <param name="ended">Told when there is no terminal any more; it cancels the prompt.</param>
internal sealed class Keyboard(IAnsiConsole console, Action ended) : IAnsiConsole, IAnsiConsoleInput
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public Profile Profile => console.Profile;

    public IAnsiConsoleCursor Cursor => console.Cursor;

    public IAnsiConsoleInput Input => this;

    public IExclusivityMode ExclusivityMode => console.ExclusivityMode;

    public RenderPipeline Pipeline => console.Pipeline;

    public void Clear(bool home) => console.Clear(home);

    public void Write(IRenderable renderable) => console.Write(renderable);

    public void WriteAnsi(Action<AnsiWriter> action) => console.WriteAnsi(action);

    public bool IsKeyAvailable() => Console.KeyAvailable;

    public ConsoleKeyInfo? ReadKey(bool intercept) => Console.ReadKey(intercept);

    public async Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken)
    {
        while (true)
        {
            var isThere = Console.KeyAvailable;
            // Looked at last: a terminal that has hung up says that there is something to read.
            if (HasHungUp()) ended();
            cancellationToken.ThrowIfCancellationRequested();
            if (isThere) return Console.ReadKey(intercept);
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private static bool HasHungUp()
    {
        if (OperatingSystem.IsWindows()) return false;
        var input = new Polled { Events = 1 };
        return Poll(ref input, 1, 0) > 0 && (input.Happened & (Error | HangUp | Invalid)) != 0;
    }

    /// <summary>POLLERR, POLLHUP and POLLNVAL of poll(2), the same on Linux, macOS and the BSDs.</summary>
    private const short Error = 8, HangUp = 16, Invalid = 32;

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref Polled input, nuint count, int milliseconds);
}
