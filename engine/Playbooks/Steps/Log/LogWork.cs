using System.Text;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Steps.Log;

/// <summary>A `log` step, bound.</summary>
public sealed record LogWork : KindWork
{
    internal LogWork(StepKind kind, Setting<string> path, string since, Position sinceAt) : base(kind) => (Path, Since, SinceAt, Encoding) = (path, since, sinceAt, Setting<Encoding>.Constant(System.Text.Encoding.UTF8, sinceAt));

    /// <summary>The files cannot be looked at; the message is a sentence for the user.</summary>
    public sealed class NotReadableException(string message) : Exception(message);

    /// <summary>The path as it was written; what it names is known once it is filled in.</summary>
    public Setting<string> Path { get; }

    /// <summary>play, beginning, last_run, or the id of an earlier step.</summary>
    public string Since { get; }

    public Position SinceAt { get; }

    internal LogPath? Files { get; init; }

    internal Setting<IReadOnlyList<string>>? Contains { get; init; }

    internal LinePatterns? Matches { get; init; }

    internal Setting<IReadOnlyList<string>>? Lacks { get; init; }

    internal Setting<Encoding> Encoding { get; init; }

    /// <summary>Lines are judged here, so what they are to hold goes nowhere.</summary>
    public override IEnumerable<Template> OnCommandLine => Path.Templates;

    public override Effect Effect => Effect.None;

    /// <summary>Its window is told also where the playbook leaves it to the language.</summary>
    protected override IEnumerable<ShownParameter> Show(IReadOnlyList<ShownParameter> written)
    {
        var since = ShownParameter.Of("since", DataTemplate.Constant(Since, SinceAt)) with { Lead = Since is "play" or "beginning" or "last_run" ? "" : "just before " };
        return [.. written.Where(p => p.Name == "path"), since, .. written.Where(p => p.Name is not ("path" or "since"))];
    }

    /// <summary>Notes the files as they are now: the window begins here. Files that are born later have no mark and count from their start.</summary>
    /// <exception cref="NotReadableException">They cannot be looked at.</exception>
    /// <exception cref="ExpressionException">The path cannot be filled in.</exception>
    public Task<IReadOnlyList<LogMark>> Note(StepContext context, CancellationToken cancel) => new LogReader(context, Files!.Fill(context.Scope)).Note(cancel);

    /// <summary>Which files it is about, as a text: the same in each run, so that a run can ask what another one has read.</summary>
    /// <exception cref="ExpressionException">The path cannot be filled in.</exception>
    public string PathIn(Scope scope) => Files!.Fill(scope).Shown;

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var path = Files!.Fill(context.Scope);
        var question = new LogQuestion
        {
            Contains = Contains?.Get(context.Scope) ?? [],
            Matches = Matches?.Fill(context.Scope) ?? [],
            Lacks = Lacks?.Get(context.Scope) ?? [],
            Encoding = Encoding.Get(context.Scope),
            Path = path.Shown,
            Since = Since switch
            {
                "play" => " since the run began",
                "beginning" => "",
                "last_run" => context.LastRun is { } run ? $" since the run {run}" : "",
                var id => $" since `{id}`",
            },
        };
        // What was read by an attempt before is not read again.
        var isFirst = Since == "last_run" && context.LastRun is null;
        if (context.Memory.Kept is not OpenWindow window || window.Question.Words != question.Words) context.Memory.Kept = window = new OpenWindow(question, context.Marks, isFirst || Since == "beginning");
        var seen = await window.Look(new LogReader(context, path), context, cancel);
        if (window.IsBroken) context.Memory.Kept = null;
        if (seen.Wrong is { } wrong) return wrong;
        var result = new LogVerdict(question, seen with { Since = isFirst ? "beginning" : context.LastRun ?? Since }).Result();
        if (isFirst) result = result with { Notes = [$"no run of this playbook had looked at {path.Shown} before: this one did from the start of what has the name now", .. result.Notes] };
        return result with { ReadTo = window.ReadTo() };
    }
}
