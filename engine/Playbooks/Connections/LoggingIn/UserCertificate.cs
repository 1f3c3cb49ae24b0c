using System.Globalization;

namespace Playbooks.Connections.LoggingIn;

/// <summary>What a certificate of a user's key says (PROTOCOL.certkeys of OpenSSH).</summary>
/// <param name="Key">The key that is certified, without the certificate.</param>
/// <param name="From">Seconds since 1970.</param>
/// <param name="To">Seconds since 1970; the largest number: for ever.</param>
internal sealed record UserCertificate(byte[] Key, IReadOnlyList<string> Principals, ulong From, ulong To)
{
    private const uint OfUser = 1;

    /// <summary>Null: it is none, or a host's.</summary>
    public static UserCertificate? Read(ReadOnlySpan<byte> blob)
    {
        try
        {
            var reader = new WireReader(blob);
            if (KeyBlob.Certified(ref reader) is not { } key) return null;
            reader.LongNumber(); // the serial number
            if (reader.Number() != OfUser) return null;
            reader.Bytes(); // whose it is
            var names = new WireReader(reader.Bytes());
            var principals = new List<string>();
            while (!names.IsAtEnd) principals.Add(names.Text());
            return new UserCertificate(key, principals, reader.LongNumber(), reader.LongNumber());
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Why a server may well refuse it, as what follows its name in a sentence; null: nothing is seen.</summary>
    public string? Trouble(string user, DateTimeOffset now)
    {
        var seconds = (ulong)Math.Max(0, now.ToUnixTimeSeconds());
        if (seconds >= To) return $"was valid until {Time(To)}";
        if (seconds < From) return $"is valid from {Time(From)} on only";
        if (Principals.Count == 0) return "names no principal, and so nobody who may log in with it";
        return Principals.Contains(user) ? null : $"is for {string.Join(", ", Principals)}, not for {user}";
    }

    private static string Time(ulong seconds) =>
        DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(seconds, 253402300799)).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
