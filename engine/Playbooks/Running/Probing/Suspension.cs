using System.Diagnostics;
using System.Globalization;

namespace Playbooks.Running.Probing;

/// <summary>How long this machine was suspended: the clock of a run stands still meanwhile.</summary>
internal static class Suspension
{
    /// <summary>
    /// In all, but for a constant: only differences say something. Of the time since the machine started, which counts what it slept (proc(5), `/proc/uptime`), what
    /// `CLOCK_MONOTONIC` counts is taken away. Zero where there is no such file.
    /// </summary>
    public static TimeSpan Total()
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
