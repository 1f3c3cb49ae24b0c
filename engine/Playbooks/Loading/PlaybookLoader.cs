using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;

namespace Playbooks.Loading;

/// <summary>Reads a playbook and the actions it uses. The main path of loading begins here.</summary>
public sealed class PlaybookLoader(ProblemList problems)
{
    private static readonly string[] NotYet = ["secrets", "env", "probes", "notify", "keep"];

    /// <summary>Calls go from action to action: no deeper than this, which a stack holds.</summary>
    private const int MostActions = 500;

    /// <summary>Of one file with steps: some ten thousand of them. An inventory may be longer.</summary>
    private const int MostValues = 50_000;

    private readonly List<SourceText> texts = [];
    private readonly Dictionary<string, MapEntry> actionNodes = [];

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
            if (root is not null) problems.Add(root.At, $"a playbook is a map, but this is {root.Kind}", "name: …\nsteps: …");
            return null;
        }
        CheckLength(map);
        var reader = new MapReader(map, problems);
        var folder = Path.GetDirectoryName(path) ?? "";
        var used = new HashSet<string>();
        foreach (var use in reader.Items("use"))
            if (use is ScalarNode { Value: string twice } && !used.Add(Path.GetFullPath(Path.Combine("/", folder, twice.Replace("\0", "", StringComparison.Ordinal))))) problems.Add(use.At, $"`{twice}` is used twice");
            else if (use is ScalarNode { Value: string file }) CollectActions(ReadFile(Path.Combine(folder, file), use));
            else problems.Add(use.At, $"`use` wants the path of a file with actions, but this is {use.Kind}");

        var steps = new StepLoader(actionNodes.Keys.ToHashSet(), problems);
        var parameters = ParameterLoader.Read(reader.Section("params"), problems);
        var playbook = new Playbook
        {
            Source = map.At.Source,
            Name = reader.Text("name") ?? Path.GetFileNameWithoutExtension(path),
            Description = reader.Text("description"),
            Params = parameters,
            Vars = Variables(reader.Section("vars")),
            Actions = actionNodes.ToDictionary(a => a.Key, a => Action(a.Value, steps)),
            Inventory = reader.Text("inventory"),
            Defaults = steps.Defaults(reader),
            Forks = reader.Setting("forks", SettingTypes.WholeNumber(1, 1000))?.Get(Templating.Scope.Empty),
            Steps = steps.Steps(reader.Take("steps"), "steps", StepLoader.Room.Playbook),
            Always = steps.Steps(reader.Take("always"), "always", StepLoader.Room.Playbook),
            Texts = texts,
        };
        if (map["steps"] is null or ScalarNode { Value: null } or ListNode { Items.Count: 0 }) problems.Add(map.At, "a playbook needs `steps`", "steps:\n  - name: …");
        reader.Done("a playbook", NotYet);
        return playbook;
    }

    /// <summary>Reads a file of actions alone, as `lint` does.</summary>
    public void LoadActions(Node root)
    {
        try
        {
            CollectActions(root);
            var steps = new StepLoader(actionNodes.Keys.ToHashSet(), problems);
            foreach (var entry in actionNodes.Values.ToList()) Action(entry, steps);
        }
        catch (TooMuchException)
        {
            // It is told already.
        }
    }

    /// <summary>A file's nodes; a file that cannot be read is a problem at the place that names it.</summary>
    public Node? ReadFile(string path, Node? named = null)
    {
        try
        {
            var node = Yaml.Read(path, ReadBounded(path), problems);
            if (node is not null) texts.Add(node.At.Source);
            return node;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add(named?.At ?? Position.In(path), FileProblem(path, e));
            return null;
        }
    }

    /// <summary>No more than would be refused anyway: a path may name a device that never ends.</summary>
    private static byte[] ReadBounded(string path)
    {
        using var file = File.OpenRead(path);
        using var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (kept.Length <= Yaml.MaxBytes && file.Read(buffer) is > 0 and var count) kept.Write(buffer, 0, count);
        return kept.ToArray();
    }

    internal static string FileProblem(string path, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"there is no file {path}",
        UnauthorizedAccessException when Directory.Exists(path) => $"{path} is a folder, not a file",
        UnauthorizedAccessException => $"{path} may not be read",
        _ => $"{path} cannot be read: {e.Message}",
    };

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
            else if (StepKinds.Find(entry.Name) is not null || StepKinds.NotYet.Contains(entry.Name) || StepLoader.Keys.Contains(entry.Name) || entry.Name is "block" or "put_back" or "always")
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
