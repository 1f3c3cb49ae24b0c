using System.Text;
using Playbooks.Connections;

namespace Playbooks.Steps.Files;

/// <summary>Runs one of our scripts that write, and says how that went.</summary>
/// <param name="Wrong">Why it is not done; null where it is.</param>
/// <param name="LinkLost">Whether it is done is not known: the link was lost meanwhile, and the script has surely ended.</param>
/// <param name="Backup">Where the old file is kept.</param>
internal sealed record HostWrite(StepResult? Wrong, bool LinkLost = false, string? Backup = null)
{
    /// <summary>What is left on the host of runs before.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    public static async Task<HostWrite> Run(StepContext context, string script, IEnumerable<string> words, LargeInput? input, CancellationToken cancel)
    {
        CommandResult result;
        try
        {
            result = await context.Run(new RemoteCommand { Words = ["sh", "-c", script, "sh", .. words], More = input }, cancel);
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            // What has not come as a whole changes nothing.
            return new HostWrite(StepResult.Error(e.Message) with { Began = false });
        }
        if (result is { End: CommandEnd.Unknown, LinkLost: true }) return await AfterLoss(context, result, cancel);
        var notes = new List<string>();
        string? backup = null;
        if (result is not { End: CommandEnd.Exited, ExitCode: 0 or PlaceScript.NotDone or PlaceScript.HalfDone, StdoutCut: false }) return new HostWrite(Judge(context, result));
        foreach (var record in Encoding.UTF8.GetString(result.Stdout.Span).Split('\0'))
        {
            if (record.StartsWith("backup ", StringComparison.Ordinal)) backup = record[7..];
            if (record.StartsWith("left ", StringComparison.Ordinal)) notes.Add($"{record[5..]} is there: another run writes there now, or a run before left it");
        }
        var said = Encoding.UTF8.GetString(result.Stderr.Span).Trim();
        var wrong = result.ExitCode == 0 ? null : StepResult.Error(said, said.EndsWith("Permission denied", StringComparison.Ordinal) || said.EndsWith("Operation not permitted", StringComparison.Ordinal) ? Look.SudoMend(context) : null) with { Began = result.ExitCode != PlaceScript.NotDone };
        return new HostWrite(wrong, Backup: backup) { Notes = notes };
    }

    /// <summary>The script is ended where it goes on; only then a look can tell what came of it.</summary>
    private static async Task<HostWrite> AfterLoss(StepContext context, CommandResult result, CancellationToken cancel)
    {
        string? why;
        try
        {
            await context.Connections.Return(context.Machine, context.Timeout, cancel);
            (why, _) = await context.Connections.End(context.Claim.Address, cancel);
        }
        catch (HostUnreachableException e)
        {
            why = e.Message.TrimEnd('.');
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            why = "the run was stopped";
        }
        // It was asked after: nobody is to do so again.
        return why is null ? new HostWrite(null, LinkLost: true) : new HostWrite(StepResult.Unknown($"the link was lost while it was written; whether that goes on is not known: {why}") with { Notes = result.Notes });
    }

    /// <summary>What a new look says of a write whose link was lost; where there is none, that is not known.</summary>
    /// <param name="doubt">That the link was lost, and while what was written.</param>
    /// <param name="look">Asks the host again.</param>
    /// <param name="tell">Says what came of it.</param>
    public static async Task<StepResult> LookAgain(string doubt, Func<Task<(HostListing? Listing, StepResult? Wrong)>> look, Func<HostListing, StepResult> tell)
    {
        string why;
        try
        {
            var (listing, wrong) = await look();
            if (listing is not null) return tell(listing);
            why = string.Join(' ', wrong!.Messages);
        }
        catch (HostUnreachableException e)
        {
            why = e.Message;
        }
        return StepResult.Unknown($"{doubt}; {why}") with { LinkLost = true };
    }

    internal static StepResult Judge(StepContext context, CommandResult result) => Look.Stopped(context, result) ?? result switch
    {
        { End: CommandEnd.Unknown } => StepResult.Unknown(string.Join(' ', result.Notes.Prepend("how it ended could not be found out."))),
        { ExitCode: PlaceScript.Refused } => StepResult.Error(Refusal(Encoding.UTF8.GetString(result.Stdout.Span))) with { Began = false },
        { ExitCode: 0 or PlaceScript.NotDone or PlaceScript.HalfDone } => StepResult.Error("what the script that writes printed is not whole"),
        _ => StepResult.Error($"the script that writes ended with {(result.Signal is { } signal ? $"signal {signal}" : $"exit code {result.ExitCode}")}: {Encoding.UTF8.GetString(result.Stderr.Span).Trim()}"),
    };

    private static string Refusal(string said)
    {
        // What is before belongs to leftovers.
        var records = said.Split('\0', StringSplitOptions.None).SkipWhile(r => r.StartsWith("left ", StringComparison.Ordinal)).ToList();
        var printed = string.Join('\0', records.Skip(1)).Trim();
        return $"`validate` ended with exit code {records[0]}{(printed.Length > 0 ? $": {Look.Cut(printed, 2000)}" : "")}";
    }
}
