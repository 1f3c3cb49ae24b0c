using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Play.Terminal;
using Playbooks.Problems;

namespace Play.Pages;

/// <summary>What is wrong with a command line: which word, and what was meant perhaps. Nothing was run.</summary>
internal static class Usage
{
    public static int Refuse(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var (what, mend) = Wrong(parsed, command);
        return Screen.Refuse(what, $"{(mend is null ? "" : mend + "\n")}`{CommandPage.NameOf(command)} --help` shows how it is written");
    }

    /// <summary>There is no such command to say more of.</summary>
    public static int RefuseCommand(RootCommand root, string word) =>
        Screen.Refuse($"there is no command `{word}`", Suggest.DidYouMean(word, Names(root)) ?? "`play --help` lists them");

    /// <summary>What looks like an option and is none would else be taken for an argument, and a variable of the shell that is not set for a name of nothing.</summary>
    public static void Check(Command command)
    {
        foreach (var argument in command.Arguments)
            argument.Validators.Add(result =>
            {
                if (result.Tokens.Any(token => IsOption(token.Value))) result.AddError("no option");
                // What a shell completes may be nothing yet.
                if (IsEmpty(result) && !command.Hidden) result.AddError("empty");
            });
        foreach (var option in command.Options)
            option.Validators.Add(result =>
            {
                if (IsEmpty(result)) result.AddError("empty");
            });
        foreach (var sub in command.Subcommands) Check(sub);
    }

    /// <summary>Something stands before the name of a command, which would never hear of it.</summary>
    public static bool IsAstray(ParseResult parsed) => Astray(parsed) is not null;

    /// <summary>A command with a slip in its name would be taken for a playbook.</summary>
    public static bool IsMisspelt(ParseResult parsed) => parsed.CommandResult.Command is RootCommand root && Nowhere(parsed) is { } file && Suggest.Closest(file, Names(root)) is not null;

    /// <summary>The playbook that is named and not there.</summary>
    private static string? Nowhere(ParseResult parsed) => Words(parsed) is [var file] && !Path.Exists(PlanRequest.Find(file)) ? file : null;

