using System.Text.RegularExpressions;
using Playbooks.Model;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Recording;

/// <summary>Which workers mod_jk has: what its files say, and what its status worker says of the members that are in use.</summary>
/// <param name="notes">What cannot be asked is said there.</param>
/// <param name="ports">Where httpd listens.</param>
internal sealed partial class Balancers(Notes notes, Ports ports) : Subject(notes)
{
    /// <summary>What is no secret of a worker.</summary>
    private const string Reader = """
        /^[ \t]*worker[.](list|[^= \t]*[.](type|host|port|route|balance_workers|balanced_workers|activation|domain|redirect|distance|lbfactor))[ \t]*=/ { gsub(/[ \t\r]/, ""); print }
        """;

    /// <summary>
    /// Takes that program. Of the configuration of each httpd that runs only where the workers stand and what is mounted. Where that is, its words say (`-f`, `-d`, else
    /// the folder around its bin); where they do not, it is one of the usual.
    /// </summary>
    private const string Script = """
        LC_ALL=C PATH=$PATH:/usr/bin:/bin
        export LC_ALL PATH
        reader=$1 tab=$(printf '\t')
        configuration() {
            find -L "$1" \( -name '*-available' -o -name logs -o -name run -o -name htdocs \) -prune -o -type f \( -name '*.conf' -o -path '*-enabled/*' -o -path "$1" \) -exec sh -c 'cat -- "$@" 2>&3' sh {} + 3>&2 2>/dev/null | tr -d '"\r' | awk '
                function rest() { sub(/^[ \t]*[^ \t]+[ \t]+/, ""); sub(/[ \t]+$/, ""); return $0 }
                { word = tolower($1); any = 1 }
                word == "serverroot" { print "base " rest() }
                word == "jkworkersfile" { print "file " rest() }
                word == "jkworkerproperty" { print "property" }
                word == "jkmount" && NF == 3 { print "mount " $2 " " $3 }
                END { if (any) print "any" }' | sort -u | while read -r what rest; do
                case $what in
                any) echo 'play config';;
                base) base=$rest;;
                file)
                    case $rest in /*) file=$rest;; *) file=$base/$rest;; esac
                    printf 'play file %s\n' "$file"
                    cat -- "$file" 2>&1 >/dev/null | sed 's/^/play wrong /'
                    awk "$reader" "$file" 2>/dev/null | sed 's/^/play line /';;
                property) echo 'play property';;
                mount) printf 'play mount %s\n' "$rest";;
                esac
            done
        }
        for comm in /proc/[0-9]*/comm; do
            read -r name <"$comm" || continue
            case $name in apache2|httpd|httpd[-.2]*) ;; *) continue;; esac
            tr '\0' '\n' <"${comm%comm}cmdline" | awk '
                NR == 1 { program = $0 }
                key != "" { of[key] = $0; key = ""; next }
                /^-[df]$/ { key = substr($0, 2); next }
                /^-[df]./ { of[substr($0, 2, 1)] = substr($0, 3) }
                END {
                    if (!NR) exit
                    root = of["d"]; file = of["f"]
                    if (root == "" && program ~ /^[/].*[/]s?bin[/][^/]*$/) { root = program; sub(/[/]s?bin[/][^/]*$/, "", root); if (root ~ /^[/]usr([/]local)?$/) root = "" }
                    if (file != "" && file !~ /^[/]/) file = root == "" ? "" : root "/" file
                    print (root == "" ? "-" : root) "\t" (file == "" ? "-" : file)
                }'
        done 2>/dev/null | sort -u | while IFS=$tab read -r root file; do
            echo 'play httpd'
            if [ "$root$file" = -- ]; then set -- /etc/apache2 /etc/httpd /usr/local/apache2 /usr/local/etc/apache24
            elif [ "$file" = - ]; then set -- "$root"
            else
                folder=${file%/*}
                # A folder of everything is not its own.
                case $folder in ''|/etc|/usr/local/etc|/tmp|/var|/opt|/root|/home) folder=$file;; esac
                if [ "$root" = - ]; then set -- "$folder"; else set -- "$folder" "$root"; fi
            fi
            for place; do
                if [ "$place" = / ] || { [ $# -gt 1 ] && [ ! -e "$place" ]; }; then continue; fi
                ls -- "$place" 2>&1 >/dev/null | sed 's/^/play where /'
                base=$root
                if [ "$base" = - ]; then if [ -d "$place" ]; then base=$place; else base=${place%/*}; fi; fi
                configuration "$place"
            done
        done
        exit 0
        """;

