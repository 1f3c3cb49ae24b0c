namespace Playbooks.Connections.Verifying;

/// <summary>What is said about a host's key that is not accepted.</summary>
internal static class HostKeyProblems
{
    /// <param name="target">The host.</param>
    /// <param name="key">The one it shows.</param>
    /// <param name="why">A sentence: why its certificate does not vouch for it; null: none was to be expected.</param>
    public static RefusedException Unknown(ConnectTarget target, byte[] key, string? why) =>
        new($"The host key of {target.KnownName} is not known: it shows {Describe(key)}, and {Files(target)} for it.{Behind(why)}",
            $"{AnotherCertificate(why)}First verify that fingerprint, on the host itself with `{LookAt(key)}` or with who runs it. Then accept it:\n{AcceptCommand.Add(target, key)}");

    public static RefusedException OtherType(ConnectTarget target, byte[] key, KnownHostLine known, string? why) =>
        new($"The host key of {target.KnownName} is not known: it shows {Describe(key)}, but {known.Where} knows it by {Describe(known.Key)}.{Behind(why)}",
            $"{AnotherCertificate(why)}First verify the new fingerprint, on the host itself with `{LookAt(key)}` or with who runs it. Then accept it too:\n{AcceptCommand.Add(target, key)}");

    /// <param name="target">The host.</param>
    /// <param name="key">The one it shows.</param>
    /// <param name="known">All that are known for it; a line without a file is what it showed before in this run.</param>
    /// <param name="why">As above.</param>
    public static RefusedException Changed(ConnectTarget target, byte[] key, IReadOnlyList<KnownHostLine> known, string? why = null)
    {
        var old = known.FirstOrDefault(line => line.Type == KeyBlob.TypeOf(key)) ?? known[0];
        var had = old.File.Length > 0 ? $"{old.Where} has {Describe(old.Key)}" : $"it showed {Describe(old.Key)} before in this run";
        return new($"THE HOST KEY OF {target.KnownName} HAS CHANGED: it shows {Describe(key)}, but {had}. "
            + $"Somebody may have put a machine in between, or the host was installed anew. Nothing was sent to it.{Behind(why)}",
            old.File.Length == 0
                ? $"One name may lead to several machines: give each a name of its own. Which key is the right one, `{LookAt(key)}` says on the host itself."
                : $"If it was installed anew, verify the new fingerprint on the host itself with `{LookAt(key)}`. Then {AcceptCommand.Replace(target, key, known)}");
    }

    public static RefusedException Revoked(ConnectTarget target, byte[] key, KnownHostLine revoked) =>
        new($"The host key of {target.KnownName} is revoked: {revoked.Where} says that {Describe(key)} is not to be trusted any more. Nothing was sent to it.",
            "The host needs a new key; until then it must not be used.");

    public static RefusedException RevokedAuthority(ConnectTarget target, byte[] authority, KnownHostLine revoked) =>
        new($"The certificate of {target.KnownName} is by an authority that is revoked: {revoked.Where} says that {Describe(authority)} is not to be trusted any more. Nothing was sent to it.",
            "The host needs a certificate by another authority; until then it must not be used.");

    public static RefusedException NotPinned(ConnectTarget target, byte[] key) =>
        new($"THE HOST KEY OF {target.KnownName} IS ANOTHER THAN THE INVENTORY'S: it shows {Describe(key)}, but `host_key` is {string.Join(", or ", target.Pins.Select(pin => pin.Shown))}. "
            + "Somebody may have put a machine in between, or the host was installed anew. Nothing was sent to it.",
            $"If that is its key, verify the fingerprint on the host itself with `{LookAt(key)}`. Then write it into the inventory:\nhost_key: {KeyBlob.TypeOf(key)} {Convert.ToBase64String(key)}");

    public static RefusedException NotNoted(ConnectTarget target, byte[] key, string file, Exception e) =>
        new($"The host key of {target.KnownName} is new, {Describe(key)}, but it cannot be noted in {file}: {e.Message} So it was not accepted, and nothing was sent to it.",
            $"Make {file} writable, or name another file, ssh: {{ known_hosts: PATH }}. A run that notes nothing on purpose has /dev/null there.", e);

    public static RefusedException WrongType(ConnectTarget target, string algorithm, byte[] key) =>
        new($"{target.Label} agreed on {algorithm}, but shows a key of another type, {Describe(key)}. No SSH server does that by mistake. Nothing was sent to it.");

    public static RefusedException Unsupported(ConnectTarget target, string setting) =>
        new($"ssh's configuration has a {setting} for {target.Name}, which play does not use: it would trust, or not distrust, other keys than ssh does.",
            "Write the host's key into the inventory, ssh: { host_key: … }: then only that counts.");

    public static string Describe(byte[] key) => $"{KeyBlob.TypeOf(key)} {KeyBlob.Fingerprint(key)}";

    private static string Files(ConnectTarget target) => target.KnownHostsFiles.Where(File.Exists).ToList() switch
    {
        [] => $"{target.NotedIn ?? "known_hosts"} has no key",
        [var one] => $"{one} has no key",
        var files => $"none of {string.Join(", ", files)} has a key",
    };

    private static string Behind(string? why) => why is null ? "" : " " + why;

    private static string AnotherCertificate(string? why) => why is null ? "" : "Give the host a certificate that holds, or take its key alone. ";

    private static string LookAt(byte[] key)
    {
        var type = KeyBlob.TypeOf(key);
        return $"ssh-keygen -lf /etc/ssh/ssh_host_{(type.StartsWith("ecdsa", StringComparison.Ordinal) ? "ecdsa" : type.Replace("ssh-", "", StringComparison.Ordinal))}_key.pub";
    }
}
