using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Files;

/// <summary>What `copy` and `template` say of a file beside its content, filled in.</summary>
/// <param name="Mode">The permissions; null: as they are.</param>
/// <param name="Validate">The words of a command; none: it is not validated.</param>
internal sealed record FileWishes(string Dest, int? Mode, string? Owner, string? Group, bool Backup, IReadOnlyList<string> Validate);

/// <summary>What `copy` and `template` may say of a file beside its content.</summary>
internal sealed record FileSettings(Setting<string> Dest, Setting<int>? Mode, Setting<string>? Owner, Setting<string>? Group, Setting<bool>? Backup, IReadOnlyList<Template> Validate)
{
    public static IReadOnlyList<Key> Parameters { get; } =
    [
        new("dest", "text", "Where it belongs on the host, as a whole path. Where a folder is, or the path ends in `/`, it goes into that under its own name. A link stays, and what it leads to is replaced.", Required: true),
        new("mode", "text", "Its permissions in octal, such as \"0644\". Without it an existing file keeps its own; a new one gets 0644 (0755 where it may be run here) less the host's umask."),
        new("owner", "text", "Whom it belongs to, by name or number. Without it an existing file keeps its own."),
        new("group", "text", "Its group, by name or number. Without it an existing file keeps its own."),
        new("backup", "boolean", "true: the file that was there is kept beside it, as `FILE.DATE-TIME.bak`; the result has its path.") { Default = "false" },
        new("validate", "words", "A command that must end well before the file takes its place; `%s` is the new file's path. No shell reads it."),
    ];

    /// <summary>What every step that brings files tells.</summary>
    public static IReadOnlyList<ResultField> Fields { get; } =
    [
        new("changed", "boolean", "Something was changed on the host."),
        new("diff", "text", "What was changed, or differs, as `diff -u` shows it; empty where nothing does."),
        new("checksum", "text", "The SHA-256 of what is to be there."),
        new("dest", "text", "The path it has on the host."),
        new("backup", "text", "The path under which the file that was there is kept; null: there is none."),
    ];

    private static readonly SettingType<string> Path = new("a path that begins with /", (object? value, out string read) =>
    {
        read = value as string ?? "";
        return read.StartsWith('/') && !read.Contains('\0', StringComparison.Ordinal);
    });

    private static readonly SettingType<int> Octal = new("permissions in octal, as a text such as \"0644\"", (object? value, out int read) =>
    {
        var isOctal = value is string { Length: >= 3 and <= 5 } text && text.All(c => c is >= '0' and <= '7') && (text.Length < 5 || text[0] == '0');
        read = isOctal ? Convert.ToInt32((string)value!, 8) : 0;
        return isOctal;
    });

    private static readonly SettingType<string> Account = new("a name or number of an account", (object? value, out string read) =>
    {
        read = value is long or string ? Data.ToText(value) : "";
        return read.Length > 0 && read[0] != '-' && !read.Any(c => c is ':' or '\0' or '\n');
    });

    /// <summary>Null where there were problems.</summary>
    public static FileSettings? Bind(Arguments arguments)
    {
        var dest = arguments.Get("dest", Path);
        var settings = dest is null ? null : new FileSettings(dest, arguments.Get("mode", Octal), arguments.Get("owner", Account), arguments.Get("group", Account),
            arguments.Get("backup", SettingTypes.Boolean), WordTemplates.Of(arguments, "validate") ?? []);
        if (arguments.Has("validate") && settings is { Validate: var words } && !words.Any(word => word.Text.Contains("%s", StringComparison.Ordinal)))
            arguments.Problems.Add(arguments.PlaceOf("validate"), "`validate` does not name the file that it is to look at", "write %s where the new file's path belongs, as in validate: visudo -cf %s");
        return settings;
    }

    public FileWishes Get(Scope scope) => new(Dest.Get(scope), Mode?.Get(scope), Owner?.Get(scope), Group?.Get(scope), Backup?.Get(scope) == true, WordTemplates.Fill(Validate, scope));
}
