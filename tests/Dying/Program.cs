using System.Diagnostics;
using System.Globalization;
using Play;
using Playbooks.Journal;

// `play`, that kills itself right after so many commits of the journal: what it was about to do next nobody hears of.
if (Environment.GetEnvironmentVariable("PLAY_TEST_DIE_AT") is { Length: > 0 } said)
{
    var left = long.Parse(said, CultureInfo.InvariantCulture);
    RunLog.Committed = _ =>
    {
        if (Interlocked.Decrement(ref left) == 0) Process.GetCurrentProcess().Kill();
    };
}
return await CommandLine.Invoke(args);
