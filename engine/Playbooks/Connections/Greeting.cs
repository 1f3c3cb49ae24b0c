using System.Net.Sockets;
using System.Text;

namespace Playbooks.Connections;

/// <summary>What stands behind a port where no SSH server showed itself: it is asked once more, for the message.</summary>
/// <param name="Taken">It takes connections.</param>
/// <param name="Said">The first line of what it says; empty: nothing.</param>
internal sealed record Greeting(bool Taken, string Said)
{
    /// <summary>Whoever is there at all is so quickly: the host's own time is over by now.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>What sshd says where it drops somebody (sshd.c): later it may be well.</summary>
    private static readonly string[] OfSshd = ["SSH-", "Exceeded MaxStartups", "Not allowed at this time"];

    /// <summary>It surely is no SSH server.</summary>
    public bool IsOther => Said.Length > 0 && !OfSshd.Any(words => Said.StartsWith(words, StringComparison.Ordinal));

    public static async Task<Greeting> Of(string address, int port, TimeProvider clock, CancellationToken cancel)
    {
        var taken = false;
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address, port, either.Token);
            taken = true;
            // A web server speaks only when spoken to.
            await client.GetStream().WriteAsync("SSH-2.0-play\r\n"u8.ToArray(), either.Token);
            var buffer = new byte[256];
            var count = await client.GetStream().ReadAsync(buffer, either.Token);
            return new Greeting(true, Encoding.UTF8.GetString(buffer, 0, count).Split('\n')[0].Trim());
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return new Greeting(taken, "");
        }
    }
}
