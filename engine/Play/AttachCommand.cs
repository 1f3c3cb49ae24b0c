using System.CommandLine;
using System.Runtime.InteropServices;
using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Running;

namespace Play;

/// <summary>`play attach [RUN]`: follows a run that goes on in another process, to its end. Leaving it stops nothing.</summary>
internal static class AttachCommand
{
    public static Command Build()
    {
        var run = new Argument<string?>("run") { Description = "A run's name, its beginning, or `last`; else the one that goes on now.", Arity = ArgumentArity.ZeroOrOne };
        var common = new CommonOptions();
        var command = new Command("attach", "Shows a run that goes on, to its end, and ends as it ends. Ctrl-C leaves it; the run goes on.") { run, common.Verbose, common.Output, common.State };
        command.SetAction((parsed, _) => Journals.Read(parsed.GetValue(common.State), async journal =>
            Meant(journal, parsed.GetValue(run)) is { } meant ? await Follow(journal, meant, parsed.GetValue(common.Verbose), parsed.GetValue(common.Output)) : 2));
        return command;
    }

    private static JournalRun? Meant(RunJournal journal, string? text)
    {
        if (text is not null) return Journals.Find(journal, text);
        var living = journal.Living();
        if (living.Count < 2) return living is [var only] ? only : Journals.Find(journal, "last");
        Screen.Refuse($"several runs go on: {string.Join(", ", living.Select(r => r.Name))}", $"which one? play attach {living[0].Name}");
        return null;
    }

    private static async Task<int> Follow(RunJournal journal, JournalRun run, bool verbose, string? output)
    {
        using var left = new CancellationTokenSource();
        var signals = new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            left.Cancel();
        })).ToList();
        using var screen = new Screen(RunSession.ModeOf(output));
        var followed = new FollowedRun(journal, run, TimeProvider.System);
        var following = followed.ToEnd(left.Token);
        if (screen.Mode == OutputMode.Jsonl) await JsonLines.Write(followed);
        else if (await followed.Outline is { } outline)
            await new Showing(new Watched(outline, followed.Events, () => followed.Elapsed), screen, TimeProvider.System, verbose).ToEnd();
        // Whoever read along has gone.
        if (!followed.Events.Completion.IsCompleted) await left.CancelAsync();
        var ended = await following;
        signals.ForEach(s => s.Dispose());
        if (left.IsCancellationRequested)
        {
            Screen.Complain($"left; the run goes on: play attach {run.Name}");
            return (int)ExitCode.Interrupted;
        }
        if (ended is null) return Screen.Refuse($"the run {run.Name} is not in the journal any more");
        if (ended.ExitCode is { } code) return (int)code;
        screen.Show(ShowCommand.Unended(journal, ended), []);
        return (int)(journal.Owed(ended) > 0 ? ExitCode.NotUndone : ExitCode.Error);
    }
}
