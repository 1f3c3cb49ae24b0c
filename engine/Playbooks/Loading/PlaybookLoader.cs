using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;

namespace Playbooks.Loading;

/// <summary>Reads a playbook and the actions it uses. The main path of loading begins here.</summary>
public sealed class PlaybookLoader(ProblemList problems)
{
    private const int MaxDepth = 30;

    /// <summary>Calls go from action to action: no deeper than this, which a stack holds.</summary>
    private const int MostActions = 500;

    /// <summary>Of one file with steps: some ten thousand of them. An inventory may be longer.</summary>
    private const int MostValues = 50_000;

    private readonly List<SourceText> texts = [];
    private readonly Dictionary<string, MapEntry> actionNodes = [];

    /// <summary>Playbooks that were read, by their full paths; null: it is being read, and what it includes must not include it.</summary>
    private readonly Dictionary<string, Playbook?> read = [];

    /// <summary>This playbook, and around it those that include it.</summary>
    private readonly string[] around = [];

    /// <summary>For a playbook that another one includes: actions are its own, files are read once.</summary>
    private PlaybookLoader(PlaybookLoader outer, string[] around) : this(outer.problems) => (texts, read, this.around) = (outer.texts, outer.read, around);

    private readonly ProblemList problems = problems;

    /// <summary>Every text that was read so far, the playbook's own first: those it includes, actions, and files that its steps brought in.</summary>
    public IReadOnlyList<SourceText> Texts => texts;

    /// <summary>The playbook in that file; null where it cannot be read at all. Its problems are all in the list.</summary>
    public Playbook? Load(string path) => Load(path, ReadFile(path));

    /// <summary>The playbook in a file that was read already.</summary>
    public Playbook? Load(string path, Node? root)
    {
        try
        {
            return Read(path, root);
        }
        catch (TooMuchException)
        {
            return null;
        }
    }

    private Playbook? Read(string path, Node? root)
    {
        if (root is not MapNode map)
        {
            if (root is not null) problems.Add(root.At, AnsibleWords.IsPlaybook(root) ? "this is an Ansible playbook: here a playbook is one map, not a list" : $"a playbook is a map, but this is {root.Kind}", "name: …\nhosts: …\nsteps:\n  - …");
            return null;
        }
        CheckLength(map);
        var reader = new MapReader(map, problems);
        var folder = Path.GetDirectoryName(path) ?? "";
        var used = new HashSet<string>();
        foreach (var use in reader.Items("use"))
            if (use is ScalarNode { Value: string twice } && !used.Add(FullPath(LocalFile.PathOf(twice, folder)))) problems.Add(use.At, $"`{twice}` is used twice");
            else if (use is ScalarNode { Value: string file }) CollectActions(ReadFile(LocalFile.PathOf(file, folder), use));
            else problems.Add(use.At, $"`use` wants the path of a file with actions, but this is {use.Kind}");

        read[FullPath(path)] = null;
        var steps = new StepLoader(actionNodes.Keys.ToHashSet(), file => Included(path, file), problems);
        var parameters = ParameterLoader.Read(reader.Section("params"), problems);
        var playbook = new Playbook
        {
            Source = map.At.Source,
            Name = reader.Text("name") ?? Path.GetFileNameWithoutExtension(path),
            Description = reader.Text("description"),
            Params = parameters,
            Vars = Variables(reader.Section("vars")),
            Secrets = SecretLoader.Section(reader.Section("secrets"), problems),
            Actions = actionNodes.ToDictionary(a => a.Key, a => Action(a.Value, steps)),
            Inventory = reader.Text("inventory"),
            Defaults = steps.Defaults(reader),
            Forks = reader.Setting("forks", SettingTypes.WholeNumber(1, 1000))?.Get(Templating.Scope.Empty),
            Keep = reader.Setting("keep", SettingTypes.Duration)?.Get(Templating.Scope.Empty),
            Probes = steps.Steps(reader.Take("probes"), "probes", StepLoader.Room.Probe),
            Steps = steps.Steps(reader.Take("steps"), "steps", StepLoader.Room.Playbook),
            Always = steps.Steps(reader.Take("always"), "always", StepLoader.Room.Playbook),
            Notify = new NotifyLoader(problems).Read(reader.Items("notify")),
        };
        const string AStep = "steps:\n  - name: …";
        switch (map["steps"])
        {
            case null: problems.Add(map.At, "a playbook needs `steps`", AStep); break;
            case (ScalarNode { Value: null } or ListNode { Items.Count: 0 }) and var empty: problems.Add(empty.At, "`steps` is empty", AStep); break;
        }
        reader.Done("a playbook", foreign: AnsibleWords.Mend, common: "name, hosts, params, vars, secrets, steps, always, …");
        // What follows from a pattern that cannot be read is no news.
        if (map["hosts"] is not null && playbook.Defaults.Hosts is null) return null;
        var all = playbook.Probes.Concat(playbook.Steps).Concat(playbook.Always).Concat(playbook.Actions.Values.SelectMany(a => a.Steps.Concat(a.Undo)));
        texts.AddRange(TextsOf(all).DistinctBy(text => text.Name).ExceptBy([.. texts.Select(text => text.Name)], text => text.Name).ToList());
        return read[FullPath(path)] = playbook;
    }

