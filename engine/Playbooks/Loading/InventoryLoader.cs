using System.Text.RegularExpressions;
using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading;

/// <summary>Reads inventory files into one inventory: groups, hosts, how they are reached, and their variables, without a precedence table.</summary>
public sealed partial class InventoryLoader(ProblemList problems)
{
    private const int MostGroups = 2_000;

    /// <summary>Of one host, those around its groups counted too: each is held against each other.</summary>
    private const int MostGroupsOfAHost = 100;

    /// <summary>Ranges make many out of few words.</summary>
    private const int MostHosts = 100_000;

    private static readonly string[] Reserved = ["all", "and", "not", "batch"];

    private readonly List<string> hostOrder = [];
    private readonly Dictionary<string, List<HostEntry>> hosts = [];
    private readonly Dictionary<string, GroupEntry> groups = [];
    private readonly Dictionary<SourceText, SshSource> fileSettings = [];
    private readonly Dictionary<(object Variables, string Groups), (Host Host, SshSettings Around)> alike = [];
    private readonly Dictionary<string, HashSet<string>> below = [];

    /// <summary>What one group says of a host. Hosts of one range share their variables.</summary>
    private sealed record HostEntry(string Group, Position At, SshSource Ssh, bool Local, string? Label, IReadOnlyDictionary<string, (object? Value, Origin From)> Variables);

    /// <summary>Knows the address of a host by ssh's configuration; null: none is asked.</summary>
    public Func<Host, string>? AddressOf { get; init; }

    /// <summary>Settings, and the node that says them.</summary>
    private sealed record SshSource(SshSettings Settings, Node? Node, string? Group = null)
    {
        public static SshSource Nothing { get; } = new(new SshSettings(), null);

        public Origin From(string part) => new(((Node as MapNode)?.Entries.FirstOrDefault(e => e.Name == part)?.Key ?? Node)!.At, Group);
    }

    private sealed record GroupEntry(string Name, Position At)
    {
        /// <summary>The later one first.</summary>
        public List<SshSource> SshSources { get; } = [];

        public SshSettings Ssh { get; set; } = new();

        public Dictionary<string, (object? Value, Origin From)> Variables { get; } = [];

        public HashSet<string> Hosts { get; } = [];

        public List<(string Name, Position At)> Children { get; } = [];
    }

    /// <summary>Adds one file; `folder` is what its relative paths start from.</summary>
    public void Add(Node? root, string folder)
    {
        try
        {
            File(root, folder);
        }
        catch (TooMuchException)
        {
            // It is told already.
        }
    }

    private void File(Node? root, string folder)
    {
        if (root is null) return;
        if (AnsibleWords.IsPlaybook(root) || root is MapNode playbook && playbook["steps"] is not null && playbook["groups"] is null)
        {
            problems.Add(root.At, "this is a playbook, not an inventory", "an inventory: groups: { web: { hosts: { web1: { ssh: user@192.0.2.10 } } } }");
            return;
        }
        if (root is not MapNode map)
        {
            problems.Add(root.At, $"an inventory is a map, but this is {root.Kind}", "groups: { web: { hosts: { web1: { ssh: user@192.0.2.10 } } } }; an INI inventory of Ansible has the extension .ini, or none");
            return;
        }
        var reader = new MapReader(map, problems);
        if (reader.Take("ssh") is { } ssh) fileSettings[map.At.Source] = new SshSource(SshLoader.Read(ssh, folder, problems, withHost: false), ssh);
        var sections = reader.Section("groups");
        if (sections is null && map["groups"] is null) problems.Add(map.At, "an inventory needs `groups`", "groups: { web: { hosts: { web1: { ssh: user@192.0.2.10 } } } }");
        foreach (var entry in sections?.Entries ?? []) Group(entry, folder);
        reader.Done("an inventory");
    }

