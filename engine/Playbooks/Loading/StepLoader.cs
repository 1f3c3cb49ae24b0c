using Playbooks.Loading.Language;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Loading;

/// <summary>Turns the nodes of steps into steps: finds the kind of each and hands it its part.</summary>
/// <param name="actions">The names that `use` brought in.</param>
/// <param name="include">Reads the playbook at a path, named at that node; null where it cannot be read, and the problems say why.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed partial class StepLoader(IReadOnlySet<string> actions, Func<ScalarNode, Playbook?> include, ProblemList problems)
{
    /// <summary>The keys of any step; the kinds' words come beside them.</summary>
    public static readonly IReadOnlyList<string> Keys = StepKeys.Step.Names;

    /// <summary>What a step does that is no kind: the runner itself does it.</summary>
    public static readonly IReadOnlyList<string> Nodes = [.. StepKeys.Nodes.Select(node => node.Name)];

    private static readonly string[] NotOnBlocks = NotOn(Holders.Block);

    /// <summary>Keys that belong to one node only, or to another key.</summary>
    private static readonly (string Key, string Node, string Lack)[] Beside =
    [
        .. StepKeys.Block.Names.Select(key => (key, "a `block` or a `parallel`", NoNode)),
        .. StepKeys.Include.Names.Select(key => (key, "an `include`", NoNode)),
        .. StepKeys.Batch.Names.Select(key => key == "batch" ? (key, "a `block`", NoNode) : (key, "a `batch`", "there is none here")),
    ];

    private const string NoNode = "this step is none";

    private static string[] NotOn(Holders holder) => [.. StepKeys.Step.Keys.Where(key => key.NotOn.HasFlag(holder)).Select(key => key.Name)];

    /// <summary>Where steps stand decides what they may be.</summary>
    public enum Room
    {
        Playbook,
        Action,
        Undo,
        Probe,
    }

    public IReadOnlyList<Step> Steps(Node? node, string key, Room room)
    {
        if (node is null or ScalarNode { Value: null }) return [];
        if (node is ListNode list) return [.. list.Items.Select(item => Step(item, room)).OfType<Step>()];
        if (room == Room.Undo && node is MapNode) return Step(node, room) is { } single ? [single] : [];
        problems.Add(node.At, $"`{key}` must be a list of steps, but is {node.Kind}", "put a `-` before each step");
        return [];
    }

    private Step? Step(Node node, Room room)
    {
        if (node is ScalarNode { Value: string word } && (StepKinds.Find(word) is not null || actions.Contains(word)))
            node = new MapNode(node.At, [new MapEntry((ScalarNode)node, new ScalarNode(PlacedText.At(node.At, ""), true))]);
        if (node is not MapNode map)
        {
            problems.Add(node.At, $"a step must be a map, but is {node.Kind}", "- name: …");
            return null;
        }
        var before = problems.Count;
        var reader = new MapReader(map, problems);
        var kinds = map.Entries.Where(e => !Keys.Contains(e.Name) && IsWork(e.Name)).ToList();
        foreach (var second in kinds.Skip(1))
            problems.Add(second.Key.At, $"a step does one thing, but this one says `{kinds[0].Name}` and `{second.Name}`", "make it two steps");
        foreach (var kind in kinds) reader.Take(kind.Name);

        var isBlock = kinds is [{ Name: "block" or "parallel" }, ..];
        var work = kinds.Count > 0 ? Work(kinds[0], reader, room) : map.Entries.All(e => Keys.Contains(e.Name)) ? new AssertOnly() : null;
        if (isBlock)
            foreach (var entry in map.Entries.Where(e => NotOnBlocks.Contains(e.Name)))
                problems.Add(entry.Key.At, entry.Name == "at" ? "`at` on a block is not there yet in this version" : $"`{entry.Name}` does not go on a `{kinds[0].Name}`", "put it on the steps inside");

        var defaults = Defaults(reader, room == Room.Probe ? SettingTypes.SampleTime : SettingTypes.Duration);
        // A pattern that cannot be read is not the same as none.
        if (defaults.Hosts is null && map["hosts"] is not null) work = null;
        var step = new Step
        {
            At = kinds.Count > 0 ? kinds[0].Key.At : map.At,
            Title = Title(reader, kinds),
            IsNamed = map["name"] is not null,
            Id = Id(reader),
            Tags = Tags(reader),
            Work = work ?? new Broken(),
            Own = defaults,
            Runs = At(reader),
            RunOnce = reader.Flag("run_once") == true,
            When = Expression(reader, "when"),
            Loop = Loop(reader),
            Assert = Asserts(reader, out var any),
            AnyResult = any,
            Capture = Captures(reader.Section("capture")),
            Within = reader.Setting("within", SettingTypes.Duration),
            Every = reader.Setting("every", room == Room.Probe ? SettingTypes.Period : SettingTypes.Duration),
            MaxOutput = reader.Setting("max_output", SettingTypes.Bytes),
            Severity = Choice<Severity>(reader, "severity") ?? Severity.Error,
            Undo = Steps(reader.Take("undo"), "undo", Room.Undo),
            Budget = room == Room.Probe ? Budget(reader) : null,
        };
        if (room == Room.Probe) CheckProbe(map, step);
        else if (kinds.Count == 0 && map["assert"] is null && map["capture"] is null && map.Entries.All(e => Keys.Contains(e.Name)))
            problems.Add(map.At, "this step does nothing", "give it a kind such as `command`, `http`, `netstat` or `log`, or an `assert`");
        foreach (var (key, beside, lack) in Beside.Where(b => reader.IsLeft(b.Key)))
        {
            reader.Take(key);
            problems.Add(map.Entries.First(e => e.Name == key).Key.At, $"`{key}` stands beside {beside}, and {lack}");
        }
        reader.Done(room == Room.Probe ? "a probe" : "a step", alsoKnown: StepKinds.All.Select(k => k.Name).Concat(Nodes).Concat(actions).Concat(work is Block { Parallel: false } ? StepKeys.Batch.Names : []),
            foreign: key => Inside(kinds, key) ?? AnsibleWords.Mend(key), common: "name, hosts, when, loop, assert, capture, …, and one kind: command, shell, http, copy, log, netstat, …");
        if (problems.Count == before) new StepShape(room).Report(step, problems);
        return step;
    }

    /// <summary>The key is a parameter of the step's kind, and stands beside it.</summary>
    private static string? Inside(List<MapEntry> kinds, string key) => kinds is [var kind] && StepKinds.Find(kind.Name)?.Parameters.Any(p => p.Name == key) == true
        ? $"it stands inside: {kind.Name}: {{ …, {key}: … }}" : null;

    private bool IsWork(string name) => Nodes.Contains(name) || StepKinds.Find(name) is not null || actions.Contains(name);

    private Work? Work(MapEntry entry, MapReader reader, Room room)
    {
        if (entry.Name is "block" or "parallel")
        {
            if (room == Room.Undo) problems.Add(entry.Key.At, $"a `{entry.Name}` inside an undo is not there yet in this version");
            var steps = Steps(entry.Value, entry.Name, room);
            if (steps.Count == 0 && entry.Value is ListNode { Items.Count: 0 } or ScalarNode { Value: null }) problems.Add(entry.Key.At, $"this `{entry.Name}` is empty");
            return new Block(steps, Steps(reader.Take("rescue"), "rescue", room), Steps(reader.Take("always"), "always", room), entry.Name == "parallel")
            {
                Batches = entry.Name == "block" ? Batches(reader, room) : null,
                Probes = Probes(reader, room),
            };
        }
        if (entry.Name == "include") return Include(entry, reader, room);
        if (entry.Name == "put_back")
        {
            if (entry.Value is ScalarNode { Value: string id }) return new PutBack(id, entry.Value.At);
            problems.Add(entry.Value.At, "`put_back` wants the id of a step in this block");
            return null;
        }
        if (StepKinds.Find(entry.Name) is { } kind) return Arguments.Bind(kind, entry.Key.At, entry.Value, problems);
        return Call(entry);
    }

    private Batches? Batches(MapReader reader, Room room)
    {
        if (reader.Map["batch"] is not { } batch) return null;
        if (room != Room.Playbook) problems.Add(batch.At, $"a `batch` does not go inside {(room == Room.Undo ? "an undo" : "an action")}", "put it on a block of the playbook");
        if (reader.Map["within"] is { } within) problems.Add(within.At, "`within` does not go on a block in batches", "put it on the steps inside");
        var sizes = reader.Setting("batch", SettingTypes.BatchSizes);
        var order = reader.Setting("order", SettingTypes.BatchOrder);
        var pause = reader.Setting("pause", SettingTypes.Duration);
        var most = reader.Setting("max_failed", SettingTypes.WholeNumber(0, int.MaxValue));
        return sizes is null ? null : new Batches(sizes, HostPattern.Parse(PlacedText.At(batch.At, Model.Batches.Group), problems)!, batch.At) { Order = order, Pause = pause, MaxFailed = most };
    }

    private Include? Include(MapEntry entry, MapReader reader, Room room)
    {
        if (room is Room.Undo or Room.Action) problems.Add(entry.Key.At, $"an `include` does not go inside {(room == Room.Undo ? "an undo" : "an action")}");
        var values = Values(reader.Section("params"));
        if (entry.Value is not ScalarNode { Value: string path } file) problems.Add(entry.Value.At, $"`include` wants the path of a playbook, but this is {entry.Value.Kind}", "include: verify.yaml");
        else if (path.Contains("{{", StringComparison.Ordinal)) problems.Add(file.At, "`include` holds no templates: what runs is known before the run", "choose between includes with `when`");
        else if (include(file) is { } playbook) return new Include(playbook, entry.Key.At, values);
        return null;
    }

    private Dictionary<string, DataTemplate> Values(MapNode? map) => (map?.Entries ?? [])
        .Select(e => (e.Name, Value: DataTemplate.Parse(e.Value, problems)))
        .Where(e => e.Value is not null)
        .ToDictionary(e => e.Name, e => e.Value!);

    private ActionCall? Call(MapEntry entry)
    {
        if (entry.Value is MapNode or ScalarNode { Value: null }) return new ActionCall(entry.Name, entry.Key.At, Values(entry.Value as MapNode));
        problems.Add(entry.Value.At, $"`{entry.Name}` is an action and wants its parameters as a map, but this is {entry.Value.Kind}", $"{entry.Name}: {{ name: value }}");
        return null;
    }

    public StepDefaults Defaults(MapReader reader, SettingType<TimeSpan>? timeout = null) => new()
    {
        Hosts = reader.Take("hosts") is { } hosts ? Pattern(hosts) : null,
        Sudo = reader.Setting("sudo", SettingTypes.Sudo),
        Env = reader.Setting("env", SettingTypes.Environment),
        Timeout = reader.Setting("timeout", timeout ?? SettingTypes.Duration),
        OnFailure = Choice<OnFailure>(reader, "on_failure"),
        Effect = Choice<Effect>(reader, "effect"),
    };

    public T? Choice<T>(MapReader reader, string key) where T : struct, Enum
    {
        if (reader.Take(key) is not { } node) return null;
        if (node is ScalarNode { Value: string text } && Enum.GetValues<T>().Where(v => v.ToString().Equals(text, StringComparison.OrdinalIgnoreCase) && text.All(char.IsAsciiLetterLower)).ToArray() is [var found]) return found;
        var words = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToList();
        problems.Add(node.At, $"`{key}` must be one of {string.Join(", ", words)}", node is ScalarNode { Value: string near } ? Suggest.DidYouMean(near, words) : null);
        return null;
    }

    private HostPattern? Pattern(Node node)
    {
        if (node is ScalarNode { Value: not null } scalar) return HostPattern.Parse(scalar.Text, problems);
        problems.Add(node.At, $"a pattern of hosts is a text, but this is {node.Kind}", node is ListNode ? "join the names with commas: hosts: web, was" : null);
        return null;
    }

    private Place? At(MapReader reader) => reader.Take("at") switch
    {
        null => null,
        ScalarNode { Value: "host" } => Place.Host,
        ScalarNode { Value: "localhost" } => Place.Localhost,
        var node => Pattern(node) is { } pattern ? new Place(PlaceKind.Pattern, pattern) : null,
    };

    private List<string> Tags(MapReader reader)
    {
        var tags = new List<string>();
        foreach (var item in reader.Items("tags"))
            if (item is ScalarNode { Value: string tag } && NameRules.IsTag(tag)) tags.Add(tag);
            else problems.Add(item.At, "a tag is a word of letters, digits, `_`, `-` and `.`", "tags: [quick, was]");
        return tags;
    }

    private string? Id(MapReader reader)
    {
        var id = reader.Text("id");
        if (id is not null && NameRules.Id(id) is { } wrong) problems.Add(reader.Map["id"]!.At, wrong);
        return id;
    }

    private string Title(MapReader reader, List<MapEntry> kinds)
    {
        var name = reader.Text("name");
        if (name?.Contains("{{", StringComparison.Ordinal) == true) problems.Add(reader.Map["name"]!.At, "a name is shown as it is written and holds no templates");
        if (name is not null || kinds.Count == 0) return name ?? "assert";
        return kinds[0].Value is ScalarNode { Value: not null } short1 ? $"{kinds[0].Name}: {FirstLine(short1.Text.Value.Trim())}" : reader.Text("id") ?? kinds[0].Name;
    }

    private static string FirstLine(string text) => text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? text[..end].TrimEnd() + " …" : text;

    private Expression? Expression(MapReader reader, string key) => reader.Take(key) is { } node ? Expression(node, key) : null;

    private Expression? Expression(Node node, string key)
    {
        if (node is ScalarNode { Value: not null } scalar) return Templating.Expression.Parse(scalar.Text, problems);
        problems.Add(node.At, $"`{key}` wants an expression, but this is {node.Kind}", node is MapNode ? "quote an expression that holds `: ` or begins with `{`" : null);
        return null;
    }

    private List<Expression> Asserts(MapReader reader, out bool any)
    {
        var node = reader.Take("assert");
        any = node is ScalarNode { Value: "any" };
        if (node is null || any) return [];
        var items = node is ListNode list ? list.Items : [node];
        if (items.Count == 0 || node is ScalarNode { Value: null }) problems.Add(node.At, "an empty `assert` asserts nothing", "write an expression, or `assert: any` where every result will do");
        return node is ScalarNode { Value: null } ? [] : [.. items.Select(item => Assertion(item, isInBrackets: node is ListNode && node.At.Source.Line(node.At.Line).ElementAtOrDefault(node.At.Column - 1) == '[')).OfType<Expression>()];
    }

    private Expression? Assertion(Node node, bool isInBrackets)
    {
        if (isInBrackets && node is ScalarNode { Plain: true, Value: string text } && Open(text) > 0)
        {
            problems.Add(node.At, $"`{text}` ends inside its brackets", "a comma ends an item of [ … ]: quote the expression, or write the list with a `-` for each");
            return null;
        }
        return Expression(node, "assert");
    }

    /// <summary>How many of its brackets are not closed; those in quotes are text.</summary>
    private static int Open(string expression)
    {
        var open = 0;
        char? quote = null;
        for (var i = 0; i < expression.Length; i++)
            if (quote is not null && expression[i] == '\\' && quote != '`') i++;
            else if (quote is not null) quote = expression[i] == quote ? null : quote;
            else if (expression[i] is '"' or '\'' or '`') quote = expression[i];
            else open += expression[i] switch { '(' => 1, ')' => -1, _ => 0 };
        return open;
    }

    public IReadOnlyList<Capture> Captures(MapNode? section)
    {
        var captures = new List<Capture>();
        foreach (var entry in section?.Entries ?? [])
        {
            if (NameRules.Own(entry.Name, "capture") is { } wrong) problems.Add(entry.Key.At, wrong);
            if (Expression(entry.Value, "capture") is { } value) captures.Add(new Capture(entry.Name, value, entry.Key.At));
        }
        return captures;
    }

    private Loop? Loop(MapReader reader)
    {
        var name = reader.Text("as");
        if (name is not null && NameRules.Own(name, "loop's item") is { } wrong) problems.Add(reader.Map["as"]!.At, wrong);
        var node = reader.Take("loop");
        if (node is null && name is not null) problems.Add(reader.Map["as"]!.At, "`as` names the item of a `loop`, but there is none");
        return node switch
        {
            null => null,
            ListNode => DataTemplate.Parse(node, problems) is { } items ? new Loop(null, items, name ?? "item") : null,
            ScalarNode { Value: null or bool or long or double } value => NoLoop(value),
            _ => Expression(node, "loop") is { } expression ? new Loop(expression, null, name ?? "item") : null,
        };
    }

    private Loop? NoLoop(ScalarNode node)
    {
        problems.Add(node.At, $"a `loop` goes over a list, but this is {node.Kind}", node.Value is long and > 0 ? $"write 1..{node.Value}" : null);
        return null;
    }
}
