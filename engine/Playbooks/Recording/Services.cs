using Playbooks.Model;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Recording;

/// <summary>Which services start with their machine, and which run.</summary>
internal sealed class Services(Notes notes) : Subject(notes)
{
    /// <summary>
    /// Names what a `service` step can be asked about: what is enabled, and with systemd what runs though it is not. What has no setting of
    /// its own (`static`, …) is begun by others when they need it.
    /// </summary>
    private const string Script = """
        LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
        export LC_ALL PATH
        list() { "$@" || echo "play failed $? $*"; }
        if [ "$(uname -s)" = FreeBSD ]; then
            echo 'play manager rc'
            list service -e | while read -r file; do
                case $file in "play failed "*) echo "$file";; *) echo "play ask ${file##*/}";; esac
            done
        elif [ -d /run/systemd/system ]; then
            echo 'play manager systemd'
            { list systemctl --no-pager --no-legend --plain list-unit-files --type=service --state=enabled
              list systemctl --no-pager --no-legend --plain list-units --type=service --state=active; } | while read -r unit rest; do
                case $unit in play) echo "play $rest"; continue;; *@.service|user@*|user-runtime-dir@*) continue;; esac
                case $(systemctl --no-pager is-enabled -- "$unit" 2>/dev/null) in
                enabled|disabled) echo "play ask ${unit%.service}";;
                *) echo "play other ${unit%.service}";;
                esac
            done
        elif command -v rc-service >/dev/null 2>&1 && [ -d /run/openrc ]; then
            echo 'play manager openrc'
            ls /etc/runlevels/* >/dev/null || echo "play failed $? ls /etc/runlevels/*"
            for link in /etc/runlevels/*/*; do if [ -e "$link" ]; then echo "play ask ${link##*/}"; fi; done
        elif [ -d /etc/init.d ]; then
            echo 'play manager init'
            ls /etc/rc[2345].d >/dev/null || echo "play failed $? ls /etc/rc[2345].d"
            for link in /etc/rc[2345].d/S[0-9][0-9]*; do
                name=${link##*/S??}
                if [ -e "$link" ] && [ -x "/etc/init.d/$name" ]; then echo "play ask $name"; fi
            done
        else
            echo 'play manager none'
        fi
        """;

    private readonly Dictionary<Host, List<string>> asked = [];
    private readonly List<(Host Host, string Name, bool Started, bool Enabled)> found = [];

    public override string Name => "services";

    public override IEnumerable<(string Id, LookWork Work)> Scripts => [("services", new LookWork(Script, []))];

    public override void Read(Host host, string id, string stdout, string stderr)
    {
        List<string> names = [], others = [];
        foreach (var line in stdout.Split('\n'))
            switch (line.Split(' ', 3))
            {
                case ["play", "manager", "none"]: Notes.Add(host, "services: what starts them there could not be found out"); break;
                case ["play", "manager", "init"]: Notes.Add(host, "services: of the scripts in /etc/init.d only those that start with the machine are recorded"); break;
                case ["play", "failed", var what] when what.Split(' ', 2) is [var code, var command]:
                    Notes.Fail(host, $"services: `{command}` ended with exit code {code}{(LastLine(stderr) is { } said ? $": {said}" : "")}, so they are not all recorded");
                    break;
                case ["play", "ask", var name]: names.Add(name); break;
                case ["play", "other", var name]: others.Add(name); break;
            }
        if (others.Count > 0) Notes.Add(host, $"services that others begin when they need them are not recorded: {string.Join(", ", others.Distinct())}");
        if (names.Count > 0) asked[host] = [.. names.Distinct().Order(StringComparer.Ordinal)];
    }

    public override IEnumerable<WrittenStep> Asks => asked.Count == 0 ? [] :
    [
        new WrittenStep("Services", asked.Keys, ("service", YamlTree.Map(("name", YamlTree.Code("{{ service }}")), ("enabled", YamlTree.Truth(true)))), ("assert", YamlTree.Code("any")))
        {
            Id = "services", Table = ("services", asked.ToDictionary(a => a.Key, a => YamlTree.List(a.Value.Select(YamlTree.Data)))), As = "service",
        },
    ];

    public override void Read(Host host, string id, int item, HostResult result)
    {
        var name = asked[host][item];
        if (result.Outcome is not (Outcome.Passed or Outcome.Failed) || Text(result.Fields, "state") is not { } state || result.Fields.GetValueOrDefault("enabled") is not bool enabled)
        {
            Notes.Fail(host, $"service {name} could not be looked at: {Why(result)}");
            return;
        }
        if (state is not ("running" or "stopped")) Notes.Add(host, $"service {name} was {state} when this was recorded, so its state is not in here");
        if (enabled || state == "running") found.Add((host, name, state == "running", enabled));
    }

    public override IEnumerable<WrittenStep> Steps => found
        .GroupBy(f => (f.Name, f.Started, f.Enabled), f => f.Host)
        .GroupBy(g => (g.Key.Started, g.Key.Enabled, Hosts: string.Join('\n', g.Select(h => h.Name))))
        .Select(g => new WrittenStep(
            (g.Key.Started, g.Key.Enabled) switch { (true, true) => "Services run, and start with the machine", (true, false) => "Services run, and do not start with the machine", _ => "Services start with the machine" },
            [.. g.First()],
            ("loop", YamlTree.List(g.Select(s => YamlTree.Data(s.Key.Name)))),
            ("as", YamlTree.Code("service")),
            ("service", YamlTree.Map([("name", YamlTree.Code("{{ service }}")), .. g.Key.Started ? [("state", YamlTree.Code("started"))] : Array.Empty<(string, YamlTree)>(), ("enabled", YamlTree.Truth(g.Key.Enabled))]))));
}
