using System.Globalization;

namespace Playbooks.Steps.Files;

/// <summary>Whom a file belongs to and who may do what with it, as `chown` and `chmod` are told; empty: nothing is said.</summary>
internal sealed record FileRights(string Owner, string Mode)
{
    public static readonly FileRights None = new("", "");

    /// <summary>What is said, else what the file there has. A new one gets the owner that the system gives, and 0644, or 0755 where it may be run here, less the host's umask.</summary>
    public static FileRights Of(FileWishes wishes, HostFile there, bool isExecutable) => there.Exists
        ? new($"{wishes.Owner ?? Text(there.Uid)}:{wishes.Group ?? Text(there.Gid)}", Octal(wishes.Mode ?? there.Mode))
        : new(Named(wishes), wishes.Mode is { } mode ? Octal(mode) : isExecutable ? "less0755" : "less0644");

    /// <summary>Of a folder that is made: `x` where the mode has `r`.</summary>
    public static FileRights OfFolder(FileWishes wishes) => new(Named(wishes), wishes.Mode is { } mode ? Octal(mode & 0x1ff | (mode & 0x124) >> 2) : "");

    /// <summary>Only what is said, of a file that is there. Another owner or group takes setuid and setgid away: the mode is set again then.</summary>
    public static FileRights Said(FileWishes wishes, HostFile there) => new(Named(wishes), wishes.Mode is { } mode ? Octal(mode) : Named(wishes).Length > 0 ? Octal(there.Mode) : "");

    /// <summary>How the file there differs from what is said: a name, what it has, what it should have.</summary>
    public static IEnumerable<(string What, string Has, string Wanted)> Differences(FileWishes wishes, HostFile there)
    {
        if (wishes.Mode is { } mode && mode != there.Mode) yield return ("mode", Octal(there.Mode), Octal(mode));
        if (wishes.Owner is { } owner && !Is(owner, there.Uid, there.Owner)) yield return ("owner", there.Owner, owner);
        if (wishes.Group is { } group && !Is(group, there.Gid, there.Group)) yield return ("group", there.Group, group);
    }

    /// <summary>Nobody but its owner may read it: a key, a password.</summary>
    public static bool IsPrivate(int mode) => (mode & 0x3f) == 0;

    private static string Named(FileWishes wishes) => wishes.Group is { } group ? $"{wishes.Owner}:{group}" : wishes.Owner ?? "";

    private static bool Is(string wanted, long number, string name) => wanted == name || wanted == Text(number);

    private static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
