using System.Globalization;
using Renci.SshNet.Security;

namespace Playbooks.Connections.Verifying;

/// <summary>
/// A certificate that a host shows, and what is wrong with it. The rules are those of OpenSSH's sshkey_cert_check_host; as from its version
/// 10.3 on, an empty list of names is for nobody, and a name may be a pattern.
/// </summary>
internal sealed class HostCertificate
{
    private readonly Certificate _certificate;

    /// <param name="blob">As the host shows it.</param>
    /// <param name="algorithms">To verify with, by their names.</param>
    /// <exception cref="RefusedException">It cannot be read, or the authority did not sign it.</exception>
    public HostCertificate(byte[] blob, IReadOnlyDictionary<string, Func<byte[], KeyHostAlgorithm>> algorithms)
    {
        bool isSigned;
        try
        {
            _certificate = new Certificate(blob);
            Key = KeyBlob.PlainKey(blob);
            // The signature comes last, behind its length, over all before it.
            isSigned = !CanSign || algorithms[Signature](Authority).VerifySignature(blob[..^(4 + _certificate.Signature.Length)], _certificate.Signature);
        }
        catch (Exception e)
        {
            throw new RefusedException("The host shows a certificate that cannot be read. Nothing was sent to it.", null, e);
        }

        if (!isSigned) throw new RefusedException($"The host shows a certificate that says to be signed by {HostKeyProblems.Describe(Authority)}, and is not. Nothing was sent to it.");
    }

    /// <summary>The host's own key, which it certifies.</summary>
    public byte[] Key { get; }

    /// <summary>The key that signed it.</summary>
    public byte[] Authority => _certificate.CertificateAuthorityKey;

    private string Signature => KeyBlob.TypeOf(_certificate.Signature);

    /// <summary>
    /// Whether the authority's key signs in the way that the signature names; an RSA key not by SHA-1. A key must never be read as one of
    /// another type: it may be one that somebody else can sign with.
    /// </summary>
    private bool CanSign => Signature != "ssh-rsa" && Algorithms.IsKeyType(KeyBlob.TypeOf(Authority)) && KeyBlob.TypeOf(Authority) == Algorithms.KeyType(Signature);

    /// <summary>Null: it holds for that name. Else why not, as the end of a sentence that begins with "it".</summary>
    public string? Problem(string name, DateTimeOffset now)
    {
        var (from, until) = (_certificate.ValidAfterUnixSeconds, _certificate.ValidBeforeUnixSeconds);
        var seconds = (ulong)Math.Max(0, now.ToUnixTimeSeconds());
        if (!CanSign) return Signature == "ssh-rsa" ? "is signed with SHA-1, which proves nothing any more" : $"is signed by {Printable(Signature)}, which play cannot check";
        if (_certificate.Type != Certificate.CertificateType.Host) return "is a user's and not a host's";
        if (seconds < from) return $"is valid only from {Time(from)} on";
        if (seconds >= until) return $"expired at {Time(until)}";
        if (_certificate.ValidPrincipals.Count == 0) return "is for no name at all";
        if (!_certificate.ValidPrincipals.Any(pattern => Wildcards.Match(pattern, name)))
            return $"is for {Printable(string.Join(", ", _certificate.ValidPrincipals.Take(5)))}{(_certificate.ValidPrincipals.Count > 5 ? ", …" : "")} and not for {name}";
        return _certificate.CriticalOptions.Count > 0 ? $"has the condition {Printable(_certificate.CriticalOptions.Keys.First())}, which play does not know" : null;
    }

    private static string Time(ulong seconds) => seconds > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        ? "the end of time"
        : DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>What stands in a certificate is a stranger's word until it is accepted.</summary>
    private static string Printable(string text) => new([.. text.Take(200).Select(c => c is >= ' ' and <= '~' ? c : '?')]);
}
