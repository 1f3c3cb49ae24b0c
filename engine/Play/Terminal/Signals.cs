using System.Runtime.InteropServices;
using Playbooks.Running;

namespace Play.Terminal;

/// <summary>Turns Ctrl-C and SIGTERM into requests to stop: once to end and put back, once more to leave at once. A terminal that closes ends nothing.</summary>
internal sealed class Signals : IDisposable
{
    private readonly List<PosixSignalRegistration> registrations = [];

    public Signals(Stop stop)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT })
            registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                stop.Request();
            }));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true));
    }

    public void Dispose() => registrations.ForEach(r => r.Dispose());
}
