using System.Text;
using Playbooks.Model;

namespace Playbooks.Steps.Log;

/// <summary>`log`: looks for what was written to log files since a point of the run.</summary>
public sealed class LogStep : StepKind
{
    private static readonly SettingType<IReadOnlyList<string>> Texts = new("a text or a list of texts, each with something in it and no line end", (object? value, out IReadOnlyList<string> read) =>
        SettingTypes.Texts.TryRead(value, out read) && read.Count > 0 && read.All(text => text.Length > 0 && !text.Contains('\n', StringComparison.Ordinal)));

    public override string Name => "log";

    public override string Summary => "Looks for what was written to log files since a point of the run.";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("path", "text", "The file, absolute. A `*` or `?` in its last part stands for any letters or one; a value that is filled in never does.", Required: true),
        new("since", "text", "Where the window begins: play when the run began, the id of an earlier step just before that, beginning at the start of the files, last_run where the last run of this playbook had read to.") { Default = "play", IsFixed = true },
        new("contains", "texts", "A text or a list: each must stand in some line of the window."),
        new("matches", "texts", "A regex or a list: each must match some line of the window. What is filled into it stands for itself."),
        new("lacks", "texts", "A text or a list: no line of the window may hold any of them."),
        new("encoding", "text", "How the files are decoded, such as euc-kr.") { Default = "utf-8" },
    ];

    public override IReadOnlyList<ResultField> Fields =>
    [
        new("lines", "list", "The lines that hold or match something of `contains` and `matches`; without both, all lines of the window."),
        new("count", "number", "How many such lines there are."),
        new("first", "text", "The first of them."),
        new("found", "boolean", "Whether there is one."),
        new("window", "map", "What was looked at: since, files (each with path, from, to and the sha256 of these bytes), bytes, and notes on what was lost."),
    ];

    public override bool CanProbe => false;

    public override KindWork? Bind(Arguments arguments)
    {
        var path = arguments.Raw("path") is { } node ? LogPath.Parse(node, arguments.Problems) : null;
        var setting = path is null ? null : arguments.Get("path", SettingTypes.Text);
        var since = Since(arguments);
        var contains = arguments.Get("contains", Texts);
        var lacks = arguments.Get("lacks", Texts);
        var matches = arguments.Raw("matches") is { } patterns ? LinePatterns.Parse(patterns, arguments.Problems) : null;
        if (matches is not null) arguments.Note(matches.Templates);
        var encoding = arguments.Get("encoding", Encodings.Type, Encoding.UTF8);
        return path is null || setting is null ? null : new LogWork(this, setting, since, arguments.PlaceOf("since"))
        {
            Files = path,
            Contains = contains,
            Matches = matches,
            Lacks = lacks,
            Encoding = encoding,
        };
    }

    /// <summary>The planner knows the ids; here only what can never be one is found.</summary>
    private static string Since(Arguments arguments)
    {
        if (!arguments.Has("since")) return "play";
        const string mend = "`since` is play, beginning, last_run, or the id of an earlier step";
        if (arguments.Raw("since") is not ScalarNode { Value: string word } || word.Length == 0) arguments.Problems.Add(arguments.PlaceOf("since"), $"`since` must be a word, but is {arguments.Raw("since")!.Kind}", mend);
        else if (word.Contains("{{", StringComparison.Ordinal)) arguments.Problems.Add(arguments.PlaceOf("since"), "`since` holds no templates: the window opens before any value is known", mend);
        else return word;
        return "play";
    }
}
