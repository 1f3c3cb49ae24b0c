using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Tests.Ssh;

namespace Playbooks.Tests.Steps.Reboot;

/// <summary>
/// A machine that can be started anew without starting one: an sshd with a process list of its own, whose first process ends all others
/// and changes what the boot id's file shows. It sees everything else of this machine and may write to none of it; the programs that
/// would start this machine anew are not there.
/// </summary>
public sealed class RebootHost : IAsyncDisposable
{
    private readonly OwnMachine machine = new("boot1");

    public static bool CanBe => OwnMachine.CanBeApart;

    public string Folder => machine.Folder;

    public Host Host => machine.Host is var host ? host with { Ssh = host.Ssh with { Timeout = TimeSpan.FromSeconds(5) } } : host;

    public string Address => $"127.0.0.1:{machine.Port}";

    public string BootId => File.ReadAllText(machine.PathOf("boot_id")).Trim();

    public string Calls => File.Exists(machine.PathOf("calls")) ? File.ReadAllText(machine.PathOf("calls")) : "";

    /// <param name="restart">
    /// Shell text for the first process of the machine, once its `restart` was run; after it sshd is started. `down` ends all other
    /// processes, `anew` changes the boot id.
    /// </param>
    public async Task<RebootHost> Start(string restart)
    {
        await machine.Prepare();
        await Sshd.KeyGen("-t", "ed25519", "-f", machine.PathOf("other"));
        File.WriteAllText(machine.PathOf("boot_id"), Guid.NewGuid() + "\n");
        foreach (var program in new[] { "restart", "shutdown", "reboot", "systemctl" })
            Program(program, $"echo {program} \"$@\" >>{Folder}/calls; touch {Folder}/told");
        const string Begin = """
            set -e
            [ $$ = 1 ] || exit 1
            dir=$1
            mount --bind "$dir" "$dir"
            mount -t tmpfs tmpfs /run
            mkdir /run/sshd
            : >/run/none
            for place in /sbin /usr/sbin /usr/bin /bin; do
                for name in reboot shutdown halt poweroff telinit init systemctl; do
                    if [ -e "$place/$name" ]; then mount --bind /run/none "$place/$name"; fi
                done
            done
            mount --bind "$dir/boot_id" /proc/sys/kernel/random/boot_id
            mount -o remount,bind,ro /
            set +e
            down() { kill -KILL -1; }
            anew() { cat /proc/sys/kernel/random/uuid >"$dir/boot_id"; }
            while :; do
                /usr/sbin/sshd -D -e -f "$dir/config" &
                until [ -e "$dir/told" ]; do sleep 0.05; done
                rm "$dir/told"
                eval "$2"
            done
            """;
        await machine.StartApart(Begin, restart);
        return this;
    }

    public void Program(string name, string script) => machine.Program(name, script);

    public ConnectionPool Pool() => machine.Pool(new ConnectionOptions { Patience = TimeSpan.FromSeconds(2) });

    public ValueTask DisposeAsync() => machine.DisposeAsync();
}
