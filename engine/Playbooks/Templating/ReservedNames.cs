using System.Collections.Frozen;

namespace Playbooks.Templating;

/// <summary>The names that a param, a var, a capture or a host variable cannot take, because in an expression they mean something else.</summary>
public static class ReservedNames
{
    internal static readonly FrozenSet<string> Statements = new[]
    {
        "if", "else", "end", "for", "while", "break", "continue", "import", "include", "include_join", "capture", "func", "ret", "return",
        "with", "wrap", "case", "when", "readonly", "tablerow", "do",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Words =
        new[] { "true", "false", "null", "this", "empty", "blank", "and", "or", "not", "in", "is", "contains" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Ours =
        new[] { "host", "hosts", "groups", "steps", "all", "probes", "failed", "item", "index", "play", "env", "secret", "result" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Why the name is taken, as the end of a sentence ("`for` is …"), or null where it is free.</summary>
    public static string? Why(string name) =>
        Statements.Contains(name) || Words.Contains(name) ? "a word of the expression language"
        : Ours.Contains(name) ? "one of play's own names"
        : BuiltIns.Has(name) ? "a function"
        : BuiltIns.Families.Contains(name) ? "a family of functions"
        : null;

    /// <summary>The functions that an expression may call, `count` and `string.upcase` alike.</summary>
    public static IEnumerable<string> Functions => BuiltIns.Names;

    public static bool Contains(string name) => Why(name) is not null;

    public static IEnumerable<string> All => [.. Statements, .. Words, .. Ours, .. BuiltIns.Names.Where(x => !x.Contains('.', StringComparison.Ordinal)), .. BuiltIns.Families];
}
