using System.Text.RegularExpressions;

namespace Playbooks.Tests.Docs;

/// <summary>A page of the documentation: where its links lead, its headings' anchors as GitHub makes them, and what it shows in YAML.</summary>
internal sealed partial record Page(string Path, string Text)
{
    /// <summary>Every page of the project, by its path from the project's folder.</summary>
    public static IReadOnlyList<Page> All { get; } =
    [
        .. new[] { "docs", "examples", "playbooks", "engine" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
            .Where(file => !file.Contains(".received.", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => new Page(System.IO.Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file))),
    ];

    /// <summary>Those that lead to a file or heading of the project.</summary>
    public IEnumerable<string> Links => Link().Matches(InlineCode().Replace(Prose, "")).Select(link => link.Groups["to"].Value).Where(to => !Scheme().IsMatch(to));

    /// <summary>What may stand behind a `#`: of headings of the same name the second has `-1` behind it.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            var anchors = NamedPlace().Matches(Text).Select(place => place.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
            foreach (var same in Heading().Matches(Prose).Select(heading => AnchorOf(heading.Groups["text"].Value)).GroupBy(anchor => anchor, StringComparer.Ordinal))
                anchors.UnionWith(same.Select((anchor, index) => index == 0 ? anchor : $"{anchor}-{index}"));
            return anchors;
        }
    }

    /// <summary>What stands between ```yaml and ```, but for what is Ansible's and says so.</summary>
    public IEnumerable<Snippet> Snippets =>
        from fence in Fence().Matches(Text)
        let yaml = fence.Groups["body"].Value
        where fence.Groups["kind"].Value == "yaml" && !yaml.StartsWith("# Ansible", StringComparison.Ordinal)
        select new Snippet($"{Path.Replace('/', '-')}-{Text[..fence.Groups["body"].Index].Count(c => c == '\n') + 1}.yaml", yaml, fence.Groups["params"].Value);

    private string Prose => Fence().Replace(Text, "");

    private static string AnchorOf(string heading) =>
        string.Concat(LinkedText().Replace(heading, "${text}").ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    /// <summary>A playbook, an inventory, actions, or a part of a playbook, named by its page and line; a comment before it has the params that steps alone see.</summary>
    internal sealed partial record Snippet(string Name, string Yaml, string Params)
    {
        /// <summary>As a file: steps alone get a playbook around them, the head of a playbook gets a step.</summary>
        public string Whole =>
            Yaml.StartsWith("- ", StringComparison.Ordinal) ? $"hosts: all\nuse: [actions/tomcat.yaml, actions/mod_jk.yaml]\n{Params}\nsteps:\n{LineStart().Replace(Yaml, "  ")}"
            : WholeFile().IsMatch(Yaml) ? Yaml
            : $"{Yaml}steps: [{{ print: done }}]\n";

        [GeneratedRegex("^(?=.)", RegexOptions.Multiline)]
        private static partial Regex LineStart();

        [GeneratedRegex("^(steps|actions|groups|ssh):", RegexOptions.Multiline)]
        private static partial Regex WholeFile();
    }

    [GeneratedRegex(@"(?:^<!-- (?<params>params: [^\n]*) -->\n)?^ *```(?<kind>\w*)[^\n]*\n(?<body>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(`+)[^`]+\1")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkedText();

    [GeneratedRegex("^[a-z]+:")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^#{1,6} +(?<text>[^\n]*?) *$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("<a (?:id|name)=\"(?<name>[^\"]+)\"")]
    private static partial Regex NamedPlace();
}
