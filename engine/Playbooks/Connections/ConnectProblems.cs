using System.Net.Sockets;
using Playbooks.Connections.LoggingIn;
using Playbooks.Templating;
using Renci.SshNet.Common;

namespace Playbooks.Connections;

/// <summary>What is said where a connection fails.</summary>
internal static class ConnectProblems
{
    private const int MostOfGreeting = 80;

    /// <summary>Closed, or reset because it was closed with our greeting unread.</summary>
    public static bool WasDropped(Exception e) =>
        e is SshConnectionException || e is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown };

    public static bool WasSilent(Exception e) => e is TimeoutException or SshOperationTimeoutException;

    /// <param name="e">What the library says.</param>
    /// <param name="target">The host.</param>
    /// <param name="login">How it was to let us in.</param>
    /// <param name="identified">It had said that it is an SSH server.</param>
    /// <param name="greeting">What is there instead; null: it was not looked at.</param>
    public static Exception From(Exception e, ConnectTarget target, Login login, bool identified, Greeting? greeting) => e switch
    {
        RefusedException or PassphraseWantedException => e,
        SshAuthenticationException => login.Refusal(e, tooMany: false),
        // sshd hangs up on the last wrong key instead of refusing it.
        SshConnectionException when e.Message.Contains("authentication failures", StringComparison.OrdinalIgnoreCase) => login.Refusal(e, tooMany: true),
        _ when greeting is { IsOther: true, Said: var said } => new HostUnreachableException(
            $"{target.Label} is no SSH server: it said {Data.Show(said, MostOfGreeting)}.", "Which port is sshd's?", e),
        _ when WasSilent(e) && greeting is { Taken: true, Said: "" } => new HostUnreachableException(
            $"{target.Label} took the connection, and then said nothing for {target.Timeout.TotalSeconds:0.#} s.", "Is that sshd's port, or does the host hang?", e),
        _ when WasSilent(e) => Silent(target, e),
        _ when !identified && WasDropped(e) => new HostUnreachableException(
            $"{target.Label} closed each connection before it said that it is an SSH server, for {target.Timeout.TotalSeconds:0.#} s.{(greeting is { Said.Length: > 0 } ? $" It said {Data.Show(greeting.Said, MostOfGreeting)}." : "")}",
            "Is that the SSH port? Or is its sshd overrun (MaxStartups), or does it punish this address for failures (PerSourcePenalties)?", e),
        SocketException socket => Socket(target, socket),
        SshConnectionException when e.Message.Contains("could not be verified", StringComparison.Ordinal) => new RefusedException(
            $"{target.Label} shows a host key that it does not prove to have. Nothing was sent to it.", null, e),
        SshConnectionException { DisconnectReason: Renci.SshNet.Messages.Transport.DisconnectReason.KeyExchangeFailed } => new RefusedException(
            $"{target.Label} and play have no way to talk in common: {e.Message}", null, e),
        _ => new HostUnreachableException($"The connection to {target.Label} failed: {e.Message}", null, e),
    };

    /// <summary>The host before did not make the connection.</summary>
    public static Exception Through(Exception e, ConnectTarget target) => e switch
    {
        SocketException { SocketErrorCode: SocketError.SocketError } => new HostUnreachableException($"{target.Name} is reached through {target.Via!.Name}, which cannot connect to {target.Server}: {e.Message}.", null, e),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => new HostUnreachableException($"The name {target.Address} of {target.Name} cannot be resolved by {target.Via!.Name}, through which it is reached.", null, e),
        SocketException socket => Socket(target, socket),
        RefusedException refused => new RefusedException($"{target.Name} is reached through {target.Via!.Name}, but {refused.Message}.", Sentence(refused.Mend), e),
        _ => new HostUnreachableException($"{target.Name} is reached through {target.Via!.Name}. {e.Message}", null, e),
    };

    private static string? Sentence(string? text) => text is { Length: > 0 } ? $"{char.ToUpperInvariant(text[0])}{text[1..]}." : null;

    public static HostUnreachableException Silent(ConnectTarget target, Exception? e = null) => new(
        $"{target.Label} did not answer within {target.Timeout.TotalSeconds:0.#} s.", "Is it up, is that its SSH port, and does a firewall let it through?", e);

    public static HostUnreachableException Socket(ConnectTarget target, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new($"{target.Label} refuses connections: nothing listens on port {target.Port}.", "Is sshd running there, and is that its port?", e),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => new($"{target.Label} cannot be found: its name cannot be resolved.", "Is the name right, in the inventory and in ssh's configuration?", e),
        SocketError.TimedOut => Silent(target, e),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => new($"No route to {target.Label}: {e.Message}.", null, e),
        _ => new($"The connection to {target.Label} failed: {e.Message}.", null, e),
    };
}
