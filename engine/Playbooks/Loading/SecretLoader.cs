using Playbooks.Loading.Language;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;

namespace Playbooks.Loading;

/// <summary>Reads where a secret is to be had: `{ env: NAME }` and its kin. Nothing is asked for or opened yet.</summary>
internal static class SecretLoader
{
    private const string Forms = "{ env: NAME }, { file: PATH }, { ask: QUESTION }, { vault: FILE, key: NAME } or { command: [WORD, …] }";

    private static readonly string[] Sources = [.. PlaybookKeys.Secret.Names.Where(key => key != "key")];

    /// <summary>The `secrets` of a playbook.</summary>
    public static IReadOnlyList<Secret> Section(MapNode? section, ProblemList problems)
    {
        foreach (var entry in section?.Entries ?? [])
            if (NameRules.Secret(entry.Name) is { } wrong) problems.Add(entry.Key.At, wrong);
        return [.. (section?.Entries ?? []).Select(entry => Read(entry.Name, entry.Value, problems)).OfType<Secret>()];
    }

    /// <summary>Null where it cannot be read, and the problems say why.</summary>
    public static Secret? Read(string name, Node node, ProblemList problems)
    {
        if (node is not MapNode map)
        {
            problems.Add(node is ScalarNode { Value: not null } ? Hidden(node.At) : node.At, $"`{name}` says where the secret is to be had, and does not hold it", $"write {Forms}");
            return null;
        }
        var reader = new MapReader(map, problems);
        var given = Sources.Where(source => reader.Take(source) is not null).ToList();
        var key = given is ["vault"] ? reader.Text("key") : null;
        if (given.Count > 1) problems.Add(map.At, $"`{name}` is to be had at one place, but here are `{string.Join("` and `", given)}`");
        reader.Done("a secret");
        if (given.Count == 0) problems.Add(map.At, $"`{name}` does not say where it is to be had", $"write {Forms}");
        return given is [var only] && Source(only, map[only]!, key, problems) is { } source ? new Secret(name, source, map[only]!.At) : null;
    }

    private static SecretSource? Source(string kind, Node node, string? key, ProblemList problems)
    {
        if (kind == "command") return Command(node, problems);
        if (node is not ScalarNode { Value: not null, Text.Value: { Length: > 0 } text } scalar || text.Contains("{{", StringComparison.Ordinal))
        {
            problems.Add(node.At, $"`{kind}` wants a text without templates");
            return null;
        }
        if (kind == "vault" && text.StartsWith(Secrets.Vault.Sign, StringComparison.Ordinal))
        {
            if (key is not null) problems.Add(node.At, "a `key` is looked for in a file, and this is the encrypted text itself", "leave `key` out");
            return new SecretSource.VaultText(text);
        }
        return kind switch
        {
            "env" => new SecretSource.Variable(text),
            "file" => new SecretSource.File(Path.GetFullPath(LocalFile.PathOf(text, scalar.At))),
            "ask" => new SecretSource.Ask(text),
            _ => new SecretSource.VaultFile(Path.GetFullPath(LocalFile.PathOf(text, scalar.At)), key),
        };
    }

    private static SecretSource.Command? Command(Node node, ProblemList problems)
    {
        var words = node is ListNode list ? list.Items.Select(item => item is ScalarNode { Value: not null } word ? word.Text.Value : "{{").ToList() : [];
        if (words.Count > 0 && words[0].Length > 0 && !words.Any(word => word.Contains("{{", StringComparison.Ordinal)))
            return new SecretSource.Command(words, FolderFiles.FolderOf(node.At.Source.Name));
        problems.Add(node.At, "`command` wants the program and its arguments as a list of texts without templates", "command: [pass, show, NAME]");
        return null;
    }

    /// <summary>The place, without the line: what stands there may well be the secret itself.</summary>
    private static Position Hidden(Position at) => at with { Source = new SourceText(at.Source.Name, "") };
}
