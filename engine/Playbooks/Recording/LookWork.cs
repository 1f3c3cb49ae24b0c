using System.Text;
using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Recording;

/// <summary>One of our own scripts that only look, run as a step: it asserts nothing, its answer is read once all hosts have given theirs.</summary>
internal sealed record LookWork(string Script, IReadOnlyList<string> Words) : KindWork(new LookKind())
{
    private const int MostBytes = 64 << 20;

    public override Effect Effect => Effect.None;

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var look = await Look.Run(context, Script, Words, MostBytes, cancel);
        return look.Wrong ?? StepResult.Passed(new DataMap(new Dictionary<string, object?> { ["stdout"] = Encoding.UTF8.GetString(look.Stdout.Span), ["stderr"] = look.Stderr }));
    }

    /// <summary>Not of the language: no playbook can say it.</summary>
    private sealed class LookKind : StepKind
    {
        public override string Name => "look";

        public override string Summary => "Looks for what can be recorded.";

        public override IReadOnlyList<Key> Parameters => [];

        public override IReadOnlyList<ResultField> Fields => [new("stdout", "text", "What the script printed."), new("stderr", "text", "What it complained of.")];

        public override KindWork? Bind(Arguments arguments) => null;
    }
}
