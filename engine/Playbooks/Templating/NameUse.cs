using Playbooks.Problems;

namespace Playbooks.Templating;

/// <summary>
/// A name that an expression uses, with the members that follow it as far as they are constant: `a.b["c"][i].d` uses a with b, c.
/// Guarded: it stands in the first argument of `default` or `defined`, where it may be absent.
/// </summary>
public sealed record NameUse(string Name, IReadOnlyList<string> Members, Position At, bool Guarded)
{
    /// <summary>A number or a value in brackets picks one of a list: `a.b[0]`.</summary>
    public bool PicksOne { get; init; }
}
