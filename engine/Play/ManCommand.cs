using System.CommandLine;
using Play.Pages;

namespace Play;

/// <summary>`play man`: the manual page.</summary>
internal static class ManCommand
{
    public static Command Build(RootCommand root)
    {
        var command = new Command("man", "Prints the manual page, as `man -l -` reads it.");
        command.SetAction(_ => Console.Out.Write(ManPage.Write(root, CommandLine.Version)));
        return command;
    }
}