    /// <summary>The same for every way to write a path; what no path can be is told where it is read.</summary>
    private static string FullPath(string path) => Path.GetFullPath(Path.Combine("/", path.Replace("\0", "", StringComparison.Ordinal)));

    private Playbook? Included(string by, ScalarNode file)
    {
        var path = LocalFile.PathOf((string)file.Value!, Path.GetDirectoryName(by) ?? "");
        var full = FullPath(path);
        if (read.Values.Count(open => open is null) > MaxDepth)
        {
            problems.Add(file.At, $"playbooks are included more than {MaxDepth} deep");
            return null;
        }
        if (!read.TryGetValue(full, out var known))
        {
            known = new PlaybookLoader(this, [.. around, by]).Load(path, ReadFile(path, file));
            if (known is null) read.Remove(full);
            return known;
        }
        if (known is null)
        {
            var circle = around.Append(by).SkipWhile(one => FullPath(one) != full).Append(path).Select(one => Path.GetFileName(one));
            problems.Add(file.At, $"a playbook cannot be inside itself: {string.Join(" → ", circle)}", "remove one of these includes");
        }
        return known;
    }

    /// <summary>Reads files of actions alone, as `lint` and `schema` do.</summary>
    public IReadOnlyList<ActionDefinition> LoadActions(params IEnumerable<Node> roots)
    {
        try
        {
            foreach (var root in roots) CollectActions(root);
            var steps = new StepLoader(actionNodes.Keys.ToHashSet(), _ => null, problems);
            return [.. actionNodes.Values.Select(entry => Action(entry, steps))];
        }
        catch (TooMuchException)
        {
            // It is told already.
            return [];
        }
    }

    /// <summary>A file's nodes; a file that cannot be read is a problem at the place that names it.</summary>
    public Node? ReadFile(string path, Node? named = null)
    {
        try
        {
            var node = Yaml.Read(path, LocalFile.Read(path, Yaml.MaxBytes), problems);
            if (node is not null) texts.Add(node.At.Source);
            return node;
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            problems.Add(named?.At ?? Position.In(path), named is null ? LocalFile.ItsProblem(e, path) : LocalFile.Problem(path, e));
            return null;
        }
    }

    /// <summary>The nodes of a file that says at its top what it is, by one of the words; null: it does not, and nothing is told of it.</summary>
    public MapNode? ReadFileOf(string path, params ReadOnlySpan<string> words)
    {
        try
        {
            var wrong = new ProblemList();
            if (Yaml.Read(path, LocalFile.Read(path, Yaml.MaxBytes), wrong) is not MapNode map) return null;
            foreach (var word in words)
            {
                if (map[word] is null) continue;
                foreach (var problem in wrong) problems.Add(problem);
                texts.Add(map.At.Source);
                return map;
            }
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            // Told by whoever has to read it.
        }
        catch (TooMuchException)
        {
            // It is told already.
        }
        return null;
    }

