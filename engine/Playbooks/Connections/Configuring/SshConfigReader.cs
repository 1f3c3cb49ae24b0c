using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Playbooks.Connections.Configuring;

/// <summary>
/// Our own reader of ssh's configuration: the same answer as `ssh -G`, without a process for each host, wherever it knows every word of
/// the files. Where it does not it says so instead of guessing.
/// </summary>
/// <param name="home">Where ~/.ssh is.</param>
/// <param name="files">In the order in which ssh reads them; those that are not there are empty.</param>
internal sealed partial class SshConfigReader(string home, IReadOnlyList<string> files)
{
    /// <summary>As ssh's own.</summary>
    private const int DeepestInclude = 16;

    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<SshConfigLine>>> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _globs = new(StringComparer.Ordinal);

    /// <exception cref="UndecidedException">Only ssh itself can tell, or would refuse too.</exception>
    public SshValues Read(SshQuestion question)
    {
        var values = new SshValues();
        foreach (var file in files.Where(File.Exists)) Read(file, question, values, Folder(file), true, 0);
        return values;
    }

    /// <summary>What a relative path of an `Include` starts from.</summary>
    private string Folder(string file) => file.StartsWith("/etc/", StringComparison.Ordinal) ? "/etc/ssh" : Path.Combine(home, ".ssh");

    private void Read(string file, SshQuestion question, SshValues values, string folder, bool may, int depth)
    {
        var active = may;
        foreach (var line in _files.GetOrAdd(file, f => new(() => Lines(f))).Value)
            switch (SshConfigKeys.NameOf(line.Key))
            {
                case "host": active = Host(line, question.Name) && may; break;
                case "match": active = Match(line, question, values) && may; break;
                case "include" when depth == DeepestInclude: throw new UndecidedException(line.Where, "files that include each other");
                case "include":
                    foreach (var included in line.Words().SelectMany(word => Included(line, word, folder))) Read(included, question, values, folder, active, depth + 1);
                    break;
                case var key:
                    Take(line, key, values, active);
                    break;
            }
    }

    private static IReadOnlyList<SshConfigLine> Lines(string file)
    {
        // As ssh: what others may write is not to be trusted.
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0) throw new UndecidedException(file, "permissions that let others write it");
        try
        {
            return [.. File.ReadLines(file).Select((text, i) => SshConfigLine.Parse(file, i + 1, text)).OfType<SshConfigLine>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UndecidedException(file, $"what cannot be read: {e.Message}");
        }
    }