    private void Group(MapEntry entry, string folder)
    {
        CheckName(entry.Key, "group");
        if (!groups.TryGetValue(entry.Name, out var group)) groups[entry.Name] = group = new GroupEntry(entry.Name, entry.Key.At);
        if (groups.Count > MostGroups) throw problems.TooMuch(entry.Key.At, $"more than {MostGroups} groups");
        if (entry.Value is not MapNode map)
        {
            problems.Add(entry.Value.At, $"a group must be a map with `hosts` or `children`, but is {entry.Value.Kind}");
            return;
        }
        var reader = new MapReader(map, problems);
        if (reader.Take("ssh") is { } ssh)
        {
            group.SshSources.Insert(0, new SshSource(SshLoader.Read(ssh, folder, problems, withHost: false), ssh, group.Name));
            group.Ssh = group.SshSources[0].Settings.Over(group.Ssh);
        }
        foreach (var variable in reader.Section("vars")?.Entries ?? []) AddVariable(group.Variables, variable, group.Name);
        foreach (var child in reader.Items("children"))
            if (child is ScalarNode { Value: string name }) group.Children.Add((name, child.At));
            else problems.Add(child.At, $"a child must be a group's name, but is {child.Kind}");
        switch (reader.Take("hosts"))
        {
            case MapNode hostMap:
                foreach (var host in hostMap.Entries) AddHost(host.Key, host.Value, group, folder);
                break;
            case ListNode names:
                foreach (var item in names.Items)
                    if (item is ScalarNode { Value: not null } name) AddHost(name, new ScalarNode(PlacedText.At(name.At, ""), true), group, folder);
                    else problems.Add(item.At, $"a host must be a name, but is {item.Kind}");
                break;
            case null or ScalarNode { Value: null }: break;
            case var other: problems.Add(other.At, $"`hosts` must be a map from name to host, but is {other.Kind}"); break;
        }
        reader.Done($"the group `{entry.Name}`");
    }

    private void AddHost(ScalarNode name, Node value, GroupEntry group, string folder)
    {
        var names = Names(name);
        if (value is not (MapNode or ScalarNode { Value: null }))
        {
            problems.Add(value.At, $"a host must be a map, but is {value.Kind}", $"{name.Text.Value}: {{ ssh: user@192.0.2.10 }}");
            return;
        }
        var map = value as MapNode ?? new MapNode(value.At, []);
        var variables = new Dictionary<string, (object?, Origin)>();
        IReadOnlyList<SshSettings> ssh = [new SshSettings()];
        IReadOnlyList<string>? labels = null;
        var local = false;
        foreach (var entry in map.Entries)
            switch (entry.Name)
            {
                case "ssh": ssh = SshLoader.Each(entry.Value, folder, problems, name, names.Count); break;
                case "local" when entry.Value is ScalarNode { Value: bool flag }: local = flag; break;
                case "local": problems.Add(entry.Value.At, "`local` must be true or false"); break;
                case "label" when entry.Value is ScalarNode { Value: not null } text: labels = Labels(text, name, names.Count); break;
                case "label": problems.Add(entry.Value.At, "`label` must be a text"); break;
                default: AddVariable(variables, entry); break;
            }
        for (var i = 0; i < names.Count; i++)
        {
            if (!hosts.TryGetValue(names[i], out var entries))
            {
                hosts[names[i]] = entries = [];
                hostOrder.Add(names[i]);
            }
            entries.Add(new HostEntry(group.Name, name.At, new SshSource(ssh[i % ssh.Count], map["ssh"]), local, labels?[i], variables));
            group.Hosts.Add(names[i]);
        }
        if (hosts.Count > MostHosts) throw problems.TooMuch(name.At, $"up to here these are more than {MostHosts} hosts");
    }

    private IReadOnlyList<string> Names(ScalarNode name)
    {
        if (!NameRanges.IsIn(name.Text.Value) || NameRanges.Expand(name.Text, problems) is not { } names) names = [name.Text.Value];
        if (names.Count > 1 || !NameRanges.IsIn(names[0])) CheckName(name, "host", names[0]);
        if (names.Distinct().Count() < names.Count) problems.Add(name.At, $"`{name.Text.Value}` gives the same name more than once", "put something between its ranges");
        return names;
    }

