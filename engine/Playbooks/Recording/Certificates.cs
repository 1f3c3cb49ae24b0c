using Playbooks.Model;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Recording;

/// <summary>Which certificates are shown on the ports that are likely to speak TLS.</summary>
/// <param name="notes">What is not asked is said there.</param>
/// <param name="ports">What listens.</param>
/// <param name="also">Ports that are asked for a certificate, too.</param>
internal sealed class Certificates(Notes notes, Ports ports, IReadOnlyCollection<int> also) : Subject(notes)
{
    /// <summary>Ports that speak TLS from the first byte on (IANA's service names, and what application servers use).</summary>
    private static readonly int[] Usual = [443, 465, 563, 636, 853, 989, 990, 992, 993, 995, 2376, 3269, 4443, 5061, 5671, 5986, 6443, 6514, 8443, 8883, 9443, 10250, 10443];

    private readonly Dictionary<Host, List<string>> asked = [];
    private readonly Dictionary<(Host Host, int Item), (DataMap? Plain, DataMap? Named, string? Wrong)> seen = [];

    public override string Name => "certificates";

    public override IEnumerable<(string Id, LookWork Work)> Scripts => [];

    public override void Read(Host host, string id, string stdout, string stderr)
    {
    }

    /// <summary>Decides whom to ask: what is no TLS might take the question for garbage, and write that into its log.</summary>
    public void Choose(Host host)
    {
        var tcp = ports.Of(host).Where(l => l.Protocol == "tcp").ToList();
        var chosen = tcp.Where(l => Usual.Contains(l.Port) || also.Contains(l.Port)).ToList();
        if (chosen.Count > 0) asked[host] = [.. chosen.Select(l => l.At("localhost")).Distinct()];
        if (also.Except(tcp.Select(l => l.Port)).ToList() is { Count: > 0 } missing) Notes.Add(host, $"nothing listens on {Ports.Listing(missing.Select(port => $"{port}"))}, so there is no certificate");
        if (tcp.Except(chosen).Where(l => l.Port is not (22 or 80)).Select(l => l.Port).Distinct().ToList() is { Count: > 0 } others)
            Notes.Add(host, $"not asked for a certificate, because what is no TLS might log it as an error: {Ports.Listing(others.Select(port => $"{port}"))}; `--tls PORT` asks, too");
    }

    public override IEnumerable<WrittenStep> Asks
    {
        get
        {
            if (asked.Count == 0) yield break;
            var table = ("certificates", (IReadOnlyDictionary<Host, YamlTree>)asked.ToDictionary(a => a.Key, a => YamlTree.List(a.Value.Select(YamlTree.Code))));
            yield return Ask("tls", "{{ host.address }}") with { Table = table };
            // What is asked for by its name may be another one, and is judged by that name.
            var named = Ask("tls_named", "{{ steps.tls.items[index].names[0] }}");
            yield return named with { Table = table, Body = [("when", YamlTree.Code("defined(steps.tls.items[index].names) && count(default(steps.tls.items[index].names, [])) > 0")), .. named.Body] };
        }
    }

    /// <summary>Any certificate will do; where there is none, the kind says why.</summary>
    private WrittenStep Ask(string id, string name) => new(
        "Certificates", asked.Keys,
        ("tls", YamlTree.Map(("address", YamlTree.Code("{{ address }}")), ("server_name", YamlTree.Code(name)))), ("at", YamlTree.Code("host")), ("timeout", YamlTree.Code("15s")), ("assert", YamlTree.List([YamlTree.Code("defined(days_left)"), YamlTree.Code("defined(trusted)")])))
    {
        Id = id,
        As = "address",
    };

    public override void Read(Host host, string id, int item, HostResult result)
    {
        var before = seen.GetValueOrDefault((host, item));
        var fields = result.Outcome == Outcome.Passed && Text(result.Fields, "sha256") is not null ? result.Fields : null;
        seen[(host, item)] = id == "tls" ? before with { Plain = fields, Wrong = fields is null ? Why(result) : null } : before with { Named = fields };
    }

    /// <summary>Says what could not be asked, once all is known.</summary>
    public void Say()
    {
        foreach (var ((host, item), (plain, named, wrong)) in seen)
        {
            if (wrong is not null) Notes.Fail(host, $"the certificate at {asked[host][item]} could not be looked at: {wrong}");
            if ((Best(plain, named) ?? DataMap.Empty).GetValueOrDefault("days_left") is long left and <= 0) Notes.Add(host, $"the certificate at {asked[host][item]} had expired when this was recorded");
        }
    }

    /// <summary>By its own name, where it is the same certificate.</summary>
    private static DataMap? Best(DataMap? plain, DataMap? named) => plain is not null && named is not null && Text(plain, "sha256") == Text(named, "sha256") ? named : plain;

    public override IEnumerable<WrittenStep> Steps
    {
        get
        {
            var each = seen.Where(s => s.Value.Plain is not null).GroupBy(s => s.Key.Host).ToDictionary(g => g.Key, g => YamlTree.List(g.OrderBy(s => s.Key.Item).Select(s =>
            {
                var best = Best(s.Value.Plain, s.Value.Named)!;
                return YamlTree.Map(
                    ("address", YamlTree.Code(asked[g.Key][s.Key.Item])),
                    ("server_name", YamlTree.Data(ReferenceEquals(best, s.Value.Named) ? Texts(best, "names")[0] : g.Key.Address)),
                    ("names", YamlTree.List(Texts(best, "names").Select(YamlTree.Data))),
                    ("issuer", YamlTree.Data(Text(best, "issuer") ?? "")),
                    ("sha256", YamlTree.Data(Text(best, "sha256")!)),
                    ("trusted", YamlTree.Truth(best.GetValueOrDefault("trusted") is true)),
                    ("valid", YamlTree.Truth(best.GetValueOrDefault("days_left") is long and > 0))).OnLines();
            })).OnLines());
            if (each.Count == 0) yield break;
            yield return new WrittenStep("The certificates are the ones that were recorded", each.Keys,
                ("tls", YamlTree.Map(("address", YamlTree.Code("{{ certificate.address }}")), ("server_name", YamlTree.Code("{{ certificate.server_name }}")))),
                ("at", YamlTree.Code("host")),
                ("assert", YamlTree.List(
                [
                    YamlTree.Code("names == certificate.names"),
                    YamlTree.Code("issuer == certificate.issuer"),
                    YamlTree.Code("trusted == certificate.trusted"),
                    YamlTree.Code("(days_left > 0) == certificate.valid"),
                    YamlTree.Code("sha256 == certificate.sha256").Under("A renewed certificate has another one: put it in its place, or remove this line."),
                ]).OnLines()))
            {
                Table = ("certificates", each),
                As = "certificate",
            };
        }
    }
}
