using System.Diagnostics;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>Waits for something to become true, with a limit.</summary>
internal static class Eventually
{
    public static async Task Holds(Func<bool> condition, string what, double seconds = 10)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed.TotalSeconds < seconds, $"Not within {seconds} s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
