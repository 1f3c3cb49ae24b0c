using Playbooks.Templating;

namespace Playbooks.Notifying;

/// <summary>Tries to tell until it is done, cannot be done, or its time is up.</summary>
internal sealed class Delivery(TimeProvider time)
{
    public static readonly TimeSpan UsualLimit = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25)];

    /// <summary>Who does not answer a try so long, or for that part of the time where it is more, is tried again.</summary>
    private static readonly TimeSpan UsualTry = TimeSpan.FromSeconds(15);
    private const int Tries = 4;

    /// <param name="notice">It.</param>
    /// <param name="limit">For all tries together.</param>
    /// <param name="cancel">Nobody waits for it any more: that is a result, too.</param>
    public async Task<Told> Of(INotice notice, TimeSpan limit, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        using var over = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancel);
        var timeUp = $"its {Literals.Print(limit)} were up";
        var last = new Sent.Later("nobody answered");
        for (var tries = 1; ; tries++)
        {
            try
            {
                switch (await Try(notice, notice.IsUncut || limit < UsualTry ? limit : limit / Tries > UsualTry ? limit / Tries : UsualTry, either.Token))
                {
                    case Sent.Done done: return new Told(notice.To, done.But) { IsPart = done.But is not null };
                    case Sent.Never never: return new Told(notice.To, never.Why, never.Mend);
                    case Sent.Later later: last = later; break;
                }
                if (tries > Pauses.Length) return Given($"tried {tries} times");
                var pause = last.After is { } asked && asked > Pauses[tries - 1] ? asked : Pauses[tries - 1];
                if (pause > limit - time.GetElapsedTime(began)) return Given(last.After is null ? timeUp : $"it wants to be left alone for {Literals.Print(pause)}");
                await Task.Delay(pause, time, either.Token);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                return cancel.IsCancellationRequested ? new Told(notice.To, "stopped before it was done") : Given(timeUp);
            }
        }

        Told Given(string why) => new(notice.To, $"{last.Why} ({why})", last.Mend);
    }

    private async Task<Sent> Try(INotice notice, TimeSpan longest, CancellationToken cancel)
    {
        using var one = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(one.Token, cancel);
        try
        {
            return await notice.Send(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested && one.IsCancellationRequested)
        {
            return new Sent.Later($"no answer within {Literals.Print(longest)}");
        }
    }
}
