using System.CommandLine;
using System.CommandLine.Invocation;
using Play.Terminal;

namespace Play.Pages;

/// <summary>`--help` of any command.</summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parsed)
    {
        foreach (var line in HelpText.Lines(CommandPage.Of(parsed.CommandResult.Command), Screen.Width)) Console.Out.WriteLine(line);
        return 0;
    }
}
