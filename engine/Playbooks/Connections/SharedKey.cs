using Renci.SshNet;
using Renci.SshNet.Security;

namespace Playbooks.Connections;

/// <summary>A private key that many connections sign with; the library's own is made for one at a time.</summary>
internal sealed class SharedKey(string path, PrivateKeyFile key) : IPrivateKeySource
{
    public string Path => path;

    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; } = [.. key.HostKeyAlgorithms.Select(a => new OneAtATime(a, key))];

    private sealed class OneAtATime(HostAlgorithm inner, object gate) : HostAlgorithm(inner.Name)
    {
        public override byte[] Data => inner.Data;

        public override byte[] Sign(byte[] data)
        {
            lock (gate) return inner.Sign(data);
        }

        public override bool VerifySignature(byte[] data, byte[] signature) => inner.VerifySignature(data, signature);
    }
}
