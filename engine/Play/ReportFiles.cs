using System.CommandLine;
using System.Text;
using Play.Terminal;
using Playbooks.Journal;
using Playbooks.Loading;
using Playbooks.Reporting.Comparing;
using Playbooks.Reporting.Files;
using Playbooks.Reporting.Results;
using Playbooks.Running;

namespace Play;

/// <summary>The reports of a run in files: those that `--report` asks for.</summary>
internal static class ReportFiles
{
    /// <summary>Standard output.</summary>
    private const string Stdout = "-";

    /// <summary>A report to be written to a file.</summary>
    public sealed record Wanted(string Format, string Path);

    /// <summary>All that there are, by their names.</summary>
    public static OrderedDictionary<string, Action<ReportedRun, TextWriter>> Formats { get; } = new()
    {
        ["html"] = HtmlReport.Write,
        ["junit"] = JUnitReport.Write,
        ["json"] = JsonReport.Write,
        ["md"] = MarkdownReport.Write,
        ["jsonl"] = JsonLinesReport.Write,
    };

    /// <summary>The option of a command. What cannot be written is refused before anything is run.</summary>
    /// <param name="toStdout">`-` is standard output: nothing else is written there.</param>
    public static Option<string[]> Option(bool toStdout)
    {
        var option = new Option<string[]>("--report") { Description = $"A report in a file, FORMAT=FILE, any number of them: {string.Join(", ", Formats.Keys)}.", HelpName = "format=file", AllowMultipleArgumentsPerToken = false };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (WhyNot(token.Value, toStdout) is { } why) result.AddError(why);
            if (result.Tokens.Select(token => token.Value.Split('=', 2)[^1]).GroupBy(path => path).FirstOrDefault(same => same.Count() > 1) is { } twice) result.AddError($"two reports cannot go to {twice.Key}.");
        });
        return option;
    }

    public static IReadOnlyList<Wanted> Of(string[]? texts) => [.. (texts ?? []).Select(text => text.Split('=', 2)).Select(parts => new Wanted(parts[0], parts[1] == Stdout ? Stdout : Path.GetFullPath(parts[1])))];

    /// <summary>Writes them; what goes wrong is said, and is none of the run's faults. Returns what was written.</summary>
    public static IReadOnlyList<Wanted> Write(IEnumerable<Wanted> reports, ReportedRun run)
    {
        var written = new List<Wanted>();
        foreach (var report in reports)
            try
            {
                Write(report, run);
                written.Add(report);
            }
            catch (Exception e)
            {
                // Whatever it is, it is none of the run's faults.
                Screen.Complain($"play: the {report.Format} report could not be written: {Why(e, report.Path)}\n  `play show {run.Results.Run} --report {report.Format}=FILE{run.Options}` writes it again");
            }
        return written;
    }

    private static string Why(Exception e, string path) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"no file can be made in {Path.GetDirectoryName(path)}",
        UnauthorizedAccessException => Directory.Exists(path) ? $"{path} is a folder" : $"{path} may not be written",
        _ => e.Message,
    };

    /// <summary>A run of the journal, with what the runs before it say of it.</summary>
    /// <param name="before">What it is compared with; null: with the run before it, if there is one.</param>
    public static ReportedRun Read(RunJournal journal, JournalRun run, JournalRun? before = null)
    {
        var (results, earlier) = (RunResults.Of(journal.Events(run)), Predecessors.Of(journal, run).ToList());
        var reported = new ReportedRun(results, journal.Events(run)) { Zone = TimeProvider.System.LocalTimeZone, Options = Journals.Option(journal.Folder == Path.GetFullPath(RunJournal.UsualFolder) ? null : journal.Folder), FollowsTrouble = earlier is [var latest, ..] && latest.ExitCode != ExitCode.Passed };
        var whole = earlier.Where(other => other.IsWhole).Take(Past.Runs - 1).ToList();
        if ((before ?? (whole is [var last, ..] ? last : null)) is not { } other || Found(other) is not { } then) return reported;
        var now = new Findings(results);
        return reported with { Comparison = new Comparison(then, now), Past = new Past(now, whole.Select(one => one.Id == other.Id ? then : Found(one)).OfType<Findings>()) };

        Findings? Found(JournalRun one)
        {
            try
            {
                return new(RunResults.Of(journal.Events(one)));
            }
            catch (LogFailedException e)
            {
                Screen.Complain($"play: the run {one.Name} cannot be compared with: {e.Message}");
                return null;
            }
        }
    }

    private static void Write(Wanted report, ReportedRun run)
    {
        if (report.Path == Stdout)
        {
            using var stdout = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
            Formats[report.Format](run, stdout);
            return;
        }
        // Straight into it: it may be a pipe, a device or a link of somebody's.
        using var file = new StreamWriter(report.Path, append: false, new UTF8Encoding(false));
        Formats[report.Format](run, file);
    }

    private static string? WhyNot(string text, bool toStdout)
    {
        if (text.Split('=', 2) is not [var format, { Length: > 0 } path]) return $"`--report` wants a format and a file, such as junit=report.xml, not `{text}`.";
        if (!Formats.ContainsKey(format)) return $"there is no report `{format}`: {string.Join(", ", Formats.Keys)}.";
        if (path == Stdout) return toStdout ? null : "`--report` of a run writes to a file; `play show RUN --report json=-` writes to standard output.";
        if (Directory.Exists(path)) return $"the report {path} would be written over a folder.";
        return Directory.Exists(FolderFiles.FolderOf(path)) ? null : $"there is no folder for the report {path}.";
    }
}
