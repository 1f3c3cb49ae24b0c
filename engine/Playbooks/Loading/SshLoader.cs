using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;

namespace Playbooks.Loading;

/// <summary>Reads what stands under `ssh`: `[user@]host[:port]`, or a map.</summary>
internal static class SshLoader
{
    public static SshSettings Read(Node node, string folder, ProblemList problems, bool withHost)
    {
        if (node is ScalarNode { Value: string text } scalar && withHost) return Destination(scalar, text, problems);
        if (node is not MapNode map)
        {
            problems.Add(node.At, $"`ssh` must be {(withHost ? "[user@]host[:port] or " : "")}a map, but is {node.Kind}");
            return new SshSettings();
        }
        var reader = new MapReader(map, problems);
        var settings = new SshSettings
        {
            HostName = withHost && reader.Text("host") is { } host ? Bare(host) : null,
            Port = reader.Setting("port", SettingTypes.WholeNumber(1, 65535))?.Get(Templating.Scope.Empty),
            User = reader.Text("user"),
            Key = reader.Text("key") is { } key ? Path.GetFullPath(LocalFile.PathOf(key, folder)) : null,
            KnownHosts = reader.Text("known_hosts") is { } file ? Path.GetFullPath(LocalFile.PathOf(file, folder)) : null,
            Timeout = reader.Setting("timeout", SettingTypes.Duration)?.Get(Templating.Scope.Empty),
            Password = reader.Take("password") is { } password ? SecretLoader.Read("password", password, problems) : null,
            SudoPassword = reader.Take("sudo_password") is { } sudo ? SecretLoader.Read("sudo_password", sudo, problems) : null,
            Jump = Joined(reader.Items("jump"), "jump", problems),
            HostKey = HostKeyLoader.Read(reader.Items("host_key"), problems),
            Kex = reader.Text("kex"),
        };
        if (settings.User is { } user && !SshDestination.IsUser(user)) problems.Add(map["user"]!.At, $"`{user}` is no name of a user");
        if (settings.Kex is not (null or "pq")) problems.Add(map["kex"]!.At, $"`kex` can be `pq`, but is `{settings.Kex}`", "leave it out for the key exchanges that cost least");
        reader.Done("`ssh`");
        return settings;
    }

    /// <summary>An IPv6 address without brackets.</summary>
    private static string Bare(string host) => host is ['[', .. var inside, ']'] ? inside : host;

    private static string? Joined(IEnumerable<Node> items, string what, ProblemList problems)
    {
        var texts = new List<string>();
        foreach (var item in items)
            if (item is ScalarNode { Value: string text }) texts.Add(text);
            else problems.Add(item.At, $"`{what}` must be a text, or a list of texts, but is {item.Kind}");
        return texts.Count == 0 ? null : string.Join(',', texts);
    }

    /// <summary>What an entry says that stands for so many hosts: once for all, or where a range follows that of the name, for each its own.</summary>
    public static IReadOnlyList<SshSettings> Each(Node node, string folder, ProblemList problems, ScalarNode name, int count)
    {
        var text = (node is MapNode map ? map["host"] : node) as ScalarNode;
        if (text is not { Value: string } || !NameRanges.IsIn(text.Text.Value)) return [Named(Read(node, folder, problems, withHost: true))];
        if (NameRanges.Expand(text.Text, problems) is not { } each) return [new SshSettings()];
        if (each.Count != count)
        {
            problems.Add(text.At, $"`{text.Text.Value}` is {each.Count} names, but `{name.Text.Value}` is {(count == 1 ? "one host" : $"{count} hosts")}", "the n-th name is that of the n-th host: write the same range in both");
            return [new SshSettings()];
        }
        var before = problems.Count;
        var settings = node is MapNode ? Read(node, folder, problems, withHost: true) : null;
        return [.. each.Select(one => settings is null ? Destination(text, one, problems) : Named(settings with { HostName = one })).TakeWhile(_ => problems.Count == before).DefaultIfEmpty(new SshSettings())];

        SshSettings Named(SshSettings of)
        {
            if (of.HostName is { } host && !SshDestination.IsHost(host)) problems.Add(text!.At, $"`{host}` is no name of a host, and no address");
            return of;
        }
    }

    private static SshSettings Destination(ScalarNode node, string text, ProblemList problems)
    {
        if (SshDestination.Parse(text) is { } settings) return settings;
        problems.Add(node.At, $"`{text}` is no [user@]host[:port]", "an IPv6 address stands in brackets: [2001:db8::1]:22");
        return new SshSettings();
    }
}