    private static void Take(SshConfigLine line, string key, SshValues values, bool active)
    {
        if (SshConfigKeys.IsHarmless(key)) return;
        IReadOnlyList<string> words = key switch
        {
            "proxycommand" or "proxyjump" or "knownhostscommand" when line.Rest.Length == 0 => throw new UndecidedException(line.Where, $"`{line.Key}` without a value"),
            "proxycommand" or "knownhostscommand" => [line.Rest],
            "proxyjump" => [Jump().IsMatch(line.Rest) ? line.Rest : throw Bad(line)],
            "userknownhostsfile" or "globalknownhostsfile" => Files(line),
            "ignoreunknown" => line.Words(),
            _ => [line.Only()],
        };
        var fits = key switch
        {
            "port" => Number().IsMatch(words[0]) && int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture) < 65536,
            "connecttimeout" => words[0] == "none" || SshValues.Seconds(words[0]) is not null,
            "identitiesonly" or "passwordauthentication" or "kbdinteractiveauthentication" or "hashknownhosts" => IsOneOf(words[0], "yes", "no", "true", "false"),
            "pubkeyauthentication" => IsOneOf(words[0], "yes", "no", "true", "false", "unbound", "host-bound"),
            "stricthostkeychecking" => IsOneOf(words[0], "yes", "no", "true", "false", "off", "ask", "accept-new"),
            "addressfamily" => IsOneOf(words[0], "inet", "inet6", "any"),
            "canonicalizehostname" => !active || IsOneOf(words[0], "no", "false"),
            "hostname" or "user" or "identityfile" or "certificatefile" or "identityagent" or "hostkeyalias" or "preferredauthentications" or "revokedhostkeys" or "knownhostscommand" or "proxycommand" or "proxyjump"
                or "userknownhostsfile" or "globalknownhostsfile" => true,
            _ => throw new UndecidedException(line.Where, $"the key `{line.Key}`"),
        };
        if (!fits) throw Bad(line);
        // Of the two the one that is said first rules out the other; a jump of `none` only other jumps.
        if (key == "proxyjump" && values.Has("proxycommand") || key == "proxycommand" && values.One("proxyjump") is not (null or "none")) return;
        if (active) values.Say(key, words, line.Where);
    }

    private static IReadOnlyList<string> Files(SshConfigLine line) =>
        line.Words() is { Count: > 1 } words && words.Any(w => w.Equals("none", StringComparison.OrdinalIgnoreCase)) || line.Words().Contains("") ? throw Bad(line) : line.Words();

    private static bool IsOneOf(string word, params ReadOnlySpan<string> words)
    {
        foreach (var one in words)
            if (word.Equals(one, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static UndecidedException Bad(SshConfigLine line) => new(line.Where, $"`{line.Key} {line.Rest}`");

    private static bool Host(SshConfigLine line, string name)
    {
        var patterns = line.Words();
        return patterns.Contains("") ? throw Bad(line) : Wildcards.AnyMatches(patterns, name);
    }

    /// <summary>Every criterion has to hold; `!` before one turns it round.</summary>
    private static bool Match(SshConfigLine line, SshQuestion question, SshValues values)
    {
        // Here ssh splits words in another way; nobody has a reason to write quotes.
        if (line.Rest.AsSpan().IndexOfAny("\"'=\\") >= 0) throw Bad(line);
        var words = line.Rest.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).TakeWhile(w => !w.StartsWith('#')).ToList();
        if (words.Count == 0) throw Bad(line);
        if (words.Count == 1 && words[0].TrimStart('!').Equals("all", StringComparison.OrdinalIgnoreCase)) return words[0][0] != '!';
        var holds = true;
        for (var at = 0; at < words.Count; at += 2)
        {
            var criterion = words[at].ToLowerInvariant();
            if (at + 1 == words.Count) throw Bad(line);
            var hit = criterion.TrimStart('!') switch
            {
                "host" => IsInList(words[at + 1], Resolved(question, values, line)),
                "originalhost" => IsInList(words[at + 1], question.Name),
                "user" => IsInList(words[at + 1], question.User ?? values.One("user") ?? Environment.UserName, ignoreCase: false),
                "localuser" => IsInList(words[at + 1], Environment.UserName, ignoreCase: false),
                _ => throw Bad(line),
            };
            holds &= hit != criterion.StartsWith('!');
        }
        return holds;
    }

    /// <summary>What `Match host` looks at: the name that was said so far.</summary>
    private static string Resolved(SshQuestion question, SshValues values, SshConfigLine line) =>
        values.One("hostname") is { } said ? new SshTokens(question, null, null, "") { HostName = question.Name }.Fill(line.Where, said, "h") : question.Name;

    /// <summary>Patterns with commas between.</summary>
    private static bool IsInList(string list, string name, bool ignoreCase = true) => ignoreCase
        ? Wildcards.AnyMatches(list.ToLowerInvariant().Split(','), name.ToLowerInvariant())
        : Wildcards.AnyMatches(list.Split(','), name);

    private IReadOnlyList<string> Included(SshConfigLine line, string word, string folder)
    {
        // Newer versions of ssh fill these in.
        if (word.Contains('%', StringComparison.Ordinal) || word.Contains("${", StringComparison.Ordinal) || word.StartsWith('~') && !word.StartsWith("~/", StringComparison.Ordinal)) throw Bad(line);
        var path = word.StartsWith('~') ? home + word[1..] : Path.Combine(folder, word);
        return _globs.GetOrAdd(path, p => [.. Glob(p)]);
    }

    /// <summary>The files that a pattern of a path names, in their order.</summary>
    private static IEnumerable<string> Glob(string path)
    {
        IEnumerable<string> found = ["/"];
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            found = part.AsSpan().IndexOfAny("*?[\\") < 0
                ? found.Select(folder => Path.Combine(folder, part)).Where(Path.Exists)
                : found.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFileSystemEntries(folder).Where(entry => IsNamed(part, Path.GetFileName(entry))).Order(StringComparer.Ordinal));
        return found.Where(File.Exists);
    }

    private static bool IsNamed(string pattern, string name)
    {
        if (pattern.AsSpan().IndexOfAny("[\\") >= 0) throw new UndecidedException(pattern, "a pattern with brackets");
        return (name[0] != '.' || pattern[0] == '.') && Wildcards.Match(pattern, name);
    }

    [GeneratedRegex(@"^(none|([\w.-]+@)?([\w.%-]+|\[[0-9a-fA-F:]+\])(:[1-9][0-9]{0,4})?(,([\w.-]+@)?([\w.-]+|\[[0-9a-fA-F:]+\])(:[1-9][0-9]{0,4})?)*)\z")]
    private static partial Regex Jump();

    [GeneratedRegex(@"^[1-9][0-9]{0,5}\z")]
    private static partial Regex Number();
}
