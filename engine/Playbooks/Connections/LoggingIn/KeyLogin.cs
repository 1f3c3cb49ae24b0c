using System.Text.RegularExpressions;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace Playbooks.Connections.LoggingIn;

/// <summary>
/// Logs in with keys, as OpenSSH does: shows the public half of each, and signs only when the server would take it. The library's own
/// would show an RSA key in three ways, each an attempt that the server counts.
/// </summary>
internal sealed partial class KeyLogin : PrivateKeyAuthenticationMethod
{
    private readonly Login _login;
    private readonly Slot _slot;

    public KeyLogin(Login login) : this(login, new Slot())
    {
    }

    private KeyLogin(Login login, Slot slot) : base(login.Target.User, slot) => (_login, _slot) = (login, slot);

    public override AuthenticationResult Authenticate(Session session)
    {
        _login.Session = session;
        while (_login.NextKey() is { } key)
            try
            {
                // A key whose public half nobody knows has to be opened before it is shown.
                if (key.Blob is null) key.File!.Open();
                var shown = new Shown(key, AlgorithmFor(key.Blob!, session.ServerVersion), _login.SignTime);
                // The library signs at once where there is one way only; so does who has but one key, and has it open.
                _slot.HostKeyAlgorithms = _login.HasOneKey && key.File is { IsOpen: true } ? [shown] : [shown, new End()];
                _login.Shown.Add(key);
                var result = base.Authenticate(session);
                _login.Answered(AllowedAuthentications, result, $"the key {key}");
                if (result == AuthenticationResult.PartialSuccess) _login.Took(key);
                if (result != AuthenticationResult.Failure) return result;
            }
            catch (NoMoreKeysException)
            {
                _login.Answered(AllowedAuthentications, AuthenticationResult.Failure, "");
            }
            catch (KeyUnusableException e)
            {
                // The server would take it, or was never shown it: it did not refuse it.
                _login.Shown.Remove(key);
                _login.Unusable.Add(e);
            }

        return AuthenticationResult.Failure;
    }

    /// <summary>
    /// One key has one type, but RSA keys, which sign in three ways. Which of them a server takes it says in a message that the library
    /// does not read (RFC 8308); OpenSSH's version tells it, and of others rsa-sha2-256 is the one that has to be there (RFC 8332).
    /// </summary>
    internal static string AlgorithmFor(byte[] blob, string serverVersion)
    {
        var type = KeyBlob.TypeOf(blob);
        if (type is not ("ssh-rsa" or "ssh-rsa" + KeyBlob.CertificateSuffix)) return type;
        var isCertificate = type != "ssh-rsa";
        var way = OpenSsh().Match(serverVersion) is not { Success: true } version ? "rsa-sha2-256"
            : new Version(int.Parse(version.Groups[1].ValueSpan, null), int.Parse(version.Groups[2].ValueSpan, null)) < (isCertificate ? new Version(7, 8) : new Version(7, 2)) ? "ssh-rsa" : "rsa-sha2-512";
        return isCertificate ? way + KeyBlob.CertificateSuffix : way;
    }

    [GeneratedRegex(@"OpenSSH_(\d{1,4})\.(\d{1,4})", RegexOptions.CultureInvariant)]
    private static partial Regex OpenSsh();

    /// <summary>The library asks for the key after the last one.</summary>
    private sealed class NoMoreKeysException : Exception;

    /// <summary>Where the library finds what it shows next.</summary>
    private sealed class Slot : IPrivateKeySource
    {
        public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; set; } = [];
    }

    /// <summary>A key as the library wants it.</summary>
    private sealed class Shown(Identity key, string algorithm, TimeSpan limit) : HostAlgorithm(algorithm)
    {
        public override byte[] Data => key.Blob!;

        public override byte[] Sign(byte[] data)
        {
            // A certificate of RSA is signed for in the way its algorithm names, which for the others is the key's type.
            var plain = key.Certificate is { } certificate && !Name.StartsWith("rsa-", StringComparison.Ordinal) ? KeyBlob.TypeOf(certificate.Key) : Name.Replace(KeyBlob.CertificateSuffix, "", StringComparison.Ordinal);
            return key.Sign(plain, data, limit);
        }

        public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException();
    }

    /// <summary>Stands behind a key, so that the library does not sign before it is asked to, and is never shown.</summary>
    private sealed class End() : HostAlgorithm("none")
    {
        public override byte[] Data => throw new NoMoreKeysException();

        public override byte[] Sign(byte[] data) => throw new NotSupportedException();

        public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException();
    }
}
