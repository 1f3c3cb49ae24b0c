using System.Runtime.InteropServices;
using Playbooks.Running;

namespace Play.Terminal;

/// <summary>Turns Ctrl-C, SIGTERM and whatever else would end a program into requests to stop: once to end and put back, once more to leave at once. A terminal that closes ends nothing.</summary>
internal sealed class Signals : IDisposable
{
    /// <summary>SIGUSR1, SIGUSR2, SIGALRM and SIGXCPU, by their numbers (signal(7); macOS has the first two elsewhere): rarely sent, and no play is left half done for them.</summary>
    private static readonly int[] Others = OperatingSystem.IsWindows() ? [] : OperatingSystem.IsLinux() ? [10, 12, 14, 24] : [30, 31, 14, 24];

    private readonly List<PosixSignalRegistration> registrations = [];

    public Signals(Stop stop)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT }.Concat(Others.Select(number => (PosixSignal)number)))
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                stop.Request();
            }));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true));
    }

    public void Dispose() => registrations.ForEach(r => r.Dispose());
}
