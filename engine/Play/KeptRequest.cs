using Playbooks.Connections;
using Playbooks.Loading;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Play;

/// <summary>What a run was asked for, as it is kept: what is needed to plan it again, whoever asks for that, and wherever.</summary>
internal sealed record KeptRequest
{
    /// <summary>The working directory that all paths start in.</summary>
    public required string Folder { get; init; }

    /// <summary>The playbook's path.</summary>
    public required string File { get; init; }

    public required PlanRequest Request { get; init; }

    public bool Verbose { get; init; }

    /// <summary>The params whose values are not kept, because secrets stand in them.</summary>
    public required IReadOnlyList<string> Hidden { get; init; }

    /// <summary>What it is about, as a text: runs with the same can be compared.</summary>
    public string Scope => string.Join('\n', [.. Request.Inventories.Select(inventory => Path.GetFullPath(inventory, Folder)), $"limit {Request.Limit}", .. (Request.Tags ?? []).Order(StringComparer.Ordinal)]);

    public static KeptRequest Of(PlanReading reading, Masker masker, bool verbose)
    {
        bool IsHidden(KeyValuePair<string, GivenValue> given) =>
            reading.Plan.Playbook.Params.Any(p => p.Name == given.Key && p.IsSecret) || Data.ToJson(given.Value.Value) is var json && masker.Mask(json) != json;
        var given = reading.Wishes.Params.ToLookup(IsHidden);
        return new()
        {
            Folder = Environment.CurrentDirectory,
            File = reading.File,
            Request = reading.Request with { Values = [], Kept = given[false].ToDictionary() },
            Verbose = verbose,
            Hidden = [.. given[true].Select(g => g.Key)],
        };
    }

    /// <summary>The request of a run that goes on, in its own working directory, which becomes that of this program. Null where it cannot be; the problems say why.</summary>
    /// <param name="values">What the command line gives again, `-e`; its files are read from where it was called.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public PlanRequest? Again(IReadOnlyList<string> values, ProblemList problems)
    {
        var before = problems.Count;
        var said = new PlanRequest { Values = values }.Said(new PlaybookLoader(problems), problems);
        foreach (var (name, value) in said.Where(s => !Hidden.Contains(s.Key) && !(Request.Kept.TryGetValue(s.Key, out var kept) && Data.ToJson(kept.Value) == Data.ToJson(s.Value.Value))))
            problems.Add(value.At, $"`{name}` cannot be given another value: a run goes on with those it began with", Hidden.Count == 0 ? "leave it out" : $"only what holds a secret is given again, because it was not kept: {string.Join(", ", Hidden)}");
        foreach (var name in Hidden.Where(name => !said.ContainsKey(name)))
            problems.Add(Position.In("-e"), $"`{name}` holds a secret, so its value was not kept", $"give it again: -e {name}=…");
        try
        {
            if (problems.Count == before) Environment.CurrentDirectory = Folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add(Position.In(Folder), "the folder that the run was begun in is not there any more, or cannot be entered", "its paths start there: put it back");
        }
        return problems.Count > before ? null : Request with { Kept = Request.Kept.Concat(said.Where(s => Hidden.Contains(s.Key))).ToDictionary() };
    }

    public string ToJson() => Data.ToJson(new DataMap(
    [
        new("folder", Folder), new("file", File), new("inventories", Texts(Request.Inventories)), new("limit", Request.Limit), new("tags", Request.Tags is null ? null : Texts(Request.Tags)),
        new("forks", (long?)Request.Forks), new("allow_empty", Request.AllowEmpty), new("no_notify", Request.NoNotify), new("verbose", Verbose), new("hidden", Texts(Hidden)),
        // A value stands as a text of its own, so that it may be nested as deep as anywhere else.
        new("params", new DataMap(Request.Kept.Select(k => KeyValuePair.Create(k.Key, (object?)new DataMap([new(k.Value.IsText ? "text" : "data", k.Value.IsText ? k.Value.Value : Data.ToJson(k.Value.Value))]))))),
    ]));

    /// <summary>Null: it was written by something else.</summary>
    public static KeptRequest? FromJson(string json) => Data.FromJson(json) is DataMap map && map.TryGetValue("params", out var kept) && kept is DataMap values
        ? new()
        {
            Folder = Text(map, "folder") ?? "",
            File = Text(map, "file") ?? "",
            Request = new PlanRequest
            {
                Inventories = List(map, "inventories") ?? [],
                Limit = Text(map, "limit"),
                Tags = List(map, "tags"),
                Forks = map.GetValueOrDefault("forks") is long forks ? (int)forks : null,
                AllowEmpty = map.GetValueOrDefault("allow_empty") is true,
                NoNotify = map.GetValueOrDefault("no_notify") is true,
                Kept = values.ToDictionary(v => v.Key, v => Value(v.Key, v.Value as DataMap ?? DataMap.Empty)),
            },
            Verbose = map.GetValueOrDefault("verbose") is true,
            Hidden = List(map, "hidden") ?? [],
        }
        : null;

    private static GivenValue Value(string name, DataMap kept) =>
        Text(kept, "text") is { } text ? new GivenValue(text, true, Position.In("-e", $"{name}={text}")) : new GivenValue(Data.FromJson(Text(kept, "data") ?? "null"), false, Position.In("-e", name));

    private static string? Text(DataMap map, string name) => map.GetValueOrDefault(name) as string;

    private static List<string>? List(DataMap map, string name) => map.GetValueOrDefault(name) is IReadOnlyList<object?> list ? [.. list.OfType<string>()] : null;

    private static List<object?> Texts(IEnumerable<string> texts) => [.. texts];
}