    private readonly Dictionary<Host, List<(string Path, List<string> Lines)>> files = [];
    private readonly Dictionary<Host, List<string>> status = [];
    private readonly Dictionary<Host, List<YamlTree>> balancers = [];
    private readonly Dictionary<Host, List<YamlTree>> members = [];

    public override string Name => "mod_jk";

    public override IEnumerable<(string Id, LookWork Work)> Scripts => [("mod_jk", new LookWork(Script, [Reader]))];

    public override void Read(Host host, string id, string stdout, string stderr)
    {
        var mounts = new List<(string Path, string Worker)>();
        var all = new List<(string Path, List<string> Lines)>();
        var wrong = new Dictionary<string, string>();
        // Of each httpd: whether its configuration was found, and why its place could not be looked at.
        var httpds = new List<(bool IsFound, string? Why)>();
        foreach (var line in stdout.Split('\n'))
            if (After("play file ", line) is { } file) all.Add((file, []));
            else if (After("play line ", line) is { } said && all.Count > 0) all[^1].Lines.Add(said);
            else if (After("play wrong ", line) is { } complaint && all.Count > 0) wrong[all[^1].Path] = complaint;
            else if (line == "play httpd") httpds.Add((false, null));
            else if (line == "play config" && httpds.Count > 0) httpds[^1] = (true, null);
            else if (After("play where ", line) is { } place && httpds is [.., (false, _)]) httpds[^1] = (false, place);
            else if (line == "play property") Notes.Add(host, "mod_jk: workers that stand in httpd's configuration itself (JkWorkerProperty) are not recorded from there");
            else if (line.Split(' ') is ["play", "mount", var path, var worker]) mounts.Add((path, worker));
        foreach (var (_, why) in httpds.Where(httpd => !httpd.IsFound)) Notes.Fail(host, $"an httpd runs, and its configuration was not found{(why is null ? "" : $": {why}{OfferSudo(why)}")}");
        if (stderr.Split('\n').LastOrDefault(line => line.StartsWith("cat: ", StringComparison.Ordinal)) is { } unread) Notes.Fail(host, $"of httpd's configuration not all could be read: {unread.Trim()}{OfferSudo(unread)}");
        // Two httpds may share one.
        all = [.. all.DistinctBy(file => file.Path)];
        foreach (var (path, _) in all.Where(file => file.Lines.Count == 0))
            if (wrong.TryGetValue(path, out var why)) Notes.Fail(host, $"mod_jk: its workers' file could not be read: {why}{OfferSudo(why)}");
            else Notes.Add(host, $"mod_jk: {path} names no workers");
        all.RemoveAll(file => file.Lines.Count == 0);
        if (all.Count > 0) files[host] = all;

        var own = host.Variables.GetValueOrDefault("jkstatus") as string;
        var urls = mounts.Where(mount => all.Exists(file => file.Lines.Contains($"worker.{mount.Worker}.type=status"))).Select(mount => Site(host) + mount.Path.TrimEnd('*')).Distinct().ToList();
        if (own is not null) urls = [own];
        if (urls.Count > 0) status[host] = [urls[0] + "?mime=prop"];
        else if (mounts.Count > 0 || all.Count > 0) Notes.Add(host, "mod_jk: no status worker is mounted, so which workers are in use cannot be asked");
    }

    private static string? After(string words, string line) => line.StartsWith(words, StringComparison.Ordinal) ? line[words.Length..] : null;

    /// <summary>As its host reaches it itself.</summary>
    private string Site(Host host)
    {
        var own = ports.Of(host).Where(l => l.Protocol == "tcp" && (l.Process is null || l.Process.Contains("apache", StringComparison.Ordinal) || l.Process.Contains("httpd", StringComparison.Ordinal))).Select(l => l.Port).ToList();
        return own.Contains(80) || own.Count == 0 ? "http://localhost" : own.Contains(443) ? "https://localhost" : $"http://localhost:{own.Min()}";
    }

    public override IEnumerable<WrittenStep> Asks => status.Count == 0 ? [] :
    [
        new WrittenStep("Status workers", status.Keys, ("http", YamlTree.Map(("url", YamlTree.Code("{{ url }}")), ("verify_tls", YamlTree.Truth(false)))), ("at", YamlTree.Code("host")), ("timeout", YamlTree.Code("15s")), ("assert", YamlTree.Code("defined(status)")))
        {
            Id = "status", Table = ("status_workers", status.ToDictionary(s => s.Key, s => YamlTree.List(s.Value.Select(YamlTree.Data)))), As = "url",
        },
    ];

