using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading.Ansible;

/// <summary>Reads `group_vars` and `host_vars` (docs.ansible.com, the plugin ansible.builtin.host_group_vars): NAME, NAME.yml, NAME.yaml or NAME.json, or all files in a folder NAME.</summary>
internal sealed class VarsFolders(AnsibleFiles files, ProblemList problems)
{
    private const int Deepest = 16;

    private static readonly string[] Extensions = ["", ".yml", ".yaml", ".json"];

    private readonly Dictionary<string, HashSet<string>> names = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, AnsibleVariable>> read = [];

    private static readonly Dictionary<string, AnsibleVariable> Nothing = [];

    /// <param name="beside">The folder in which `group_vars` and `host_vars` are.</param>
    /// <param name="kind">Which of the two.</param>
    /// <param name="name">The group's or the host's.</param>
    public IReadOnlyDictionary<string, AnsibleVariable> Of(string beside, string kind, string name)
    {
        // A name is never a path: an executable says it, and where it led is shown.
        if (name.Contains('/', StringComparison.Ordinal) || name is "" or "." or "..") return Nothing;
        var folder = Path.Combine(beside, kind);
        if (!names.TryGetValue(folder, out var there)) names[folder] = there = [.. Entries(folder).Select(path => Path.GetFileName(path))];
        if (Extensions.Select(extension => name + extension).FirstOrDefault(there.Contains) is not { } found) return Nothing;
        var path = Path.Combine(folder, found);
        if (!read.TryGetValue(path, out var variables)) read[path] = variables = All(path);
        return variables;
    }

    private Dictionary<string, AnsibleVariable> All(string path)
    {
        var variables = new Dictionary<string, AnsibleVariable>();
        foreach (var file in Directory.Exists(path) ? Inside(path, 0) : [path])
            foreach (var (name, variable) in One(file)) variables[name] = variable;
        return variables;
    }

    /// <summary>In the order of their names; a folder's where the folder stands.</summary>
    private IEnumerable<string> Inside(string folder, int depth)
    {
        if (depth > Deepest) throw problems.TooMuch(Position.In(folder), $"folders more than {Deepest} deep");
        return Entries(folder).Where(path => Path.GetFileName(path) is var name && !name.StartsWith('.') && !name.EndsWith('~'))
            .SelectMany(path => Directory.Exists(path) ? Path.HasExtension(path) ? [] : Inside(path, depth + 1) : Extensions.Contains(Path.GetExtension(path)) ? [path] : (IEnumerable<string>)[]);
    }

    private IReadOnlyList<string> Entries(string folder) => Directory.Exists(folder) ? FolderFiles.Entries(folder, problems) : [];

    private IEnumerable<(string Name, AnsibleVariable Variable)> One(string path)
    {
        if (files.Text(path) is not { } source) yield break;
        var isVaulted = AnsibleFiles.IsVaulted(source);
        // What is wrong in a vaulted file is told without its lines.
        if (isVaulted && files.Decrypted(source) is var decrypted)
        {
            if (decrypted is null) yield break;
            source = decrypted;
        }
        if (IsEmpty(source.Text)) yield break;
        switch (AnsibleFiles.Nodes(source, problems))
        {
            case MapNode map:
                foreach (var entry in map.Entries) yield return (AnsibleValue.KeyOf(entry.Key), AnsibleValue.Of(AnsibleValue.KeyOf(entry.Key), entry.Value, isVaulted));
                break;
            case null or ScalarNode { Value: null }: break;
            case var other: problems.Add(other.At, $"a file of variables is a map, but this is {other.Kind}", "NAME: VALUE"); break;
        }
    }

    private static bool IsEmpty(string text) => text.Split('\n').All(line => line.AsSpan().Trim() is "" or "---" or "..." or ['#', ..]);
}
