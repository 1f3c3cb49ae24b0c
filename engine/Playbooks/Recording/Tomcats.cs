using Playbooks.Model;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Recording;

/// <summary>Which routes and cluster receivers the configurations of the Tomcats that run have.</summary>
internal sealed class Tomcats(Notes notes) : Subject(notes)
{
    /// <summary>A Tomcat is a java whose command line says where its base is.</summary>
    private const string Script = """
        LC_ALL=C PATH=$PATH:/usr/bin:/bin
        export LC_ALL PATH
        [ -d /proc/1 ] || echo 'play hidden'
        for line in /proc/[0-9]*/cmdline; do
            { tr '\0' '\n' <"$line" | awk '
                /^-Dcatalina[.]base=/ { base = substr($0, 17) }
                /^org[.]apache[.]catalina[.]startup[.]Bootstrap$/ { tomcat = 1 }
                END { if (tomcat && base != "") print "play base " base }'; } 2>/dev/null
        done | sort -u
        exit 0
        """;

    /// <summary>
    /// What a server.xml says of routes and receivers, in its order; `${names}` are looked up in catalina.properties. Nothing else leaves the host, for
    /// passwords stand in both.
    /// </summary>
    private const string Reader = """
        FNR == NR { xml = xml $0 "\n"; next }
        /^[ \t]*[^#! \t]/ { if (match($0, /[ \t]*[=:][ \t]*/)) { name = substr($0, 1, RSTART - 1); sub(/^[ \t]+/, "", name); of[name] = substr($0, RSTART + RLENGTH); sub(/[ \t\r]+$/, "", of[name]) } }
        function get(element, key,    quote, value) {
            if (!match(element, "[ \t\r\n]" key "[ \t\r\n]*=[ \t\r\n]*[\"\047]")) return "none"
            quote = substr(element, RSTART + RLENGTH - 1, 1)
            value = substr(element, RSTART + RLENGTH)
            value = substr(value, 1, index(value, quote) - 1)
            name = substr(value, 3, length(value) - 3)
            return value ~ /^[$][{].*[}]$/ && name in of ? of[name] : value
        }
        END {
            while ((from = index(xml, "<!--")) > 0) { long = index(substr(xml, from), "-->"); xml = substr(xml, 1, from - 1) (long ? substr(xml, from + long + 2) : "") }
            while (match(xml, /<(Engine|Receiver)[ \t\r\n][^>]*>/)) {
                tag = substr(xml, RSTART, RLENGTH); xml = substr(xml, RSTART + RLENGTH)
                if (tag ~ /^<Engine/) print "route " get(tag, "jvmRoute")
                else print "receiver address " get(tag, "address") " port " get(tag, "port")
            }
        }
        """;

    private readonly Dictionary<Host, List<string>> bases = [];
    private readonly Dictionary<Host, List<YamlTree>> found = [];

    public override string Name => "Tomcats";

    public override IEnumerable<(string Id, LookWork Work)> Scripts => [("tomcats", new LookWork(Script, []))];

    public override void Read(Host host, string id, string stdout, string stderr)
    {
        if (stdout.StartsWith("play hidden", StringComparison.Ordinal)) Notes.Add(host, $"Tomcats and httpd: processes of others are hidden there{(Notes.HasSudo ? "" : "; `--sudo` may show them")}");
        const string Base = "play base ";
        List<string> all = [.. stdout.Split('\n').Where(line => line.StartsWith(Base + '/', StringComparison.Ordinal)).Select(line => line[Base.Length..])];
        if (all.Count > 0) bases[host] = all;
    }

    /// <summary>The program that reads a configuration: once in the file, however many steps run it.</summary>
    public static (string Name, YamlTree Text) Program => ("server_xml", YamlTree.Lines(Reader));

    private static (string Key, YamlTree Value) Command(string of) =>
        ("command", YamlTree.List([YamlTree.Code("awk"), YamlTree.Code("{{ server_xml }}"), YamlTree.Code($"{{{{ {of} }}}}/conf/server.xml"), YamlTree.Code($"{{{{ {of} }}}}/conf/catalina.properties")]));

    public override IEnumerable<WrittenStep> Asks => bases.Count == 0 ? [] :
    [
        new WrittenStep("Tomcats", bases.Keys, Command("tomcat"), ("env", YamlTree.Map(("LC_ALL", YamlTree.Code("C"))))) { Id = "tomcats", Table = ("tomcats", bases.ToDictionary(b => b.Key, b => YamlTree.List(b.Value.Select(YamlTree.Data)))), As = "tomcat" },
    ];

    public override void Read(Host host, string id, int item, HostResult result)
    {
        var lines = Texts(result.Fields, "lines");
        if (result.Outcome != Outcome.Passed)
        {
            var why = LastLine(Text(result.Fields, "stderr")) ?? Why(result);
            Notes.Fail(host, $"the configuration of the Tomcat in {bases[host][item]} could not be read: {why}{OfferSudo(why)}");
        }
        else if (lines.Count == 0) Notes.Add(host, $"the configuration of the Tomcat in {bases[host][item]} names neither an engine nor a receiver");
        else
        {
            if (!found.TryGetValue(host, out var all)) found[host] = all = [];
            all.Add(YamlTree.Map(("base", YamlTree.Data(bases[host][item])), ("says", YamlTree.List(lines.Select(YamlTree.Data)))));
        }
    }

    public override IEnumerable<WrittenStep> Steps => found.Count == 0 ? [] :
    [
        new WrittenStep("The Tomcats have their routes and their cluster's receivers", found.Keys, Command("tomcat.base"), ("assert", YamlTree.Code("lines == tomcat.says")))
        {
            Table = ("tomcats", found.ToDictionary(f => f.Key, f => YamlTree.List(f.Value))), As = "tomcat",
        },
    ];
}
