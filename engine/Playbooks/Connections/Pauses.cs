namespace Playbooks.Connections;

/// <summary>The pauses between attempts at a host that may come back: they grow, up to a limit, and are at random, so that those who lost theirs together do not all come back in one instant.</summary>
internal static class Pauses
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public static TimeSpan First => TimeSpan.FromMilliseconds(Random.Shared.Next(100, 300));

    public static TimeSpan After(TimeSpan pause) => pause * 2 < Longest ? pause * (1.5 + Random.Shared.NextDouble()) : Longest * (0.5 + Random.Shared.NextDouble() / 2);
}
