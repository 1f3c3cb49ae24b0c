using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Servers;

/// <summary>Asks a server within the time of an attempt; no answer is a failure in plain words, and what says nothing about the server is none.</summary>
internal static class Asking
{
    /// <param name="context">Of the step.</param>
    /// <param name="whom">The server, and where from if that is not as usual.</param>
    /// <param name="ask">Over the machine's connection.</param>
    /// <param name="cancel">Ends the run.</param>
    public static async Task<StepResult> Run(StepContext context, Func<string> whom, Func<IConnection, CancellationToken, Task<StepResult>> ask, CancellationToken cancel)
    {
        var connection = await context.Connect(cancel);
        using var limit = new CancellationTokenSource(context.Timeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return await ask(connection, either.Token);
        }
        catch (NoAnswerException e) when (e.IsOurs)
        {
            return StepResult.Error($"this machine could not ask {whom()}: {e.Message}");
        }
        catch (NoAnswerException e)
        {
            return StepResult.Failed(DataMap.Empty, $"{(e.HasAnswered ? "" : e.IsPart ? "no whole answer from " : "no answer from ")}{whom()}: {e.Message}") with { Mend = e.Mend };
        }
        catch (RefusedException e)
        {
            return StepResult.Error($"{whom()} could not be asked: {e.Message}", e.Mend);
        }
        catch (HostUnreachableException e)
        {
            // It may have been asked: what that did is not undone by not knowing.
            return new StepResult { Outcome = Outcome.Unreachable, LinkLost = true, Messages = [$"{e.Message} No answer from {whom()} came over it."] };
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return StepResult.Failed(DataMap.Empty, $"no answer from {whom()} within {Literals.Print(context.Timeout)}");
        }
    }

    /// <summary>For the end of what names a server: from where it is asked, if that is not this machine.</summary>
    public static string From(Host machine) => machine.Local ? "" : $" from {machine.Label}";
}
