namespace Playbooks.Connections;

/// <summary>Reads from a result whether it was sudo that refused, not the command that failed.</summary>
internal static class Refusal
{
    /// <summary>sudo exits with 1 and names itself; the words after that are in the host's language.</summary>
    public static string? BySudo(RemoteCommand command, int? exitCode, ReadOnlySpan<byte> stderr)
    {
        if (command.Sudo is not { } user || exitCode != 1) return null;
        if (!stderr.StartsWith("sudo:"u8) && stderr.IndexOf("\nsudo:"u8) < 0) return null;
        return $"It was sudo that refused, as its message says; the command was not started. Where it wants a password, becoming {user} needs a NOPASSWD rule.";
    }
}
