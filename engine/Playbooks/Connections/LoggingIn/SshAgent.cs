using System.Buffers.Binary;
using System.Net.Sockets;

namespace Playbooks.Connections.LoggingIn;

/// <summary>A key that an agent holds.</summary>
/// <param name="Blob">Its public half, or a certificate of it, as SSH packs it.</param>
internal sealed record AgentKey(byte[] Blob, string Comment);

/// <summary>An ssh-agent, which signs with keys that it shows to nobody (draft-ietf-sshm-ssh-agent). Each question has a connection of its own; safe to use from many threads.</summary>
internal sealed class SshAgent(string socket, TimeProvider clock)
{
    private const byte ListKeys = 11, Keys = 12, SignWith = 13, Signature = 14;

    private const uint Sha256 = 2, Sha512 = 4;

    /// <summary>OpenSSH's agent takes and gives no more in one message.</summary>
    private const int Longest = 256 * 1024;

    private static readonly TimeSpan ListTime = TimeSpan.FromSeconds(5);

    /// <summary>The agent answers one after the other anyway, and refuses connections when too many wait (128).</summary>
    private readonly SemaphoreSlim _turn = new(16);

    /// <exception cref="KeyUnusableException">The agent does not answer, or answers something else.</exception>
    public async Task<IReadOnlyList<AgentKey>> List() => await Ask([ListKeys], Keys, ListTime, Read);

    /// <summary>Signs with a key it holds; the signature has its algorithm before it, as SSH packs it.</summary>
    /// <param name="limit">It may take a touch, or a word, of the user.</param>
    /// <exception cref="KeyUnusableException">It does not sign.</exception>
    public async Task<byte[]> Sign(byte[] blob, string algorithm, byte[] data, TimeSpan limit)
    {
        var flags = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(flags, algorithm switch { "rsa-sha2-256" => Sha256, "rsa-sha2-512" => Sha512, _ => 0u });
        byte[] question = [SignWith, .. KeyBlob.Packed(blob, data), .. flags];
        var (signature, signedWith) = await Ask(question, Signature, limit, Signed);
        // Old agents do not know the flags, and sign in another way than the server was told.
        return signedWith == algorithm ? signature : throw new KeyUnusableException($"The agent at {socket} signs it only in an old way, not with {algorithm}.");
    }

    private static (byte[] Signature, string Algorithm) Signed(byte[] answer)
    {
        var signature = new WireReader(answer).Bytes().ToArray();
        return (signature, new WireReader(signature).Text());
    }

    private static List<AgentKey> Read(byte[] answer)
    {
        var reader = new WireReader(answer);
        var keys = new List<AgentKey>();
        for (var left = reader.Number(); left > 0; left--) keys.Add(new AgentKey(reader.Bytes().ToArray(), reader.Text()));
        return keys;
    }

    private async Task<T> Ask<T>(byte[] question, byte expected, TimeSpan limit, Func<byte[], T> read)
    {
        using var end = new CancellationTokenSource(limit, clock);
        try
        {
            await _turn.WaitAsync(end.Token);
            try
            {
                using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), end.Token);
                await using var stream = new NetworkStream(connection);
                var length = new byte[4];
                await stream.WriteAsync(KeyBlob.Packed(question), end.Token);
                await stream.ReadExactlyAsync(length, end.Token);
                var size = BinaryPrimitives.ReadUInt32BigEndian(length);
                if (size is 0 or > Longest) throw new InvalidDataException("Its answer has no length that an answer can have.");
                var answer = new byte[size];
                await stream.ReadExactlyAsync(answer, end.Token);
                return answer[0] == expected ? read(answer[1..]) : throw new KeyUnusableException(expected == Signature ? $"The agent at {socket} refuses to sign with it." : $"The agent at {socket} does not say which keys it has.");
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException)
        {
            throw new KeyUnusableException(FormattableString.Invariant($"The agent at {socket} did not answer within {limit.TotalSeconds:0.#} s."));
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException or ArgumentException)
        {
            throw new KeyUnusableException($"The agent at {socket} cannot be asked: {e.Message.TrimEnd('.')}.");
        }
    }
}
