using System.Diagnostics;

namespace Playbooks.Connections.Configuring;

/// <summary>Asks ssh itself what its configuration says (`ssh -G`), and tells what is said there from what is but its default.</summary>
internal static class SshOwnAnswer
{
    private static readonly string[] DefaultKeys = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss", "id_dsa", "id_mldsa44_ed25519"];

    /// <exception cref="RefusedException">It refuses, or does not answer.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static async Task<SshValues> Of(string program, IEnumerable<string> arguments, TimeSpan limit, int longest, TimeProvider clock)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in arguments) start.ArgumentList.Add(word);
        // A `Match exec` may run anything.
        ConnectionOptions.Withhold(start);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var over = new CancellationTokenSource(limit, clock);
        try
        {
            var said = Take(process.StandardOutput, longest, over.Token);
            var wrong = Take(process.StandardError, longest, over.Token);
            await process.WaitForExitAsync(over.Token);
            return process.ExitCode == 0 ? Read(await said) : throw new RefusedException($"ssh does not accept its own configuration: {Words(await wrong)}", "Mend it there: `ssh -G NAME` says the same.");
        }
        catch (OperationCanceledException)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw new RefusedException($"`ssh -G` did not say within {limit.TotalSeconds:0} s what its configuration says.", "A `Match exec` there may be slow, or it waits for a name server.");
        }
    }

    public static SshValues Read(string text)
    {
        var values = new SshValues { AreFilled = true };
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).Where(words => words.Length == 2).ToList();
        var keys = lines.Where(l => l[0] == "identityfile").Select(l => l[1]).ToList();
        foreach (var words in lines)
            switch (words)
            {
                case ["identityfile", _] when keys.Count > 1 && keys.All(k => DefaultKeys.Contains(k.Replace("~/.ssh/", "", StringComparison.Ordinal))): break;
                case ["userknownhostsfile", var files]:
                    if (!IsDefault(files)) values.Say("userknownhostsfile", files.Split(' '), "ssh -G");
                    break;
                case ["globalknownhostsfile", var files]:
                    if (files != "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2") values.Say("globalknownhostsfile", files.Split(' '), "ssh -G");
                    break;
                case ["connecttimeout", "none"]: break;
                case [var key, var value]: values.Say(key, [value], "ssh -G"); break;
            }
        return values;
    }

    private static bool IsDefault(string files) =>
        files.Split(' ') is [var one, var two] && one.EndsWith("/.ssh/known_hosts", StringComparison.Ordinal) && two == one + "2";

    /// <summary>Its own first words: where, and what; not that it ends.</summary>
    private static string Words(string said) =>
        string.Join("; ", said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("Pseudo-terminal", StringComparison.Ordinal) && !line.Contains(": terminating, ", StringComparison.Ordinal)).Take(3).DefaultIfEmpty("it says no more"));

    private static async Task<string> Take(StreamReader from, int longest, CancellationToken cancel)
    {
        var buffer = new char[longest];
        return new string(buffer, 0, await from.ReadBlockAsync(buffer, cancel));
    }
}
