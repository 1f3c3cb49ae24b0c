using System.Runtime.InteropServices;
using System.Text;
using Playbooks.Connections;
using Playbooks.Problems;
using Playbooks.Reporting;
using Spectre.Console;

namespace Play.Terminal;

/// <summary>How a run is shown.</summary>
internal enum OutputMode
{
    /// <summary>With a live view of what runs, and colours.</summary>
    Pretty,

    /// <summary>Lines, as in a file.</summary>
    Plain,

    /// <summary>Only failures and the verdict.</summary>
    Quiet,

    /// <summary>No lines for people: standard output is for programs.</summary>
    Jsonl,
}

/// <summary>Where the user reads a run: lines that stay, and in a terminal the live part below them. Questions are asked through it, so that nothing is drawn over them.</summary>
internal sealed class Screen : IDisposable
{
    private const int WidthOfFiles = 100;

    private readonly Stream output = Console.OpenStandardOutput();
    private readonly LivePart live = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim asking = new(1, 1);
    private readonly CancellationTokenSource gone = new();
    private readonly List<PosixSignalRegistration> signals = [];
    private readonly bool colours;
    private bool isAsking, isDrawn;

    public Screen(OutputMode? wanted = null)
    {
        Mode = wanted ?? (IsTerminal && !IsSet("CI") ? OutputMode.Pretty : OutputMode.Plain);
        colours = Mode != OutputMode.Plain && IsTerminal && !IsSet("NO_COLOR");
        // Who closed the terminal answers no question in it any more.
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            gone.Cancel();
        }));
        if (!IsLive) return;
        // A crash, or Ctrl-Z, leaves the terminal as it was.
        AppDomain.CurrentDomain.UnhandledException += (_, _) => Restore();
        if (!OperatingSystem.IsWindows()) signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Suspend));
    }

    /// <summary>A terminal that can move its cursor.</summary>
    public static bool IsTerminal => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } term && term != "dumb";

    public OutputMode Mode { get; }

    public bool IsLive => Mode == OutputMode.Pretty && IsTerminal;

    /// <summary>Columns to write in; a file has as many as reads well.</summary>
    public static int Width
    {
        get
        {
            if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var said) && said >= 20) return Math.Min(said, 200);
            if (Console.IsOutputRedirected) return WidthOfFiles;
            return Console.WindowWidth is var width and >= 20 ? Math.Min(width, 120) : WidthOfFiles;
        }
    }

    /// <summary>Columns of what programs read too; null: it goes to a file, and nobody said how wide that is.</summary>
    public static int? TextWidth => Console.IsOutputRedirected && Environment.GetEnvironmentVariable("COLUMNS") is null or "" ? null : Width;

    /// <summary>Columns that what goes to the error stream has; null: it goes to a file.</summary>
    public static int? ErrorWidth => Console.IsErrorRedirected ? null : Size.Width;

    /// <summary>Columns and lines of the terminal itself.</summary>
    public static (int Width, int Height) Size => (Console.WindowWidth is > 0 and var width ? width : 80, Console.WindowHeight is > 0 and var height ? height : 24);

    /// <summary>Writes lines that stay, and the live part below them, at once. False: a question is being asked, and nothing was written.</summary>
    /// <exception cref="IOException">There is nobody any more who could read it.</exception>
    public bool Show(IEnumerable<ReportLine> lines, IReadOnlyList<ReportLine> now)
    {
        lock (gate)
        {
            if (isAsking) return false;
            if (Mode == OutputMode.Jsonl) return true;
            if (IsLive) Write(live.Next([.. lines.SelectMany(Painted)], [.. now.SelectMany(Painted)], Size));
            else Write(string.Concat(lines.SelectMany(Painted).Select(line => line + "\n")));
            isDrawn |= IsLive;
            return true;
        }
    }

    /// <summary>Asks for a key's passphrase where somebody is there to be asked.</summary>
    public Task<string?> AskPassphrase(string key, CancellationToken cancel) =>
        Ask(new TextPrompt<string?>($"Passphrase of {Markup.Escape(DisplayText.Safe(key))}:").Secret().AllowEmpty(), cancel);

    /// <summary>Asks for a secret, which is not shown while it is typed. Null: there is nobody to be asked.</summary>
    public Task<string?> AskSecret(string question, CancellationToken cancel) =>
        Ask(new TextPrompt<string?>($"{Markup.Escape(DisplayText.Safe(question))}:").Secret().AllowEmpty(), cancel);

    /// <summary>Asks a question; only y or yes is yes. Null: there is nobody to be asked.</summary>
    public async Task<bool?> Confirm(string question, CancellationToken cancel)
    {
        var lines = string.Join('\n', question.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => DisplayText.Safe(line)));
        var answer = await Ask(new TextPrompt<string?>($"{Markup.Escape(lines)} {Markup.Escape("[y/N]")}").AllowEmpty(), cancel);
        return answer is null ? null : answer.Trim().ToLowerInvariant() is "y" or "yes";
    }

    /// <summary>Asks for a text. Null: there is nobody to be asked.</summary>
    /// <param name="question">What for.</param>
    /// <param name="usual">What is meant where nothing is typed.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<string?> AskText(string question, string usual, CancellationToken cancel)
    {
        var answer = await Ask(new TextPrompt<string?>($"{Markup.Escape(DisplayText.Safe(question))}{(usual.Length > 0 ? Markup.Escape($" [{DisplayText.Safe(usual)}]") : "")}:").AllowEmpty(), cancel);
        return answer is null ? null : answer.Trim() is { Length: > 0 } said ? said : usual;
    }

    /// <summary>Asks for a letter or a word, in small. Null: there is nobody to be asked.</summary>
    public async Task<string?> Choose(string question, CancellationToken cancel)
    {
        var lines = string.Join('\n', question.Split('\n').Select(line => DisplayText.Safe(line)));
        var answer = await Ask(new TextPrompt<string?>($"{Markup.Escape(lines)}:").AllowEmpty(), cancel);
        return answer?.Trim().TrimStart('-').ToLowerInvariant();
    }

    /// <summary>The one place where the user is asked something: one question at a time, and nothing is drawn meanwhile.</summary>
    private async Task<string?> Ask(TextPrompt<string?> prompt, CancellationToken cancel)
    {
        // Where the answer comes from decides; the question goes where it can be seen, also beside `| tee log`.
        var shown = !Console.IsErrorRedirected ? Console.Error : !Console.IsOutputRedirected ? Console.Out : null;
        if (Console.IsInputRedirected || shown is null) return null;
        await asking.WaitAsync(cancel);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, gone.Token);
        try
        {
            if (gone.IsCancellationRequested) return null;
            lock (gate)
            {
                Restore();
                isAsking = true;
            }
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(shown), Interactive = InteractionSupport.Yes });
            return await prompt.ShowAsync(new Keyboard(console, gone.Cancel), either.Token);
        }
        catch (IOException)
        {
            // Nobody sees the question.
            return null;
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            // What is shown next begins on a line of its own.
            Complain("");
            throw;
        }
        finally
        {
            lock (gate) isAsking = false;
            asking.Release();
        }
    }

    /// <summary>All problems, and the exit code that says nothing was run.</summary>
    public static int Refuse(ProblemList problems, Masker? masker = null)
    {
        // Before lines are broken: a secret may have blanks in it.
        string? Masked(string? text) => text is null ? null : masker?.Mask(text) ?? text;
        foreach (var text in problems.Select(problem => ProblemPrinter.Within(ErrorWidth, problem with { Message = Masked(problem.Message)!, Mend = Masked(problem.Mend) }))) Console.Error.WriteLine(masker?.Mask(text) ?? text);
        Console.Error.WriteLine($"{problems.Count} {(problems.Count == 1 ? "problem" : "problems")}; nothing was run");
        return 2;
    }

    /// <summary>What keeps a command from doing anything, how to mend it, and the exit code that says so.</summary>
    public static int Refuse(string message, string? mend = null)
    {
        IEnumerable<string> lines = [.. ProblemPrinter.Wrap($"play: {message}", "", ErrorWidth), .. mend?.Split('\n').SelectMany(line => ProblemPrinter.Wrap(line, "  ", ErrorWidth)) ?? []];
        Complain(string.Join('\n', lines));
        return 2;
    }

    /// <summary>A last word where nothing else can be said; it too may have nobody to hear it.</summary>
    public static void Complain(string message)
    {
        try
        {
            Console.Error.WriteLine(DisplayText.Safe(message, keepLineEnds: true));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no third place to say that the second one is gone too.
        }
    }

    public void Dispose()
    {
        Restore();
        signals.ForEach(s => s.Dispose());
        asking.Dispose();
        gone.Dispose();
    }

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } and not ("0" or "false");

    private void Restore()
    {
        lock (gate)
        {
            if (!isDrawn) return;
            try
            {
                Write(live.Leave());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The terminal is gone.
            }
        }
    }

    /// <summary>Who takes a signal has to do what it does by itself.</summary>
    private void Suspend(PosixSignalContext context)
    {
        context.Cancel = true;
        Restore();
        _ = Kill(Environment.ProcessId, OperatingSystem.IsLinux() ? 19 : 17);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int stop);

    private void Write(string text)
    {
        if (text.Length > 0) output.Write(Encoding.UTF8.GetBytes(text));
    }

    private IEnumerable<string> Painted(ReportLine line) => colours && line.Tone != Tone.Plain
        ? line.Text.Split('\n').Select(part => $"\e[{ColourOf(line.Tone)}m{part}\e[0m")
        : line.Text.Split('\n');

    /// <summary>ECMA-48, select graphic rendition.</summary>
    private static int ColourOf(Tone tone) => tone switch
    {
        Tone.Title => 1,
        Tone.Good => 32,
        Tone.Bad => 31,
        Tone.Warning => 33,
        _ => 2,
    };
}
