using System.CommandLine;
using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Running;

namespace Play;

/// <summary>The way from the command line to the journal and its runs. What cannot be is said, in words, on standard error.</summary>
internal static class Journals
{
    /// <summary>Does that with the journal, and says what is wrong with it. Its exit code, or 2.</summary>
    public static async Task<int> Read(string? state, Func<RunJournal, Task<int>> work)
    {
        var folder = state ?? RunJournal.UsualFolder;
        try
        {
            using var journal = RunJournal.Find(folder, TimeProvider.System);
            return journal is null ? Screen.Refuse($"there is no run yet: the journal would be in {folder}") : await work(journal);
        }
        catch (LogFailedException e)
        {
            return Screen.Refuse(e.Message, e.Mend);
        }
    }

    /// <summary>EPIPE, as .NET has it on Linux and macOS.</summary>
    private const int BrokenPipe = 32;

    /// <summary>The same where it is only shown: whoever read along may have seen enough (`| head`).</summary>
    public static async Task<int> Look(string? state, Func<RunJournal, int> work)
    {
        try
        {
            return await Read(state, journal => Task.FromResult(work(journal)));
        }
        catch (IOException e)
        {
            return e.HResult == BrokenPipe ? 0 : Screen.Refuse(e.Message);
        }
    }

    /// <summary>What a command that is suggested has to say where the journal is not the usual one.</summary>
    public static string Option(string? state) => state is null ? "" : $" --state {NewFiles.Quoted(state)}";

    /// <summary>The run that is meant; null: it is said which there are.</summary>
    public static JournalRun? Find(RunJournal journal, string text)
    {
        var found = journal.Find(text);
        if (found is [var run]) return run;
        Screen.Refuse(
            found.Count > 0 ? $"`{text}` may be any of {string.Join(", ", found.Select(r => r.Name))}" : text == "last" ? "there is no run yet" : $"there is no run `{text}`",
            found.Count > 0 ? "write more of its name" : "`play history` lists the runs");
        return null;
    }

    public static Argument<string> Run { get; } = new("run") { Description = "A run's name, its beginning, or `last`." };
}
