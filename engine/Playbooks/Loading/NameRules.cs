using System.Text.RegularExpressions;
using Playbooks.Templating;

namespace Playbooks.Loading;

/// <summary>Which names a user may give. Each answer is a sentence, or null where the name is good.</summary>
internal static partial class NameRules
{
    /// <summary>Members that `host` has by itself.</summary>
    private static readonly string[] HostMembers = ["name", "address", "groups", "label"];

    /// <summary>Of params, variables and captures: they stand in expressions by their own name.</summary>
    public static string? Own(string name, string what) =>
        !Word().IsMatch(name) ? $"`{name}` cannot be the name of a {what}: letters, digits and `_`, not beginning with a digit"
        : ReservedNames.Why(name) is { } why ? $"`{name}` cannot be the name of a {what}: it is {why}"
        : null;

    public static string? HostVariable(string name) =>
        HostMembers.Contains(name) ? $"`{name}` cannot be a variable: every host has a `host.{name}`"
        : ReservedNames.Why(name) is { } why ? $"`{name}` cannot be a variable: it is {why}"
        : null;

    /// <summary>Of secrets: they stand behind `secret.`, where nothing else does.</summary>
    public static string? Secret(string name) => Word().IsMatch(name) ? null : $"`{name}` cannot be the name of a secret: letters, digits and `_`, not beginning with a digit";

    public static string? Id(string name) =>
        !Word().IsMatch(name) ? $"`{name}` cannot be an id: letters, digits and `_`, not beginning with a digit"
        : name is "play" or "beginning" or "last_run" ? $"`{name}` cannot be an id: `since: {name}` means something else"
        : null;

    /// <summary>Of a step; `-t` parts them with commas.</summary>
    public static bool IsTag(string name) => Tag().IsMatch(name);

    [GeneratedRegex(@"^[\p{L}0-9_][\p{L}0-9_.-]*\z")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^[\p{L}_][\p{L}0-9_]*\z")]
    private static partial Regex Word();
}