    /// <summary>The files that steps brought in.</summary>
    private static IEnumerable<SourceText> TextsOf(IEnumerable<Step> steps) => steps.SelectMany(step =>
        step.Work.Texts.Concat(TextsOf(step.Undo)).Concat(step.Work is Block block ? TextsOf(block.All) : []));

    private void CollectActions(Node? root)
    {
        if (root is not MapNode map)
        {
            if (root is not null) problems.Add(root.At, $"a file of actions is a map, but this is {root.Kind}", "actions:\n  NAME: …");
            return;
        }
        CheckLength(map);
        var reader = new MapReader(map, problems);
        if (map["actions"] is null) problems.Add(map.At, "a file of actions needs `actions`", "actions:\n  NAME: …");
        foreach (var entry in reader.Section("actions")?.Entries ?? [])
            if (NameRules.Id(entry.Name) is { } wrong)
                problems.Add(entry.Key.At, wrong.Replace("an id", "an action's name", StringComparison.Ordinal));
            else if (StepKinds.Find(entry.Name) is not null || StepLoader.Keys.Contains(entry.Name) || StepLoader.Nodes.Contains(entry.Name) || entry.Name is "rescue" or "always")
                problems.Add(entry.Key.At, $"`{entry.Name}` is a word of the language and cannot be an action's name");
            else if (!actionNodes.TryAdd(entry.Name, entry))
                problems.Add(entry.Key.At, $"there are two actions called `{entry.Name}`: here and at {actionNodes[entry.Name].Key.At}");
            else if (actionNodes.Count > MostActions)
                throw problems.TooMuch(entry.Key.At, $"more than {MostActions} actions");
        reader.Done("a file of actions");
    }

    private ActionDefinition Action(MapEntry entry, StepLoader loader)
    {
        if (entry.Value is not MapNode map)
        {
            problems.Add(entry.Value.At, $"an action is a map with `steps`, but this is {entry.Value.Kind}");
            return new ActionDefinition { Name = entry.Name, At = entry.Key.At, Steps = [] };
        }
        var reader = new MapReader(map, problems);
        var action = new ActionDefinition
        {
            Name = entry.Name,
            At = entry.Key.At,
            Description = reader.Text("description"),
            Params = ParameterLoader.Read(reader.Section("params"), problems),
            Steps = loader.Steps(reader.Take("steps"), "steps", StepLoader.Room.Action),
            Undo = loader.Steps(reader.Take("undo"), "undo", StepLoader.Room.Undo),
            Effect = loader.Choice<Effect>(reader, "effect"),
            Result = loader.Captures(reader.Section("result")),
        };
        if (map["steps"] is null or ScalarNode { Value: null } or ListNode { Items.Count: 0 }) problems.Add(entry.Key.At, $"the action `{entry.Name}` has no steps");
        reader.Done($"the action `{entry.Name}`");
        return action;
    }

    private void CheckLength(Node root)
    {
        var open = new Stack<Node>([root]);
        for (var seen = 0; open.TryPop(out var node);)
        {
            if (++seen > MostValues) throw problems.TooMuch(node.At, $"up to here these are more than {MostValues} values", "split the playbook, or keep data outside of it");
            var inside = node switch { ListNode list => list.Items, MapNode map => map.Entries.SelectMany(e => (Node[])[e.Key, e.Value]), _ => [] };
            foreach (var one in inside.Reverse()) open.Push(one);
        }
    }

    private List<Variable> Variables(MapNode? section)
    {
        var variables = new List<Variable>();
        foreach (var entry in section?.Entries ?? [])
        {
            if (NameRules.Own(entry.Name, "variable") is { } wrong) problems.Add(entry.Key.At, wrong);
            if (DataTemplate.Parse(entry.Value, problems) is { } value) variables.Add(new Variable(entry.Name, value, entry.Key.At));
        }
        return variables;
    }
}
