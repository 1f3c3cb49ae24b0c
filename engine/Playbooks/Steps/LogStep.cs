using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Steps;

/// <summary>`log`: looks for what was written to log files since a point of the run.</summary>
public sealed class LogStep : StepKind
{
    public override string Name => "log";

    public override string Summary => "Looks for what was written to log files since a point of the run.";

    public override IReadOnlyList<KindParameter> Parameters => [new("path", "text", "The file, absolute; a `*` in its last part stands for any letters.", Required: true)];

    public override IReadOnlyList<ResultField> Fields => [];

    public override KindWork? Bind(Arguments arguments) => null;
}

/// <summary>A `log` step, bound.</summary>
public sealed record LogWork(StepKind Kind, Setting<string> Path, string Since, Position SinceAt) : KindWork(Kind)
{
    /// <summary>The files cannot be looked at; the message is a sentence for the user.</summary>
    public sealed class NotReadableException(string message) : Exception(message);

    public override Effect Effect => Effect.None;

    /// <summary>Notes the files as they are now: the window begins here.</summary>
    /// <exception cref="NotReadableException">They cannot be looked at.</exception>
    public Task<IReadOnlyList<LogMark>> Note(StepContext context, CancellationToken cancel) => throw new NotReadableException(Path.At.ToString());

    public override Task<StepResult> Run(StepContext context, CancellationToken cancel) => throw new NotReadableException("");
}
