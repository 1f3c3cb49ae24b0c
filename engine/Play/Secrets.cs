using Play.Terminal;
using Playbooks.Connections;
using Playbooks.Loading.Secrets;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Running;

namespace Play;

/// <summary>The secrets of a run, read from this machine and its user.</summary>
internal static class Secrets
{
    /// <summary>Null where one cannot be had, or the run was stopped while it was asked for.</summary>
    public static async Task<RunSecrets?> Read(Plan plan, Screen screen, Masker masker, ProblemList problems, CancellationToken cancel)
    {
        try
        {
            return await RunSecrets.Read(plan, new SecretReader(screen.AskSecret, PlanRequest.EnvironmentValues(), TimeProvider.System, masker, problems), masker, problems, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>How connections ask for passphrases, and what they tell sudo.</summary>
    public static ConnectionOptions Options(RunSecrets secrets, Screen screen, Masker masker)
    {
        var options = new ConnectionOptions { Password = host => secrets.Of(host.Ssh.Password), SudoPassword = host => secrets.Of(host.Ssh.SudoPassword), AskPassphrase = Ask };
        if (options.KeyPassphrase is { } passphrase) masker.Add(passphrase);
        return options;

        async Task<string?> Ask(string key, CancellationToken cancel)
        {
            var said = await screen.AskPassphrase(key, cancel);
            masker.Add(said ?? "");
            return said;
        }
    }
}
