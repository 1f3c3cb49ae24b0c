using Renci.SshNet;

namespace Playbooks.Connections.Verifying;

/// <summary>
/// The verdict on the key that a host shows. The order is that of OpenSSH's check_host_key: revoked; a certificate of a known authority;
/// where that will not do, the key alone; and a key known for the host without a port holds for its other ports.
/// </summary>
internal sealed class HostIdentity(ConnectTarget target, KnownHosts known, TimeProvider clock, Func<ConnectTarget, byte[], Action, string?> accept)
{
    private HostCertificate? _certificate;
    private byte[]? _accepted;

    private IReadOnlyList<HostKeyPin> Pins => target.Pins;

    /// <exception cref="RefusedException">What is known cannot be had.</exception>
    public void Prepare()
    {
        if (Pins.Count > 0) return;
        if (target.Config.KnownHostsCommand is not null) throw HostKeyProblems.Unsupported(target, "KnownHostsCommand");
        if (target.Config.RevokedHostKeys is not null) throw HostKeyProblems.Unsupported(target, "RevokedHostKeys");
        foreach (var file in target.KnownHostsFiles) known.Read(file);
    }

    /// <summary>What is known of the host is asked for first.</summary>
    public void Order(ConnectionInfo offer)
    {
        // A fingerprint alone does not tell its type; then the host chooses. Nor is a revoked key asked for: the host may have another.
        var types = Pins.Count > 0 ? Pins.Select(pin => pin.Type).OfType<string>() : (Keys(target.KnownName) is { Count: > 0 } keys ? keys : BareKeys).Where(line => Revoked(line.Key) is null).Select(line => line.Type);
        var authority = Pins.Count == 0 && Authorities.Any(line => Algorithms.IsKeyType(line.Type));
        // Whoever is no authority for the host may still be a revoked one. Else no certificate is asked for: one that the library cannot verify would be in the way.
        Algorithms.Order(offer, [.. types.Distinct()], authority || (Pins.Count == 0 && RevokedLines.Any()), authority, target.Host.Ssh.Kex == "pq");
        // The library would check the dates of certificates, by its own clock, and then not tell us the key: so it is shown the key alone.
        var plain = offer.HostKeyAlgorithms.Where(one => !KeyBlob.IsCertificate(one.Key)).ToDictionary();
        foreach (var name in offer.HostKeyAlgorithms.Keys.Where(KeyBlob.IsCertificate).ToList())
            offer.HostKeyAlgorithms[name] = blob =>
            {
                MustBe(name, blob);
                _certificate = new HostCertificate(blob, plain);
                return plain[name.Replace(KeyBlob.CertificateSuffix, "", StringComparison.Ordinal)](_certificate.Key);
            };
    }

    /// <summary>Returns where the key is the host's, or new and accepted.</summary>
    /// <param name="algorithm">How the host signed with it, and proved to have it.</param>
    /// <param name="key">The one it shows, or that its certificate is about.</param>
    /// <exception cref="RefusedException">It is not accepted.</exception>
    public void Check(string algorithm, byte[] key)
    {
        MustBe(algorithm, key);
        // It shows its key again where new session keys are agreed on: by then it is that of this connection.
        if (_accepted is not null && _accepted.AsSpan().SequenceEqual(key)) return;
        Judge(key, _certificate is not null && _certificate.Key.AsSpan().SequenceEqual(key) ? _certificate : null);
        _accepted = key;
    }

    /// <summary>
    /// The library reads a key as the algorithm would have it, whatever it calls itself: the public key of the host, read as one of another
    /// type, may be one that somebody else can sign with.
    /// </summary>
    private void MustBe(string algorithm, byte[] shown)
    {
        if (KeyBlob.TypeOf(shown) != Algorithms.KeyType(algorithm)) throw HostKeyProblems.WrongType(target, algorithm, shown);
    }

    private void Judge(byte[] key, HostCertificate? certificate)
    {
        if (Pins.Count > 0)
        {
            if (!Pins.Any(pin => pin.Fits(key))) throw HostKeyProblems.NotPinned(target, key);
            return;
        }

        if (Revoked(key) is { } revoked) throw HostKeyProblems.Revoked(target, key, revoked);
        if (certificate is not null && Revoked(certificate.Authority) is { } revokedAuthority) throw HostKeyProblems.RevokedAuthority(target, certificate.Authority, revokedAuthority);
        var why = certificate is null ? null : Problem(certificate);
        if (certificate is not null && why is null) return;
        if (IsKnown(key, why)) return;
        why ??= certificate is null && Authorities is [var authority, ..] ? NoCertificate(authority) : null;
        if (!target.AcceptsNew) throw HostKeyProblems.Unknown(target, key, why);
        accept(target, key, () => IsKnown(key, why));
    }

    /// <summary>False: no key is known for the host.</summary>
    /// <exception cref="RefusedException">Another one is.</exception>
    private bool IsKnown(byte[] key, string? why)
    {
        var keys = Keys(target.KnownName);
        if (keys.Any(line => line.Key.AsSpan().SequenceEqual(key))) return true;
        if (keys.Any(line => line.Type == KeyBlob.TypeOf(key))) throw HostKeyProblems.Changed(target, key, keys, why);
        if (keys.Count > 0) throw HostKeyProblems.OtherType(target, key, keys[0], why);
        // A different key says nothing about the other ports.
        return BareKeys.Any(line => line.Key.AsSpan().SequenceEqual(key));
    }

    private string? Problem(HostCertificate certificate)
    {
        var authorities = Authorities;
        if (authorities.FirstOrDefault(line => line.Key.AsSpan().SequenceEqual(certificate.Authority)) is not { } authority)
            return $"Its certificate is signed by {HostKeyProblems.Describe(certificate.Authority)}, but {(authorities is [var other, ..] ? $"{other.Where} names another authority" : "no authority is known for it")}.";
        return certificate.Problem(target.Principal, clock.GetUtcNow()) is { } problem ? $"Its certificate, by the authority of {authority.Where}, will not do: it {problem}." : null;
    }

    private static string NoCertificate(KnownHostLine authority) => Algorithms.IsKeyType(authority.Type)
        ? $"{authority.Where} names an authority for it, but it shows no certificate."
        : $"{authority.Where} names an authority for it by a key of type {authority.Type}, whose signatures play cannot check.";

    private IReadOnlyList<KnownHostLine> Keys(string name) => known.Keys(target.KnownHostsFiles, name);

    private IReadOnlyList<KnownHostLine> BareKeys => target.BareName is { } bare ? Keys(bare) : [];

    /// <summary>Of the name with its port, else of the name alone.</summary>
    private IReadOnlyList<KnownHostLine> Authorities => Marked(KnownHostLine.Authority, target.KnownName) is { Count: > 0 } own ? own : target.BareName is { } bare ? Marked(KnownHostLine.Authority, bare) : [];

    private KnownHostLine? Revoked(byte[] key) => RevokedLines.FirstOrDefault(line => KeyBlob.PlainKey(line.Key).AsSpan().SequenceEqual(key));

    /// <summary>By either name: stricter than ssh, which does not look at the name alone where a key is known for the one with its port.</summary>
    private IEnumerable<KnownHostLine> RevokedLines => Marked(KnownHostLine.Revoked, target.KnownName).Concat(target.BareName is { } bare ? Marked(KnownHostLine.Revoked, bare) : []);

    private IReadOnlyList<KnownHostLine> Marked(string marker, string name) => known.Marked(target.KnownHostsFiles, marker, name);
}
