using System.Text;
using Playbooks.Connections;
using Playbooks.Problems;

namespace Playbooks.Loading.Secrets;

/// <summary>A program of this machine that prints a secret, as password managers do.</summary>
internal static class LocalProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What it printed. No shell reads the words.</summary>
    /// <exception cref="SecretException">It failed, or took too long.</exception>
    public static async Task<string> Run(IReadOnlyList<string> words, string folder, TimeProvider time, CancellationToken cancel)
    {
        await using var here = new LocalConnection(time);
        CommandResult result;
        try
        {
            result = await here.Run(new RemoteCommand { Words = words, Directory = folder, Timeout = Limit }, cancel);
        }
        catch (Exception e) when (e is ArgumentException or HostUnreachableException)
        {
            throw new SecretException(e.Message);
        }
        cancel.ThrowIfCancellationRequested();
        var said = Encoding.UTF8.GetString(result.Stderr.Span).Trim().Split('\n')[0].TrimEnd('\r');
        if (said.Length > 0) said = $"; it said: {DisplayText.Fit(DisplayText.Safe(said), 120)}";
        if (result.End != CommandEnd.Exited) throw new SecretException(result.End == CommandEnd.TimedOut ? $"`{words[0]}` took longer than {Limit.TotalSeconds:0} s and was ended{said}" : $"how `{words[0]}` ended is not known");
        if (result.ExitCode != 0) throw new SecretException($"`{words[0]}` ended with {(result.Signal is { } signal ? $"signal {signal}" : $"exit code {result.ExitCode}")}{said}");
        if (result.StdoutCut) throw new SecretException($"`{words[0]}` printed more than a secret");
        return Encoding.UTF8.GetString(result.Stdout.Span);
    }
}
