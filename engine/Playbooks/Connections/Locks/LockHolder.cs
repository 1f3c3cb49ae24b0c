namespace Playbooks.Connections.Locks;

/// <summary>The run that changes a machine, as others who want to are told.</summary>
/// <param name="Run">Its name.</param>
/// <param name="Playbook">The playbook's.</param>
/// <param name="User">Who started it.</param>
/// <param name="Machine">Where.</param>
/// <param name="StartedAt">When.</param>
public sealed record LockHolder(string Run, string Playbook, string User, string Machine, string StartedAt)
{
    private const int Longest = 200;

    /// <summary>The end of a sentence.</summary>
    public override string ToString() => $"run {Run} of `{Playbook}`, which {User} started on {Machine} at {StartedAt}";

    /// <summary>One line for each, as a lock has them.</summary>
    internal IEnumerable<string> Lines => new[] { Run, Playbook, User, Machine, StartedAt }.Select(OneLine);

    /// <summary>Whoever may write to a host's /tmp may have written it.</summary>
    internal static LockHolder? Read(IReadOnlyList<string> lines) =>
        lines is [var run, var playbook, var user, var machine, var started] ? new LockHolder(OneLine(run), OneLine(playbook), OneLine(user), OneLine(machine), OneLine(started)) : null;

    private static string OneLine(string text) => string.Concat((text.Length <= Longest ? text : text[..Longest]).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
