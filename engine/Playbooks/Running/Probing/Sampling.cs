using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running.Probing;

/// <summary>What is sampled, how often, and how many samples at most are under way.</summary>
/// <param name="Probe">The step that looks.</param>
/// <param name="Host">The host it is about; null: none.</param>
/// <param name="Room">Where it stands.</param>
/// <param name="Every">From one due time to the next.</param>
/// <param name="Timeout">In which a sample has to pass.</param>
internal sealed record Sampling(PlannedStep Probe, Host? Host, Room Room, TimeSpan Every, TimeSpan Timeout)
{
    /// <summary>More are not begun: on a connection to a host there is room for so many (see <see cref="Connections.SshConnection"/>).</summary>
    public const int MostOnHost = 8;

    /// <summary>From the beginning to the first: the hosts of a probe are not asked all in the same instant.</summary>
    public TimeSpan Offset { get; init; }

    public int Most => Probe.Runs.Kind == PlaceKind.Localhost || Host?.Local == true && Probe.Runs.Kind == PlaceKind.Host ? int.MaxValue : MostOnHost;

    public Address At => new(Room.Frame.Id, Probe.Key, Host?.Name ?? "");
}

/// <summary>Takes one sample of a probe.</summary>
internal sealed class Sampled(AttemptRunner attempts, Scopes scopes, TimeProvider time)
{
    private const int LongestReason = 300;

    /// <param name="how">What and how.</param>
    /// <param name="cancel">Its time is over.</param>
    /// <returns>Whether it passed, how long it took, and what it said where it did not.</returns>
    public async Task<(bool Passed, TimeSpan Took, string? Reason)> Take(Sampling how, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        try
        {
            var room = how.Room with { Memory = new AttemptMemory(), Cancel = cancel };
            // Who takes the samples says when its time is over: this machine may not have been there to see it.
            var result = await attempts.Run(how.Probe, room, how.Host, how.At, scopes.At(room, how.Host), how.Timeout * 2 + TimeSpan.FromSeconds(5));
            return (result.Outcome == Outcome.Passed, time.GetElapsedTime(began), result.Failures is [var first, ..] ? Brief(first) : null);
        }
        catch (Exception e) when (e is not LogFailedException)
        {
            return (false, time.GetElapsedTime(began), Cut(e.Message));
        }
    }

    /// <summary>In one line; of an assertion with what it saw first.</summary>
    private static string Brief(Failure failure) =>
        Cut(failure.Explanation?.Evaluated is [{ } seen, ..] ? $"{failure.Message}: {seen.Source} is {Data.Show(seen.Value, 60)}" : failure.Message);

    private static string Cut(string text) => text.Split('\n', 2)[0] is var line && line.Length > LongestReason ? line[..LongestReason] + "…" : line;
}
