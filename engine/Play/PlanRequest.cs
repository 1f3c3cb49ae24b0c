using System.Collections;
using Play.Completing;
using Playbooks.Connections.Configuring;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;

namespace Play;

/// <summary>What the command line says beside the playbook, and the way from it to a plan.</summary>
internal sealed record PlanRequest
{
    public IReadOnlyList<string> Inventories { get; init; } = [];

    public IReadOnlyList<string> Values { get; init; } = [];

    public string? Limit { get; init; }

    public IReadOnlyCollection<string>? Tags { get; init; }

    public int? Forks { get; init; }

    public bool AllowEmpty { get; init; }

    /// <summary>Nobody is told at the end, and no secret is wanted for that.</summary>
    public bool NoNotify { get; init; }

    /// <summary>Values of params that an earlier run of the same was given; <see cref="Values"/> add to them.</summary>
    public IReadOnlyDictionary<string, GivenValue> Kept { get; init; } = new Dictionary<string, GivenValue>();

    /// <summary>Null where there are problems: all of them are in the list.</summary>
    public Plan? Plan(string file, ProblemList problems) => Read(file, problems)?.Plan;

    /// <summary>The plan, with all that it is made of. Null where there are problems: all of them are in the list.</summary>
    public PlanReading? Read(string file, ProblemList problems)
    {
        try
        {
            return Planned(file, problems);
        }
        catch (TooMuchException)
        {
            return null;
        }
    }

    /// <summary>For a playbook that is in no file: the values that are given are its params.</summary>
    public Plan? Plan(Playbook playbook, ProblemList problems)
    {
        try
        {
            var loader = new PlaybookLoader(problems);
            var given = Given(loader, problems);
            playbook = new OneStepLoader(problems).With(playbook, given.Select(g => (g.Key, g.Value.At)));
            var inventory = Inventory(InventoryPaths("", playbook), "", problems);
            return new Planner(inventory, EnvironmentValues(), problems).Plan(playbook, Wishes(given, problems));
        }
        catch (TooMuchException)
        {
            return null;
        }
    }

    private PlanReading? Planned(string file, ProblemList problems)
    {
        var path = Find(file);
        var loader = new PlaybookLoader(problems);
        var playbook = Path.Exists(path) ? loader.Load(path) : Nowhere(path, problems);
        List<string> inventories = [.. InventoryPaths(path, playbook)];
        var inventory = Inventory(inventories, path, problems);
        if (playbook is null) return null;
        if (NoNotify) playbook = playbook with { Notify = [] };
        var wishes = Wishes(Given(new PlaybookLoader(problems), problems), problems);
        return new Planner(inventory, EnvironmentValues(), problems).Plan(playbook, wishes) is { } plan
            ? new PlanReading(plan, loader.Texts, this with { Inventories = inventories }, path, wishes)
            : null;
    }

    private static Playbook? Nowhere(string path, ProblemList problems)
    {
        var looked = Path.IsPathRooted(path) ? null : $"looked for in {Environment.CurrentDirectory} and in playbooks/ there";
        problems.Add(Position.In(path), "there is no such playbook", Meant(path) is { } file ? $"did you mean `{file}`?" : looked);
        return null;
    }

    /// <summary>What is called nearly so, or just so with another ending.</summary>
    private static string? Meant(string path)
    {
        var files = Candidates.Playbooks(path[..(path.LastIndexOf('/') + 1)]).Select(file => file.Text).Where(FolderFiles.IsYaml).ToLookup(file => Path.GetFileNameWithoutExtension(file));
        var stem = Path.GetFileNameWithoutExtension(path);
        return (files.Contains(stem) ? stem : Suggest.Closest(stem, files.Select(named => named.Key))) is { } meant ? files[meant].First() : null;
    }

    private Planner.Wishes Wishes(Dictionary<string, GivenValue> given, ProblemList problems)
    {
        if (Forks is < 1 or > 1000) problems.Add(Position.In("--forks", $"{Forks}"), "`--forks` must be a number from 1 to 1000");
        return new Planner.Wishes
        {
            Params = given,
            Limit = Limit is null ? null : HostPattern.Parse(PlacedText.Of("-l", Limit), problems),
            Tags = Tags,
            Forks = Forks,
            AllowEmpty = AllowEmpty,
        };
    }

