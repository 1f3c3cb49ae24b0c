using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Recording;

/// <summary>
/// A machine with ports, processes and an /etc of its own, on which nothing listens until a test has it listen. Its sshd is begun for each connection, on a
/// port of this machine: that is handed in from outside. Making one needs root; without it there is none.
/// </summary>
public sealed class LookedAtHost : IAsyncLifetime
{
    private readonly OwnMachine machine = new("app1");

    public static bool CanBe => OwnMachine.CanBeApart;

    public Host Host => machine.Host;

    public string Folder => machine.Folder;

    public async ValueTask InitializeAsync()
    {
        if (!CanBe) return;
        await machine.Prepare();
        Directory.CreateDirectory(machine.PathOf("etc"));
        await machine.StartApart("""
            set -e
            mount --bind "$1" "$1"
            mount -t tmpfs tmpfs "$1/etc"
            cp -a /etc/. "$1/etc"
            rm -f "$1"/etc/rc[2345].d/S*
            mount --bind "$1/etc" /etc
            mount -t tmpfs tmpfs /run
            mkdir /run/sshd
            mount -o remount,bind,ro /
            unshare --net sh -c 'ip link set lo up && exec sleep 100000' &
            exec perl -MIO::Socket::INET -e '
                my ($port, $net, $config) = @ARGV;
                $SIG{CHLD} = "IGNORE";
                my $door = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $port, Listen => 50, ReuseAddr => 1) or die $!;
                while (my $client = $door->accept) {
                    next if fork;
                    open STDIN, "<&", $client; open STDOUT, ">&", $client;
                    exec "nsenter", "--net=/proc/$net/ns/net", "/usr/sbin/sshd", "-i", "-e", "-f", $config;
                }' "$2" $! "$1/config"
            """, $"{machine.Port}");
    }

    public ConnectionPool Pool() => machine.Pool();

    public ValueTask DisposeAsync() => machine.DisposeAsync();
}
