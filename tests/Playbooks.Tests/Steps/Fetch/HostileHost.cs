using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Fetch;

/// <summary>A host behind a real sshd that answers each of our scripts with whatever a test wants: its `sh` reads no script.</summary>
public sealed class HostileHost : IAsyncLifetime
{
    private readonly OwnMachine machine = new("evil1");

    public string Folder => machine.Folder;

    public ConnectionPool Pool() => machine.Pool();

    public Host Host => machine.Host;

    /// <summary>What it says when it is asked what there is, for the bytes, for a checksum.</summary>
    public void Answers(byte[] listing, byte[] bytes, byte[] sum)
    {
        File.WriteAllBytes(machine.PathOf("listing"), listing);
        File.WriteAllBytes(machine.PathOf("bytes"), bytes);
        File.WriteAllBytes(machine.PathOf("sum"), sum);
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.UserName == "root") Directory.CreateDirectory("/run/sshd");
        await machine.Prepare("/usr/bin:/bin");
        machine.Program("sh", $"""
            case $2 in
            *readlink*) exec /bin/cat {Folder}/listing;;
            *skip=*) exec /bin/cat {Folder}/bytes;;
            *'dd bs=1 '*) exec /bin/cat {Folder}/sum;;
            esac
            """);
        await machine.Start("/usr/sbin/sshd", "-D", "-e", "-f", machine.PathOf("config"));
    }

    public ValueTask DisposeAsync() => machine.DisposeAsync();
}