    /// <summary>What many hosts would share tells none of them.</summary>
    private IReadOnlyList<string>? Labels(ScalarNode label, ScalarNode name, int count)
    {
        if (count == 1) return [label.Text.Value];
        if (!NameRanges.IsIn(label.Text.Value)) problems.Add(label.At, $"{count} hosts would have the same label", $"give it the range of `{name.Text.Value}` too, or leave it out");
        else if (NameRanges.Expand(label.Text, problems) is { } labels)
        {
            if (labels.Count == count) return labels;
            problems.Add(label.At, $"`{label.Text.Value}` is {labels.Count} labels, but `{name.Text.Value}` is {count} hosts", "the n-th label is that of the n-th host: write the same range in both");
        }
        return null;
    }

    private void AddVariable(Dictionary<string, (object? Value, Origin From)> variables, MapEntry entry, string? group = null)
    {
        if (NameRules.HostVariable(entry.Name) is { } wrong) problems.Add(entry.Key.At, wrong);
        else if (DataTemplate.Parse(entry.Value, problems) is not { } data) return;
        else if (!data.IsConstant) problems.Add(entry.Value.At, "an inventory holds plain values, no templates", "make it a `vars` entry of the playbook");
        else variables[entry.Name] = (data.Evaluate(Templating.Scope.Empty), new Origin(entry.Value.At, group));
    }

    private void CheckName(ScalarNode name, string what, string? one = null)
    {
        var text = one ?? name.Text.Value;
        if (what == "group" && NameRanges.IsIn(text)) problems.Add(name.At, "a range is for the names of hosts: a group has one name");
        else if (!Name().IsMatch(text)) problems.Add(name.At, $"`{text}` cannot be a {what}'s name", "letters, digits, `-`, `_` and `.`, beginning with a letter or a digit");
        else if (Reserved.Contains(text)) problems.Add(name.At, $"`{text}` is a word of patterns and cannot be a {what}'s name");
    }

    [GeneratedRegex(@"^[\p{L}0-9][\p{L}0-9_.-]*\z")]
    private static partial Regex Name();

    /// <summary>The inventory of all files added.</summary>
    public Inventory Build()
    {
        try
        {
            return Built();
        }
        catch (TooMuchException)
        {
            return Inventory.Empty;
        }
    }

    private Inventory Built()
    {
        below.Clear();
        alike.Clear();
        foreach (var group in groups.Values)
        {
            if (hosts.ContainsKey(group.Name)) problems.Add(group.At, $"`{group.Name}` is both a group and a host", "rename one of them");
            foreach (var (child, at) in group.Children.Where(c => !groups.ContainsKey(c.Name)))
                problems.Add(at, $"there is no group `{child}`", Suggest.DidYouMean(child, groups.Keys));
            if (Below(group.Name).Contains(group.Name)) problems.Add(group.At, $"the group `{group.Name}` is inside itself");
        }
        if (groups.Keys.Any(name => Below(name).Contains(name))) return Inventory.Empty;

        var memberships = hostOrder.ToDictionary(name => name, _ => new List<string>());
        foreach (var group in groups.Values)
            foreach (var host in Below(group.Name).SelectMany(child => groups[child].Hosts).Concat(group.Hosts).Distinct())
            {
                memberships[host].Add(group.Name);
                if (memberships[host].Count > MostGroupsOfAHost) throw problems.TooMuch(hosts[host][0].At, $"{host} is in more than {MostGroupsOfAHost} groups");
            }
        var built = new JumpLoader([.. hostOrder.Select(name => BuildHost(name, memberships[name]))], problems).All();
        var members = groups.Keys.ToDictionary(g => g, _ => new List<Host>());
        foreach (var host in built)
            foreach (var group in host.Groups) members[group].Add(host);
        return new Inventory(built, members.ToDictionary(m => m.Key, m => (IReadOnlyList<Host>)m.Value))
        {
            Tree = [.. groups.Values.Select(g => new WrittenGroup(g.Name, [.. g.Children.Select(c => c.Name).Where(groups.ContainsKey).Distinct()], [.. g.Hosts]))],
        };
    }

