using System.Text;
using Playbooks.Connections;
using Playbooks.Problems;

namespace Playbooks.Scheduling;

/// <summary>Runs the programs of this machine that schedules are kept with.</summary>
internal static class LocalTool
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>What came of a program that ended by itself.</summary>
    public sealed record Answer(string Command, int? Code, byte[] Output, string Said)
    {
        /// <summary>It failed.</summary>
        public ScheduleException Trouble(string? mend = null) => new($"`{Command}` ended with {Code}{(Said.Length > 0 ? $": {DisplayText.Fit(Said.ReplaceLineEndings(" "), 300)}" : "")}", mend);
    }

    /// <exception cref="ScheduleException">It is not there, or did not end.</exception>
    public static async Task<Answer> Run(IReadOnlyList<string> words, ReadOnlyMemory<byte> input, TimeProvider time, CancellationToken cancel)
    {
        await using var here = new LocalConnection(time);
        // Its own words are read, so they shall be in no other language.
        var command = new RemoteCommand { Words = words, Stdin = input, Timeout = Limit, Environment = new Dictionary<string, string> { ["LC_ALL"] = "C" } };
        CommandResult result;
        try
        {
            result = await here.Run(command, cancel);
        }
        catch (HostUnreachableException e)
        {
            throw new ScheduleException(e.Message, inner: e);
        }
        cancel.ThrowIfCancellationRequested();
        if (result.ExitCode == 127) throw new ScheduleException($"there is no `{words[0]}` on this machine", "`--print` shows what would be written; `--with systemd` or `--with cron` says who shall begin the runs");
        if (result.End != CommandEnd.Exited || result.StdoutCut) throw new ScheduleException($"how `{string.Join(' ', words)}` ended is not known, or it printed too much");
        return new(string.Join(' ', words), result.ExitCode, result.Stdout.ToArray(), Encoding.UTF8.GetString(result.Stderr.Span).Trim());
    }
}
