using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Service;

/// <summary>
/// A machine whose services a test may change: an sshd with a process list, an /etc and a /run of its own, which sees everything else
/// of this machine, and may write to none of it. Making one needs root; without it there is none.
/// </summary>
public sealed class InitHost : IAsyncLifetime
{
    private readonly OwnMachine machine = new("init1");

    public static bool CanBe => OwnMachine.CanBeApart;

    public string Folder => machine.Folder;

    public Host Host => machine.Host;

    public async ValueTask InitializeAsync()
    {
        if (!CanBe) return;
        await machine.Prepare();
        Directory.CreateDirectory(machine.PathOf("etc"));
        const string Begin = """
            set -e
            mount --bind "$1" "$1"
            mount -t tmpfs tmpfs "$1/etc"
            cp -a /etc/. "$1/etc"
            mount --bind "$1/etc" /etc
            mount -t tmpfs tmpfs /run
            mkdir /run/sshd
            mount -o remount,bind,ro /
            exec /usr/sbin/sshd -D -e -f "$1/config"
            """;
        await machine.StartApart(Begin);
    }

    public ConnectionPool Pool() => machine.Pool();

    public ValueTask DisposeAsync() => machine.DisposeAsync();
}
