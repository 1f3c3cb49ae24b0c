namespace Playbooks.Tests.Ssh;

/// <summary>A certificate authority for hosts, as ssh-keygen makes one.</summary>
public sealed class Authority
{
    private readonly string _key;
    private readonly Sshd _sshd;

    private Authority(Sshd sshd, string key) => (_sshd, _key) = (sshd, key);

    /// <summary>`TYPE BASE64`, as it stands in known_hosts.</summary>
    public string PublicKey => string.Join(' ', File.ReadAllText(_key + ".pub").Split(' ')[..2]);

    public static async Task<Authority> Make(Sshd sshd, string type = "ed25519")
    {
        var key = sshd.NewPath();
        await Sshd.KeyGen("-t", type, "-f", key);
        return new Authority(sshd, key);
    }

    /// <summary>The path of a new certificate for one of the server's keys; for a host, unless the options say otherwise.</summary>
    public async Task<string> Sign(string type, params string[] options)
    {
        var pub = _sshd.NewPath() + ".pub";
        File.Copy(_sshd.HostKey(type) + ".pub", pub);
        await Sshd.KeyGen(["-s", _key, "-I", "test", .. options, pub]);
        return pub[..^".pub".Length] + "-cert.pub";
    }
}
