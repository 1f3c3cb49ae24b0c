using System.Text;

namespace Play.Terminal;

/// <summary>
/// The lines at the foot of a terminal that are drawn again and again, and what is written to come from one frame to the next. The
/// cursor stands at their beginning: so no change of the terminal's size, whatever it does to long lines, misplaces the next frame.
/// </summary>
internal sealed class LivePart
{
    // Frames are put on the screen as a whole where the terminal knows how (synchronized output); lines that are wider after all are cut.
    private const string Begin = "\e[?2026h\r", End = "\e[?2026l", HideCursor = "\e[?25l", ShowCursor = "\e[?25h", Cut = "\e[?7l", Wrap = "\e[?7h";
    private const string EraseBelow = "\e[J", EraseRest = "\e[K";

    private IReadOnlyList<string> drawn = [];
    private (int Width, int Height) drawnAt;

    /// <summary>What makes the terminal as it was: no live part, a cursor, and the keypad as .NET found it. The next frame is drawn where the cursor stands then.</summary>
    public string Leave()
    {
        var text = $"\r{Erased}{Wrap}{ShowCursor}\e[?1l\e>";
        drawn = [];
        return text;
    }

    /// <summary>Not from the first line on: tmux takes what is erased from the top of the screen into its history.</summary>
    private string Erased => drawn.Count > 1 ? $"{EraseRest}\e[B{EraseBelow}\e[A" : EraseRest;

    /// <summary>What is to be written; empty where nothing has changed.</summary>
    /// <param name="above">Lines that stay, above the live part from now on.</param>
    /// <param name="lines">The live part.</param>
    /// <param name="size">The terminal's columns and lines.</param>
    public string Next(IReadOnlyList<string> above, IReadOnlyList<string> lines, (int Width, int Height) size)
    {
        var resized = size != drawnAt && drawn.Count > 0;
        if (above.Count == 0 && !resized && lines.SequenceEqual(drawn)) return "";

        var text = new StringBuilder(Begin);
        if (above.Count > 0 || lines.Count == 0) text.Append(Erased);
        foreach (var line in above) text.Append(line).Append("\r\n");
        if (lines.Count > 0) Draw(lines, above.Count > 0 || resized || lines.Count != drawn.Count, text);
        else text.Append(ShowCursor);
        (drawn, drawnAt) = (lines, size);
        return text.Append(End).ToString();
    }

    private void Draw(IReadOnlyList<string> lines, bool whole, StringBuilder text)
    {
        text.Append(HideCursor).Append(Cut);
        var at = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            // The first one is always written: a Ctrl-C shows where the cursor stands.
            if (!whole && i > 0 && lines[i] == drawn[i]) continue;
            if (i > at) text.Append(whole ? "\r\n" : $"\e[{i - at}B\r");
            text.Append(lines[i]).Append(EraseRest);
            at = i;
        }
        if (whole) text.Append(EraseBelow);
        if (at > 0) text.Append($"\e[{at}A");
        text.Append('\r').Append(Wrap);
    }
}
