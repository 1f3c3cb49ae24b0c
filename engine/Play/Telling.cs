using System.Runtime.InteropServices;
using Play.Terminal;
using Playbooks.Notifying;
using Playbooks.Reporting;
using Playbooks.Reporting.Files;

namespace Play;

/// <summary>Tells people of a run that has ended, and says of each way what came of it. Ctrl-C ends that, and it is said who was not told.</summary>
internal static class Telling
{
    public static async Task Tell(Notifier notifier, ReportedRun run, Screen screen)
    {
        using var left = new CancellationTokenSource();
        var signals = new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            left.Cancel();
        })).ToList();
        try
        {
            await foreach (var told in notifier.Tell(run, left.Token))
                if (told.Why is null) Show(screen, new ReportLine(Tone.Quiet, told.Text));
                else Screen.Complain($"play: {told.Text}{(told.Mend is { } mend ? $"\n  {mend}" : "")}");
        }
        finally
        {
            signals.ForEach(signal => signal.Dispose());
        }
    }

    private static void Show(Screen screen, ReportLine line)
    {
        try
        {
            if (screen.Mode != OutputMode.Quiet) screen.Show([line], []);
        }
        catch (IOException)
        {
            // Whoever read along has gone; people are told all the same.
        }
    }
}
