using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Renci.SshNet.Security;

namespace Playbooks.Connections;

/// <summary>
/// A certificate that a host shows, and what is wrong with it. That the authority signed it, the library has verified before it shows it
/// to us; names, dates, kind and options it does not look at. The rules are those of OpenSSH's sshkey_cert_check_host; as from its
/// version 10.3 on, an empty list of names is for nobody, and a name may be a pattern.
/// </summary>
internal sealed class HostCertificate
{
    public const string Suffix = "-cert-v01@openssh.com";

    private readonly Certificate _certificate;

    /// <exception cref="RefusedException">That cannot be read.</exception>
    public HostCertificate(byte[] blob)
    {
        try
        {
            _certificate = new Certificate(blob);
            Key = PlainKey(blob);
        }
        catch (Exception e)
        {
            throw new RefusedException($"The host shows a certificate that cannot be read: {e.Message} Nothing was sent to it.", null, e);
        }
    }

    /// <summary>The host's own key, which it certifies.</summary>
    public byte[] Key { get; }

    /// <summary>The key that signed it.</summary>
    public byte[] Authority => _certificate.CertificateAuthorityKey;

    /// <summary>Null: it holds for that name. Else why not, as the end of a sentence that begins with "it".</summary>
    public string? Problem(string name, DateTimeOffset now)
    {
        var (from, until) = (_certificate.ValidAfterUnixSeconds, _certificate.ValidBeforeUnixSeconds);
        var seconds = (ulong)Math.Max(0, now.ToUnixTimeSeconds());
        // The signature names its own algorithm, and the library believes it: an authority's key must never be read as one of another type.
        var signature = KnownHostLine.TypeOf(_certificate.Signature);
        var by = KnownHostLine.TypeOf(Authority);
        if (signature == "ssh-rsa") return "is signed with SHA-1, which proves nothing any more";
        if (!Algorithms.IsKeyType(by) || by != Algorithms.KeyType(signature)) return $"is signed by {Printable(signature)}, which the authority's key cannot do";
        if (_certificate.Type != Certificate.CertificateType.Host) return "is a user's and not a host's";
        if (seconds < from) return $"is valid only from {Time(from)} on";
        if (seconds >= until) return $"expired at {Time(until)}";
        if (_certificate.ValidPrincipals.Count == 0) return "is for no name at all";
        if (!_certificate.ValidPrincipals.Any(pattern => KnownHostLine.Matches(pattern, name)))
            return $"is for {Printable(string.Join(", ", _certificate.ValidPrincipals.Take(5)))}{(_certificate.ValidPrincipals.Count > 5 ? ", …" : "")} and not for {name}";
        return _certificate.CriticalOptions.Count > 0 ? $"has the condition {Printable(_certificate.CriticalOptions.Keys.First())}, which play does not know" : null;
    }

    /// <summary>The key that a certificate is about, alone; what is no certificate as it is.</summary>
    public static byte[] PlainKey(byte[] blob)
    {
        var type = KnownHostLine.TypeOf(blob);
        if (!type.EndsWith(Suffix, StringComparison.Ordinal)) return blob;
        var plain = Encoding.ASCII.GetBytes(type[..^Suffix.Length]);
        // The type, a random number, then the fields of the key: one for ed25519, two for the others.
        if (Next(blob, Next(blob, 0)) is not { } begin || Next(blob, begin) is not { } end) return blob;
        if (!type.StartsWith("ssh-ed25519", StringComparison.Ordinal)) end = Next(blob, end) ?? end;
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, plain.Length);
        return [.. length, .. plain, .. blob[begin..end]];
    }

    /// <summary>Behind the field that begins there; null where it goes over the end.</summary>
    private static int? Next(byte[] blob, int? at) =>
        at is { } begin && begin <= blob.Length - 4 && BinaryPrimitives.ReadUInt32BigEndian(blob.AsSpan(begin)) is var length && length <= blob.Length - 4 - begin ? begin + 4 + (int)length : null;

    private static string Time(ulong seconds) => seconds > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        ? "the end of time"
        : DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>What stands in a certificate is a stranger's word until it is accepted.</summary>
    private static string Printable(string text) => new([.. text.Take(200).Select(c => c is >= ' ' and <= '~' ? c : '?')]);
}