    /// <summary>The inventory alone; null where there is none or it has problems, and the list says which.</summary>
    public Inventory? Hosts(ProblemList problems)
    {
        if (InventoryPaths("", null).ToList() is { Count: > 0 } paths) return Inventory(paths, "", problems);
        problems.Add(Position.In("play hosts"), $"there is no inventory: PLAY_INVENTORY is not set, and there is no {Path.Combine(Environment.CurrentDirectory, "hosts.yaml")} and no {UsersInventory}", "name one with -i FILE");
        return null;
    }

    /// <summary>The playbook and the inventory for who only wants to know what is called how: nothing is run for it, nobody is asked, and problems are told by who uses them.</summary>
    public (Playbook? Playbook, Inventory Inventory) Known(string? file)
    {
        var problems = new ProblemList();
        var path = file is null ? "" : Find(file);
        var playbook = file is null ? null : new PlaybookLoader(problems).Load(path);
        var inventories = InventoryPaths(path, playbook).ToList();
        if (inventories.Any(InventoryFiles.HasProgram)) return (playbook, Playbooks.Model.Inventory.Empty);
        var loader = new InventoryFiles(new PlaybookLoader(problems), new Dictionary<string, object?>(), problems);
        foreach (var inventory in inventories) loader.Add(inventory);
        return (playbook, loader.Build(FolderOf(path)));
    }

    /// <summary>The file as it is named, or in `playbooks/`.</summary>
    public static string Find(string file)
    {
        var inFolder = Path.Combine("playbooks", file);
        return File.Exists(file) || !File.Exists(inFolder) ? file : inFolder;
    }

    public static IReadOnlyDictionary<string, object?> EnvironmentValues() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (object?)(string?)e.Value);

    /// <summary>Null where it has problems of its own: then what it lacks is no news, and only the playbook's names are checked.</summary>
    private static Inventory? Inventory(IEnumerable<string> paths, string playbookPath, ProblemList problems)
    {
        var before = problems.Count;
        var loader = new InventoryFiles(new PlaybookLoader(problems), EnvironmentValues(), problems, Configs.AddressOf);
        foreach (var path in paths) loader.Add(path);
        var built = loader.Build(FolderOf(playbookPath));
        return problems.Count == before ? built : null;
    }

    /// <summary>Of a playbook; null: there is none.</summary>
    private static string? FolderOf(string playbookPath) => playbookPath.Length == 0 ? null : FolderFiles.FolderOf(playbookPath);

    /// <summary>`-i`, else the playbook's own, else PLAY_INVENTORY, else hosts.yaml beside the playbook, here, or in the user's configuration.</summary>
    private IEnumerable<string> InventoryPaths(string playbookPath, Playbook? playbook)
    {
        var folder = Path.GetDirectoryName(playbookPath) ?? "";
        if (Inventories.Count > 0) return Inventories;
        if (playbook?.Inventory is { } own) return [Path.Combine(folder, own)];
        if (Environment.GetEnvironmentVariable("PLAY_INVENTORY") is { Length: > 0 } named) return [named];
        return new[] { Path.Combine(folder, "hosts.yaml"), "hosts.yaml", UsersInventory }.Where(File.Exists).Take(1);
    }

    /// <summary>The user's own, read where somebody asks.</summary>
    public static SshConfigs Configs { get; } = new(TimeProvider.System);

    private static string UsersInventory => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"), "play", "hosts.yaml");

    private Dictionary<string, GivenValue> Given(PlaybookLoader files, ProblemList problems)
    {
        var given = new Dictionary<string, GivenValue>(Kept);
        foreach (var (name, value) in Said(files, problems)) given[name] = value;
        return given;
    }

    /// <summary>The values that the command line gives.</summary>
    public Dictionary<string, GivenValue> Said(PlaybookLoader files, ProblemList problems)
    {
        var given = new Dictionary<string, GivenValue>();
        foreach (var text in Values)
        {
            var at = Position.In("-e", text);
            if (text.StartsWith('@'))
            {
                var root = files.ReadFile(text[1..]);
                if (root is MapNode map)
                    foreach (var entry in map.Entries)
                        if (DataTemplate.Parse(entry.Value, problems) is not { } data) continue;
                        else if (data.IsConstant) given[entry.Name] = new GivenValue(data.Evaluate(Playbooks.Templating.Scope.Empty), false, entry.Key.At);
                        else problems.Add(entry.Value.At, "a value given with -e @FILE is data and holds no templates");
                else if (root is not null) problems.Add(root.At, $"-e @FILE wants a map from param to value, but this is {root.Kind}");
            }
            else if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
                given[text[..equals]] = new GivenValue(text[(equals + 1)..], true, at);
            else
                problems.Add(at, $"`-e {text}` is neither NAME=VALUE nor @FILE");
        }
        return given;
    }
}