    public override void Read(Host host, string id, int item, HostResult result)
    {
        var url = status[host][item];
        var values = Line().Matches(Text(result.Fields, "body") ?? "").Select(line => (Worker: line.Groups[1].Value, Key: line.Groups[2].Value, Value: line.Groups[3].Value)).ToList();
        if (result.Outcome != Outcome.Passed || values.Count == 0)
        {
            Notes.Fail(host, $"mod_jk's status worker at {url} could not be asked: {(result.Outcome == Outcome.Passed ? $"it answers with the status {result.Fields.GetValueOrDefault("status")}, and with no list of workers" : Why(result))}");
            return;
        }
        foreach (var balancer in values.Where(v => v.Key == "balance_workers").GroupBy(v => v.Worker, v => v.Value))
        {
            Add(balancers, host, YamlTree.Map(("url", YamlTree.Data(url)), ("name", YamlTree.Data(balancer.Key)), ("members", YamlTree.Number(balancer.Count()))));
            foreach (var member in balancer.Distinct())
            {
                string Of(string key) => values.FirstOrDefault(v => v.Worker == member && v.Key == key).Value ?? "";
                if (!Of("state").StartsWith("OK", StringComparison.Ordinal)) Notes.Add(host, $"mod_jk's worker {member} was in the state {Of("state")} when this was recorded, so it is not in here");
                else Add(members, host, YamlTree.Map([("url", YamlTree.Data(url)), ("balancer", YamlTree.Data(balancer.Key)), ("name", YamlTree.Data(member)), .. Known.Select(key => (key, YamlTree.Data(Of(key))))]));
            }
        }
    }

    /// <summary>Of a member, in the status worker's own words.</summary>
    private static readonly string[] Known = ["host", "port", "route", "activation"];

    private static void Add(Dictionary<Host, List<YamlTree>> to, Host host, YamlTree item)
    {
        if (!to.TryGetValue(host, out var all)) to[host] = all = [];
        all.Add(item);
    }

    private static Dictionary<Host, YamlTree> Lists(Dictionary<Host, List<YamlTree>> of) => of.ToDictionary(one => one.Key, one => YamlTree.List(one.Value));

    /// <summary>The value of a key of a worker whose name is filled in: `worker.NAME.KEY=VALUE`.</summary>
    private static string Value(string worker, string key) => $"extract(body, `(?m)^worker\\.` + regex.escape({worker}) + `\\.{key}=(\\S*)`)";

    public override IEnumerable<WrittenStep> Steps
    {
        get
        {
            if (files.Count > 0) yield return new WrittenStep("mod_jk's file has its workers", files.Keys, ("command", YamlTree.List([YamlTree.Code("awk"), YamlTree.Code("{{ worker_lines }}"), YamlTree.Code("{{ file.path }}")])), ("assert", YamlTree.Code("lines == file.says")))
            {
                Table = ("workers_files", files.ToDictionary(f => f.Key, f => YamlTree.List(f.Value.Select(file => YamlTree.Map(("path", YamlTree.Data(file.Path)), ("says", YamlTree.List(file.Lines.Select(YamlTree.Data)).OnLines())))))),
                As = "file",
            };
            if (balancers.Count > 0) yield return new WrittenStep("mod_jk's balancers have no other members", balancers.Keys, [Http("balancer"), At, ("assert", YamlTree.Code($"number({Value("balancer.name", "member_count")}) == balancer.members"))])
            {
                Table = ("balancers", Lists(balancers)),
                As = "balancer",
            };
            if (members.Count > 0) yield return new WrittenStep("mod_jk sends requests to its members", members.Keys, [Http("worker"), At, ("assert", YamlTree.List(
                [
                    YamlTree.Code("matches(body, `(?m)^worker\\.` + regex.escape(worker.balancer) + `\\.balance_workers=` + regex.escape(worker.name) + `\\s*$`)"),
                    .. Known.Select(key => YamlTree.Code($"{Value("worker.name", key)} == worker.{key}")),
                    YamlTree.Code($"string.starts_with({Value("worker.name", "state")}, 'OK')"),
                ]).OnLines())])
            {
                Table = ("workers", Lists(members)),
                As = "worker",
            };
        }
    }

    /// <summary>The program that reads a file of workers.</summary>
    public static (string Name, YamlTree Text) Program => ("worker_lines", YamlTree.Lines(Reader.Trim()));

    private static (string Key, YamlTree Value) At => ("at", YamlTree.Code("host"));

    private static (string Key, YamlTree Value) Http(string of) => ("http", YamlTree.Map(("url", YamlTree.Code($"{{{{ {of}.url }}}}")), ("verify_tls", YamlTree.Truth(false))));

    [GeneratedRegex(@"^worker\.(\S+)\.(balance_workers|host|port|route|activation|state)=(\S*)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
