namespace Playbooks.Connections;

/// <summary>What is said about a host's key that is not accepted.</summary>
internal static class HostKeyProblems
{
    private const string Look = "ssh-keygen -lf /etc/ssh/ssh_host_{0}_key.pub";

    public static RefusedException Unknown(string name, byte[] key, string file, KnownHostLine? authority)
    {
        var by = authority is null ? "" : $" ({authority.Where} names an authority for it, but certificates of hosts are not read yet)";
        return new($"The host key of {name} is not known{by}: it shows {Describe(key)}, and {file} has no key for it.",
            $"First verify that fingerprint, on the host itself with `{LookAt(key)}` or with who runs it. Then accept it: echo '{Line(name, key)}' >> {ShellText.Word(file)}");
    }

    public static RefusedException OtherType(string name, byte[] key, KnownHostLine known) =>
        new($"The host key of {name} is not known: it shows {Describe(key)}, but {known.Where} knows it by {Describe(known.Key)}.",
            $"First verify the new fingerprint, on the host itself with `{LookAt(key)}` or with who runs it. Then accept it too: echo '{Line(name, key)}' >> {ShellText.Word(known.File)}");

    public static RefusedException Changed(string name, byte[] key, KnownHostLine old) =>
        new($"THE HOST KEY OF {name} HAS CHANGED: it shows {Describe(key)}, but {old.Where} has {Describe(old.Key)}. "
            + "Somebody may have put a machine in between, or the host was installed anew. Nothing was sent to it.",
            $"If it was installed anew, verify the new fingerprint on the host itself with `{LookAt(key)}`. "
            + $"Then forget the old key, ssh-keygen -R {ShellText.Word(name)} -f {ShellText.Word(old.File)}, and accept the new one: echo '{Line(name, key)}' >> {ShellText.Word(old.File)}");

    public static RefusedException Revoked(string name, byte[] key, KnownHostLine revoked) =>
        new($"The host key of {name} is revoked: {revoked.Where} says that {Describe(key)} is not to be trusted any more. Nothing was sent to it.",
            "The host needs a new key; until then it must not be used.");

    private static string Describe(byte[] key) => $"{KnownHostLine.TypeOf(key)} {KnownHostLine.Fingerprint(key)}";

    private static string Line(string name, byte[] key) => $"{name} {KnownHostLine.TypeOf(key)} {Convert.ToBase64String(key)}";

    private static string LookAt(byte[] key)
    {
        var type = KnownHostLine.TypeOf(key);
        return Look.Replace("{0}", type.StartsWith("ecdsa", StringComparison.Ordinal) ? "ecdsa" : type.Replace("ssh-", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
