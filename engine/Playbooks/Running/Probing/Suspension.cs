using System.Diagnostics;
using System.Globalization;

namespace Playbooks.Running.Probing;

/// <summary>How long this machine was suspended, while which the clock of a run stands still.</summary>
internal sealed class Suspension(Func<TimeSpan> total, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private (long At, TimeSpan Total)? last;

    /// <summary>In all, but for a constant; all probes share what was read just now.</summary>
    public TimeSpan Total
    {
        get
        {
            lock (gate)
            {
                if (last is { } known && time.GetElapsedTime(known.At) < Fresh) return known.Total;
                last = (time.GetTimestamp(), total());
                return last.Value.Total;
            }
        }
    }

    /// <summary>
    /// Of the time since the machine started, which counts what it slept (proc(5), `/proc/uptime`), what `CLOCK_MONOTONIC` counts is taken away. Zero where
    /// there is no such file.
    /// </summary>
    public static TimeSpan Read()
    {
        try
        {
            var uptime = File.ReadAllText("/proc/uptime").Split(' ')[0];
            return TimeSpan.FromSeconds(double.Parse(uptime, CultureInfo.InvariantCulture)) - Stopwatch.GetElapsedTime(0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return TimeSpan.Zero;
        }
    }
}