    private static List<string> Words(ParseResult parsed) => [.. parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)];

    /// <summary>As it is written.</summary>
    private static string? Astray(ParseResult parsed)
    {
        for (var around = parsed.CommandResult.Parent; around is CommandResult outer; around = outer.Parent)
            foreach (var said in outer.Children)
                if (said is OptionResult { Implicit: false, IdentifierToken: { } name, Option: not HelpOption } option) return string.Join(' ', option.Tokens.Select(token => token.Value).Prepend(name.Value));
                else if (said is ArgumentResult { Tokens: [var word, ..] }) return word.Value;
        return null;
    }

    private static List<string> Names(Command command) => [.. command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name)];

    private static bool IsEmpty(SymbolResult? result) => result?.Tokens.Any(token => token.Value.Length == 0) == true;

    private static bool IsOption(string word) => word is ['-', '-', >= 'a' and <= 'z', ..] || word is ['-', >= 'a' and <= 'z'];

    private static List<string> Words(Symbol symbol) => [.. symbol.GetCompletions(CompletionContext.Empty).Select(word => word.Label)];

    /// <summary>There is a list of words, and it is none of them; null: there is no list.</summary>
    private static string? Among(SymbolResult? result)
    {
        var symbol = result switch { OptionResult option => (Symbol)option.Option, ArgumentResult argument => argument.Argument, _ => null };
        if (symbol is null || Words(symbol) is not { Count: > 0 } words || result!.Tokens.FirstOrDefault(token => !words.Contains(token.Value)) is not { } odd) return null;
        return $"{(symbol is Option ? $"`{symbol.Name}`" : $"`{symbol.Name.ToUpperInvariant()}`")} is one of {string.Join(", ", words)}, not `{odd.Value}`";
    }

    private static (string What, string? Mend) Wrong(ParseResult parsed, Command command)
    {
        var name = CommandPage.NameOf(command);
        var words = Words(parsed);
        if (parsed.Errors.Select(error => error.SymbolResult).FirstOrDefault(result => result is OptionResult or ArgumentResult && IsEmpty(result)) is { } empty)
            return ($"{(empty is OptionResult { Option.Name: var of } ? $"`{of}`" : $"`{((ArgumentResult)empty).Argument.Name.ToUpperInvariant()}`")} has an empty value", "a variable of the shell that is not set?");
        var astray = Astray(parsed);
        if (astray is { Length: > 0 }) return ($"`{astray}` stands before `{command.Name}`, which does not hear of it", astray.StartsWith('-') ? $"{name} … {astray}" : null);
        var commands = Names(command);
        if (words.Concat(parsed.UnmatchedTokens).FirstOrDefault(IsOption)?.Split('=')[0] is { } option)
            return command.Options.Any(known => known.Name == option || known.Aliases.Contains(option)) ? ($"`{option}` stands behind `--`, where nothing is an option", "leave the `--` out")
                : ($"`{name}` has no option `{option}`", option.Length < 4 ? null : Suggest.DidYouMean(option, command.Options.Where(known => !known.Hidden).SelectMany(known => known.Aliases.Append(known.Name))));
        if (command is RootCommand && Nowhere(parsed) is { } file && (parsed.UnmatchedTokens.Count > 0 || IsMisspelt(parsed))) return ($"there is no command and no playbook `{file}`", file == "run" ? $"`play {parsed.UnmatchedTokens[0]}` runs it" : Suggest.DidYouMean(file, commands));
        if (parsed.UnmatchedTokens is ["", ..] || astray is "") return ("there is an empty word", "a variable of the shell that is not set?");
        if (parsed.UnmatchedTokens is [var word, ..])
            return command.Arguments.Count == 0 && commands.Count > 0 ? ($"`{name}` has no command `{word}`", Suggest.DidYouMean(word, commands) ?? $"it has {string.Join(", ", commands)}")
                : ($"`{word}` is a word too many for `{name}`", word.Contains('=', StringComparison.Ordinal) && command.Options.Any(known => known.Name == "-e") ? $"a param's value: -e {word}" : null);
        foreach (var error in parsed.Errors)
            switch (error.SymbolResult)
            {
                case OptionResult { Tokens.Count: 0, IdentifierToken: null, Option: var missing }: return ($"`{name}` wants {CommandPage.Shown(missing, missing.Name)}", null);
                case OptionResult { Tokens.Count: 0, Option: var bare } when CommandPage.TakesValue(bare): return ($"`{bare.Name}` wants a value: {CommandPage.Shown(bare, bare.Name)}", null);
                // The library would name a type of ours.
                case OptionResult { Tokens: [var token, ..], Option: var odd } when error.Message.StartsWith("Cannot parse", StringComparison.Ordinal): return ($"`{odd.Name}` wants {(odd.ValueType == typeof(int?) ? "a whole number" : CommandPage.Word(odd))}, not `{token.Value}`", null);
            }
        if (command.Arguments.Count == 0 && commands.Count > 0) return ($"`{name}` wants one of {string.Join(", ", commands)}", null);
        var lacking = command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is not { Tokens.Count: > 0 }).ToList();
        if (lacking.Count > 0) return ($"`{name}` wants {string.Join(' ', lacking.Select(CommandPage.Shown))}", Words(lacking[0]) is { Count: > 0 } which ? string.Join(", ", which) : null);
        if (Among(parsed.Errors[0].SymbolResult) is { } wrong) return (wrong, null);
        var said = parsed.Errors[0].Message.TrimEnd('.');
        return (said is [>= 'A' and <= 'Z', >= 'a' and <= 'z', ..] ? char.ToLowerInvariant(said[0]) + said[1..] : said, null);
    }
}
