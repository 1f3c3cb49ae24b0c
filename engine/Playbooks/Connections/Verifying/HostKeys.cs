namespace Playbooks.Connections.Verifying;

/// <summary>What a run knows of the hosts' keys: the known_hosts files, and the keys accepted so far.</summary>
internal sealed class HostKeys(TimeProvider clock)
{
    private readonly KnownHosts _known = new();
    private readonly Dictionary<string, byte[]> _accepted = new(StringComparer.Ordinal);

    /// <summary>Two runs at once in one process, as in tests, and all connections of one.</summary>
    private static readonly Lock Writing = new();

    /// <summary>Asks for the host's known keys first, and checks the key that it shows, before anything secret is sent to it.</summary>
    /// <exception cref="RefusedException">What is known cannot be had.</exception>
    public HostIdentity For(ConnectTarget target)
    {
        var identity = new HostIdentity(target, _known, clock, Accept);
        identity.Prepare();
        return identity;
    }

    /// <summary>Notes a key that is new, unless another was accepted meanwhile: by this run, or in the file by another one.</summary>
    /// <returns>Where it was noted; null: nowhere.</returns>
    private string? Accept(ConnectTarget target, byte[] key, Action check)
    {
        lock (Writing)
        {
            if (_accepted.TryGetValue(target.KnownName, out var before))
                return before.AsSpan().SequenceEqual(key) ? null : throw HostKeyProblems.Changed(target, key, [new KnownHostLine("", 0, "", target.KnownName, before)]);
            if (target.NotedIn is not { } file)
            {
                _accepted.Add(target.KnownName, key);
                return null;
            }

            try
            {
                AppendedFile.MakeFolder(Path.GetDirectoryName(file)!);
                AppendedFile.Locked(file, () =>
                {
                    check();
                    var name = target.Config.HashKnownHosts ? KnownHostLine.Hashed(target.KnownName) : target.KnownName;
                    if (!_known.Keys(target.KnownHostsFiles, target.KnownName).Any(line => line.Key.AsSpan().SequenceEqual(key))) _known.Add(file, $"{name} {KeyBlob.TypeOf(key)} {Convert.ToBase64String(key)}");
                });
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw HostKeyProblems.NotNoted(target, key, file, e);
            }

            _accepted.Add(target.KnownName, key);
            return file;
        }
    }
}
