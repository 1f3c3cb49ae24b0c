using System.Collections;

namespace Playbooks.Problems;

/// <summary>Collects the problems of a run's files, so that all are reported at once.</summary>
public sealed class ProblemList : IReadOnlyCollection<Problem>
{
    /// <summary>Nobody reads more, and each costs a search for what was meant.</summary>
    private const int Most = 200;

    /// <summary>In expressions, words of commands and params of calls; so many of them take about a second.</summary>
    private const int MostWork = 50_000;

    private readonly List<Problem> problems = [];
    private readonly HashSet<(string, int, int, string)> seen = [];
    private int work;

    public int Count => problems.Count;

    /// <summary>Adds a problem, once: two stages may both stumble over the same place.</summary>
    /// <exception cref="TooMuchException">There are so many that the rest is not looked for.</exception>
    public void Add(Problem problem)
    {
        if (problems.Count == Most) problems.Add(new Problem(problem.At, $"more than {Most} problems: what comes after this place is not looked for"));
        if (problems.Count > Most) throw new TooMuchException();
        if (seen.Add((problem.At.Source.Name, problem.At.Line, problem.At.Column, problem.Message)))
            problems.Add(problem);
    }

    public void Add(Position at, string message, string? mend = null) => Add(new Problem(at, message, mend));

    /// <summary>Notes a problem that ends the reading: `throw problems.TooMuch(…)`.</summary>
    public TooMuchException TooMuch(Position at, string message, string? mend = null)
    {
        Add(at, message, mend);
        return new TooMuchException();
    }

    /// <summary>Counts what takes time, so that a hostile file is refused soon and not read for minutes.</summary>
    /// <exception cref="TooMuchException">It was too much.</exception>
    public void Spend(int units, Position at)
    {
        if ((work += units) > MostWork) throw TooMuch(at, $"up to here these are more than {MostWork} expressions, words and params", "split the playbook, or keep data outside of it");
    }

    /// <summary>The problems file by file (in the order they were first met), each file from top to bottom.</summary>
    public IEnumerator<Problem> GetEnumerator() => problems
        .GroupBy(p => p.At.Source.Name)
        .SelectMany(file => file.OrderBy(p => p.At.Line).ThenBy(p => p.At.Column))
        .GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
