using System.Collections;

namespace Playbooks.Problems;

/// <summary>Collects the problems of a run's files, so that all are reported at once.</summary>
public sealed class ProblemList : IReadOnlyCollection<Problem>
{
    private readonly List<Problem> problems = [];
    private readonly HashSet<(string, int, int, string)> seen = [];

    public int Count => problems.Count;

    /// <summary>Adds a problem, once: two stages may both stumble over the same place.</summary>
    public void Add(Problem problem)
    {
        if (seen.Add((problem.At.Source.Name, problem.At.Line, problem.At.Column, problem.Message)))
            problems.Add(problem);
    }

    public void Add(Position at, string message, string? mend = null) => Add(new Problem(at, message, mend));

    /// <summary>The problems file by file (in the order they were first met), each file from top to bottom.</summary>
    public IEnumerator<Problem> GetEnumerator() => problems
        .GroupBy(p => p.At.Source.Name)
        .SelectMany(file => file.OrderBy(p => p.At.Line).ThenBy(p => p.At.Column))
        .GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
