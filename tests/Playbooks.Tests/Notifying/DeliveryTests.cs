using Microsoft.Extensions.Time.Testing;
using Playbooks.Notifying;
using Xunit;

namespace Playbooks.Tests.Notifying;

/// <summary>How often, and for how long, somebody is tried to be told.</summary>
public sealed class DeliveryTests
{
    private readonly FakeTimeProvider time = new();

    private sealed class Scripted(Func<int, CancellationToken, Task<Sent>> answer, TimeProvider time) : INotice
    {
        private readonly long began = time.GetTimestamp();

        public List<double> Tries { get; } = [];

        public string To => "x";

        public Task<Sent> Send(CancellationToken cancel)
        {
            Tries.Add(time.GetElapsedTime(began).TotalSeconds);
            return answer(Tries.Count, cancel);
        }
    }

    private async Task<(Told Told, IReadOnlyList<double> Tries)> Of(Func<int, CancellationToken, Task<Sent>> answer, double limit = 60)
    {
        var notice = new Scripted(answer, time);
        // Whatever waits for the time goes on within `Advance`, so that no try comes later than it is due.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        var telling = new Delivery(time).Of(notice, TimeSpan.FromSeconds(limit), TestContext.Current.CancellationToken);
        for (var i = 0; i < 1_000 && !telling.IsCompleted; i++) time.Advance(TimeSpan.FromMilliseconds(250));
        SynchronizationContext.SetSynchronizationContext(context);
        Assert.True(telling.IsCompleted);
        return (await telling, notice.Tries);
    }

    private static Task<Sent> Later(int tries, CancellationToken cancel) => Task.FromResult<Sent>(new Sent.Later($"no {tries}"));

    private static async Task<Sent> Hangs(int tries, CancellationToken cancel)
    {
        // What waits for this goes on within the call that ends it.
        var never = new TaskCompletionSource();
        await using var _ = cancel.Register(() => never.TrySetCanceled(cancel));
        await never.Task;
        return new Sent.Done();
    }

    [Fact]
    public async Task It_is_tried_four_times_with_longer_and_longer_pauses()
    {
        var (told, tries) = await Of(Later);
        Assert.Equal("no 4 (tried 4 times)", told.Why);
        Assert.Equal([0, 1, 6, 31], tries);
    }

    [Fact]
    public async Task What_is_taken_at_last_is_taken() => Assert.Null((await Of((tries, _) => Task.FromResult<Sent>(tries < 3 ? new Sent.Later("no") : new Sent.Done()))).Told.Why);

    [Fact]
    public async Task What_never_will_be_is_tried_once()
    {
        var (told, tries) = await Of((_, _) => Task.FromResult<Sent>(new Sent.Never("no", "mend")));
        Assert.Equal(("no", "mend", 1), (told.Why, told.Mend, tries.Count));
    }

    [Fact]
    public async Task Who_is_silent_is_left_after_a_while_and_tried_again()
    {
        var (told, tries) = await Of(Hangs);
        Assert.Equal("no answer within 15s (its 1m were up)", told.Why);
        Assert.Equal([0, 16, 36], tries);
    }

    [Fact]
    public async Task A_pause_that_is_asked_for_is_kept_within_the_limit()
    {
        var (_, tries) = await Of((tries, _) => Task.FromResult<Sent>(tries == 1 ? new Sent.Later("no", After: TimeSpan.FromSeconds(40)) : new Sent.Done()));
        Assert.Equal(40, tries[1]);
        Assert.Equal("no (it wants to be left alone for 3m)", (await Of((_, _) => Task.FromResult<Sent>(new Sent.Later("no", After: TimeSpan.FromMinutes(3))))).Told.Why);
    }
}
