using Playbooks.Problems;
using Playbooks.Reporting;
using Spectre.Console;

namespace Play.Terminal;

/// <summary>Writes lines to where the user reads them: coloured in a terminal, plain in a file or with NO_COLOR.</summary>
internal sealed class Screen
{
    private const int WidthOfFiles = 100;

    private readonly IAnsiConsole? console = Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? null : AnsiConsole.Console;

    /// <summary>Columns to write in; a file has as many as reads well.</summary>
    public int Width { get; } = Columns();

    private static int Columns()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var said) && said >= 20) return Math.Min(said, 200);
        if (Console.IsOutputRedirected) return WidthOfFiles;
        return Console.WindowWidth is var width and >= 20 ? Math.Min(width, 120) : WidthOfFiles;
    }

    public void Show(IEnumerable<ReportLine> lines)
    {
        foreach (var line in lines)
            if (console is null || line.Tone == Tone.Plain) Console.Out.WriteLine(line.Text);
            else
            {
                console.Write(new Text(line.Text, StyleOf(line.Tone)));
                Console.Out.WriteLine();
            }
    }

    /// <summary>All problems, and the exit code that says nothing was run.</summary>
    public static int Refuse(ProblemList problems)
    {
        foreach (var problem in problems) Console.Error.WriteLine(ProblemPrinter.Print(problem));
        Console.Error.WriteLine($"{problems.Count} {(problems.Count == 1 ? "problem" : "problems")}; nothing was run");
        return 2;
    }

    /// <summary>A last word where nothing else can be said; it too may have nobody to hear it.</summary>
    public static void Complain(string message)
    {
        try
        {
            Console.Error.WriteLine(DisplayText.Safe(message));
        }
        catch (IOException)
        {
            // There is no third place to say that the second one is gone too.
        }
    }

    /// <summary>Asks for a key's passphrase where somebody is there to be asked.</summary>
    public static async Task<string?> AskPassphrase(string key, CancellationToken cancel)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected) return null;
        var asking = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await new TextPrompt<string>($"Passphrase of {Markup.Escape(DisplayText.Safe(key))}:").Secret().AllowEmpty().ShowAsync(asking, cancel);
    }

    private static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Title => new Style(decoration: Decoration.Bold),
        Tone.Good => new Style(Color.Green),
        Tone.Bad => new Style(Color.Red),
        Tone.Warning => new Style(Color.Yellow),
        _ => new Style(decoration: Decoration.Dim),
    };
}