    /// <summary>All groups inside a group, at any depth.</summary>
    private HashSet<string> Below(string group)
    {
        if (below.TryGetValue(group, out var known)) return known;
        var found = below[group] = [];
        var open = new Stack<string>([group]);
        while (open.TryPop(out var name))
            foreach (var (child, _) in groups.TryGetValue(name, out var entry) ? entry.Children : [])
                if (groups.ContainsKey(child) && found.Add(child)) open.Push(child);
        return found;
    }

    private Host BuildHost(string name, List<string> memberOf)
    {
        var entries = hosts[name];
        var kind = (entries[0].Variables, string.Join(' ', memberOf));
        if (entries.Count == 1 && alike.TryGetValue(kind, out var first))
            return first.Host with { Name = name, Label = entries[0].Label ?? name, Ssh = entries[0].Ssh.Settings.Over(first.Around) };

        var variables = new Dictionary<string, object?>();
        var origins = new Dictionary<string, Origin>();
        foreach (var entry in entries)
            foreach (var (variable, (value, from)) in entry.Variables)
                if (origins.TryGetValue(variable, out var before) && !Templating.Data.AreEqual(variables[variable], value)) Conflict(name, variable, from.At, ("the host itself", before.At));
                else (variables[variable], origins[variable]) = (value, from);
        var own = origins.Keys.ToHashSet();
        foreach (var variable in memberOf.SelectMany(g => groups[g].Variables.Keys).Distinct().Where(v => !own.Contains(v)))
        {
            var nearest = Nearest(memberOf.Where(g => groups[g].Variables.ContainsKey(variable)).ToList());
            (variables[variable], origins[variable]) = groups[nearest[0]].Variables[variable];
            foreach (var other in nearest.Skip(1).Where(g => !Templating.Data.AreEqual(groups[g].Variables[variable].Value, variables[variable])).Take(1))
                Conflict(name, variable, groups[other].Variables[variable].From.At, (nearest[0], groups[nearest[0]].Variables[variable].From.At));
        }

        var ssh = entries.Aggregate(new SshSettings(), (all, e) => all.Over(e.Ssh.Settings));
        foreach (var (what, read) in SshSettings.Parts)
            if (read(ssh) is null && Nearest(memberOf.Where(g => read(groups[g].Ssh) is not null).ToList()) is [var one, var two, ..] && !Equals(read(groups[one].Ssh), read(groups[two].Ssh)))
                problems.Add(groups[two].At, $"{name} is given two values for `ssh: {what}`: by {two} and by {one}", "give it to the host itself: there is no precedence between groups");
        // A group inside another is nearer to the host, so it goes first.
        var near = memberOf.OrderByDescending(g => memberOf.Count(other => Below(other).Contains(g))).SelectMany(g => groups[g].SshSources);
        SshSource[] around = [.. near, fileSettings.GetValueOrDefault(entries[0].At.Source, SshSource.Nothing)];
        foreach (var (what, read) in SshSettings.Parts)
            if (entries.Select(e => e.Ssh).Concat(around).FirstOrDefault(s => read(s.Settings) is not null) is { } source) origins[$"ssh: {what}"] = source.From(what);
        var others = around.Aggregate(new SshSettings(), (all, s) => all.Over(s.Settings));
        var host = new Host
        {
            Name = name,
            Label = entries.Select(e => e.Label).FirstOrDefault(l => l is not null) ?? name,
            Ssh = ssh.Over(others),
            Local = entries.Any(e => e.Local),
            Groups = memberOf,
            Variables = variables,
            Origins = origins,
            AddressOf = AddressOf,
            At = entries[0].At,
        };
        if (entries.Count == 1) alike[kind] = (host, others);
        return host;
    }

    /// <summary>Those that have none of the others inside them: a group inside another is nearer to the host.</summary>
    private List<string> Nearest(List<string> among) => [.. among.Where(g => !Below(g).Overlaps(among))];

    private void Conflict(string host, string variable, Position at, (string Who, Position At) first) =>
        problems.Add(at, $"{host} is given two values for `{variable}`: here and by {first.Who} ({first.At})", "give it to the host itself: there is no precedence between groups");
}
