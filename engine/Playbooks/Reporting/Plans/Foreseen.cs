namespace Playbooks.Reporting.Plans;

/// <summary>A value as far as it is known before the run. Closed; nothing of it is a guess.</summary>
internal abstract record Foreseen
{
    private Foreseen() { }

    public sealed record Known(object? Value) : Foreseen;

    /// <summary>Steps and others that give what fills it in.</summary>
    public sealed record After(object? Written, IReadOnlyList<string> Givers) : Foreseen;

    /// <summary>All names are known, and it has no value all the same.</summary>
    public sealed record Wrong(object? Written, string Why) : Foreseen;
}

/// <summary>A value and the hosts and items it is for; no cases: it is the same for all.</summary>
internal sealed record ForeseenFor(IReadOnlyList<Case> Cases, Foreseen Value);
