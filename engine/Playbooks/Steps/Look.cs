using System.Text;
using Playbooks.Connections;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>What a machine answered to one of our own scripts that only look; `Wrong` where there is no answer to read.</summary>
internal sealed record Look(ReadOnlyMemory<byte> Stdout, string Stderr, StepResult? Wrong)
{
    /// <summary>Runs a fixed script. Values stand beside it as words, never in it.</summary>
    /// <param name="mostBytes">Of the answer; more is an error.</param>
    public static Task<Look> Run(StepContext context, string script, IEnumerable<string> values, int mostBytes, CancellationToken cancel) =>
        Run(context, script, values, default, mostBytes, cancel);

    /// <summary>The same, with something for its standard input.</summary>
    public static async Task<Look> Run(StepContext context, string script, IEnumerable<string> values, ReadOnlyMemory<byte> stdin, int mostBytes, CancellationToken cancel)
    {
        var result = await context.Run(new RemoteCommand { Words = ["sh", "-c", script, "sh", .. values], Stdin = stdin, MaxOutput = mostBytes, OnlyLooks = true }, cancel);
        var stderr = Encoding.UTF8.GetString(result.Stderr.Span).Trim();
        return new Look(result.Stdout, stderr, Judge(context, result, stderr));
    }

    /// <summary>What kept one of our own scripts from ending by itself, whether it looks or writes; null: none of that.</summary>
    public static StepResult? Stopped(StepContext context, CommandResult result) => result switch
    {
        { End: CommandEnd.TimedOut } => StepResult.Error($"it took longer than {Literals.Print(context.Timeout)} and was ended", "raise its `timeout`, or find out what it waits for") with { Began = !result.NotStarted },
        { End: CommandEnd.Flooded } => StepResult.Error($"the answer has more than {Math.Max(result.StdoutBytes, result.StderrBytes)} bytes, and was not waited for"),
        { End: CommandEnd.Cancelled } => StepResult.Error("it was ended because the run was stopped") with { Began = !result.NotStarted },
        { Unclaimed: { } why } => StepResult.Error(CommandOutput.Unclaimed(why), CommandOutput.FreeSpace) with { Began = false },
        { Refused: { } wrong, WrongPassword: true } => StepResult.Error(wrong, CommandOutput.WrongPassword) with { Began = false },
        { Refused: { } why } => StepResult.Error($"sudo does not make it {context.Sudo} here: {why}", CommandOutput.SudoMend(why)) with { Began = false },
        _ => null,
    };

    /// <summary>What is to be done where rights are missing; null: it is done by another user already.</summary>
    public static string? SudoMend(StepContext context) => context.Sudo is null ? "say `sudo: true` on this step" : null;

    private static StepResult? Judge(StepContext context, CommandResult result, string stderr) => Stopped(context, result) ?? result switch
    {
        // Looking leaves nothing behind, so nothing is in doubt: it may be done again.
        { End: CommandEnd.Unknown, LinkLost: false } => StepResult.Error(string.Join(' ', result.Notes.Prepend("how it ended could not be found out."))),
        { End: CommandEnd.Unknown } => new StepResult { Outcome = Outcome.Unreachable, LinkLost = true, Messages = [string.Join(' ', result.Notes.Prepend("the link was lost while it looked.")).Trim()] },
        { ExitCode: not 0 } => StepResult.Error($"the script that looks ended with {(result.Signal is { } signal ? $"signal {signal}" : $"exit code {result.ExitCode}")}{(stderr.Length > 0 ? $": {FirstLine(stderr)}" : "")}"),
        { StdoutCut: true } => StepResult.Error($"the answer has {result.StdoutBytes} bytes, more than are read"),
        _ => null,
    };

    private static string FirstLine(string text) => Cut(text.Split('\n')[0].TrimEnd('\r'), 200);

    /// <summary>A text cut for a message.</summary>
    public static string Cut(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";
}
