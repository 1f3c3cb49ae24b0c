using Playbooks.Templating.Evaluating;

namespace Playbooks.Templating.Functions;

/// <summary>A function that expressions may call.</summary>
/// <param name="Usage">It shows the arguments; those in [ ] may be left out.</param>
/// <param name="Summary">A sentence for the documentation.</param>
/// <param name="Example">A call and, behind `→`, what it gives.</param>
/// <param name="Invoke">Does it.</param>
internal sealed record Function(string Usage, string Summary, string Example, Func<Arguments, object?> Invoke)
{
    public string Name { get; } = Usage[..Usage.IndexOf('(', StringComparison.Ordinal)];

    /// <summary>Which argument is a regex: a constant one is checked before the run.</summary>
    public int? Pattern { get; init; }

    public int Most { get; } = Usage.Contains("()", StringComparison.Ordinal) ? 0 : Usage.Count(c => c == ',') + 1;

    public int Least => Most - Usage.Count(c => c == '[');

    public string Takes => (Least, Most) switch
    {
        (1, 1) => "one argument",
        var (least, most) when least == most => $"{least} arguments",
        var (least, most) => $"{least} to {most} arguments",
    };
}
