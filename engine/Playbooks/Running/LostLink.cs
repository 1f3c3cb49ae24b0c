using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Steps;

namespace Playbooks.Running;

/// <summary>
/// Does the work of an attempt, and asks after it where its link is lost: what only looks is asked again, what may be repeated is run
/// again once it has surely ended, and what may not is looked for. Nothing is guessed.
/// </summary>
internal static class LostLink
{
    /// <summary>What loses its link each time may be what cuts it.</summary>
    private const int MostRuns = 4;

    public static async Task<StepResult> Run(KindWork work, Effect effect, StepContext context, CancellationToken cancel)
    {
        var began = context.Time.GetTimestamp();
        var result = await work.Run(context, cancel);
        for (var runs = 1; result.LinkLost && runs < MostRuns && !cancel.IsCancellationRequested; runs++)
        {
            try
            {
                await context.Connections.Return(context.Machine, context.Since(began).Timeout, cancel);
                // Where nothing of it was begun, only looks were lost.
                if (effect == Effect.Once && result.Began) return Noted(result, await context.Connections.Fate(context.Claim, context.Machine, cancel));
                var (why, _) = await context.Connections.End(context.Claim.Address, cancel);
                if (why is not null && effect != Effect.None && result.Began) return Noted(result, $"It was not run again, because whether it goes on there is not known: {why}.");
                if (context.Time.GetElapsedTime(began) >= context.Timeout) return result;
                result = Noted(await work.Run(context.Since(began), cancel), "The link was lost; it was run again over a new connection.");
            }
            catch (HostUnreachableException e)
            {
                return Noted(result, effect == Effect.None ? e.Message : $"Whether it goes on there, and how it ended, is not known: {e.Message}");
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return result;
            }
        }
        return result;
    }

    private static StepResult Noted(StepResult result, string note) => result with { Notes = [.. result.Notes.Except([note]), note] };
}
