using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Renci.SshNet;

namespace Playbooks.Tests.Ssh;

/// <summary>An agent of our own, for what the real one cannot be made to do here: hold a key of a security key, be old, say nothing.</summary>
internal sealed class TinyAgent : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <param name="path">Of the socket.</param>
    /// <param name="answer">To a message; null: none is given.</param>
    public TinyAgent(string path, Func<byte[], byte[]?> answer)
    {
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _ = Serve(answer);
    }

    public void Dispose() => _listener.Dispose();

    public static byte[] Packed(params byte[][] parts) => [.. parts.SelectMany(part => (byte[])[.. Number((uint)part.Length), .. part])];

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>The list of one key.</summary>
    public static byte[] Holds(byte[] blob, string comment) => [12, .. Number(1), .. Packed(blob, Text(comment))];

    /// <summary>What is to be signed.</summary>
    public static byte[] DataOf(byte[] message)
    {
        var at = 5 + (int)BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1));
        return message[(at + 4)..^4];
    }

    /// <summary>An ed25519 key as a security key has it: with an application, and a counter in each signature (PROTOCOL.u2f of OpenSSH).</summary>
    public static (byte[] Blob, Func<byte[], byte[]?> Answer) SecurityKey(string file)
    {
        var key = new PrivateKeyFile(file).HostKeyAlgorithms.First();
        byte[] blob = Packed(Text("sk-ssh-ed25519@openssh.com"), key.Data[^32..], Text("ssh:"));
        return (blob, message =>
        {
            if (message[0] == 11) return Holds(blob, "on my key ring");
            byte[] counted = [1, .. Number(7)];
            var signature = key.Sign([.. SHA256.HashData(Text("ssh:")), .. counted, .. SHA256.HashData(DataOf(message))])[^64..];
            return [14, .. Packed([.. Packed(Text("sk-ssh-ed25519@openssh.com"), signature), .. counted])];
        }
        );
    }

    private async Task Serve(Func<byte[], byte[]?> answer)
    {
        try
        {
            while (true) _ = Serve(await _listener.AcceptAsync(), answer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task Serve(Socket socket, Func<byte[], byte[]?> answer)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var length = new byte[4];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(length);
                var message = new byte[BinaryPrimitives.ReadUInt32BigEndian(length)];
                await stream.ReadExactlyAsync(message);
                if (answer(message) is { } said) await stream.WriteAsync((byte[])[.. Number((uint)said.Length), .. said]);
            }
        }
        catch (Exception e) when (e is IOException)
        {
            // Whoever asked has gone.
        }
    }
}
