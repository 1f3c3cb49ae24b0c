using Playbooks.Connections;
using Playbooks.Loading.Ansible;
using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading;

/// <summary>Reads inventories, our own and Ansible's, and makes one of them all. Which of the two a source is, shows in what it says.</summary>
/// <param name="files">Reads our own.</param>
/// <param name="environment">The control machine's, for the password of vaulted files.</param>
/// <param name="problems">Takes what is wrong.</param>
/// <param name="addressOf">Knows the address of a host by ssh's configuration; null: nobody does.</param>
public sealed class InventoryFiles(PlaybookLoader files, IReadOnlyDictionary<string, object?> environment, ProblemList problems, Func<Host, string>? addressOf = null)
{
    private const int Deepest = 16;

    /// <summary>Of one folder: one with so many holds other things, as /etc does.</summary>
    private const int MostProblems = 20;

    private readonly InventoryLoader own = new(problems) { AddressOf = addressOf };
    private readonly AnsibleLoader ansible = new(environment, problems) { AddressOf = addressOf };
    private bool hasOwn;

    /// <summary>A YAML file whose keys are groups, as Ansible has them, and not `groups` and `ssh`.</summary>
    public static bool IsAnsible(Node? root) => root is MapNode map && map["groups"] is null && map["ssh"] is null
        && (map["all"] is not null || map["plugin"] is not null || map.Entries.Any(e => GroupsFile.IsGroup(e.Value)) && !map.Entries.Any(e => HasOwnHost(e.Value)));

    /// <summary>An executable, which prints an inventory when it is run.</summary>
    public static bool IsProgram(string path) => File.Exists(path) && ScriptSource.Is(path);

    /// <summary>To read it would run a program, or might: it goes as deep as reading would.</summary>
    public static bool HasProgram(string source) => HasProgram(source, 0, new ProblemList());

    /// <param name="unread">Folders that cannot be read are told where they are read.</param>
    private static bool HasProgram(string path, int depth, ProblemList unread) => IsProgram(path) || depth > Deepest || unread.Count > MostProblems
        || Directory.Exists(path) && FolderFiles.Entries(path, unread).Any(entry => HasProgram(entry, depth + 1, unread));

    /// <summary>A file that is surely an inventory of Ansible, where it is no program and has none of our own words: INI, or YAML that begins with groups.</summary>
    public static bool IsAnsible(string path)
    {
        if (!File.Exists(path)) return false;
        if (Scratch(path) is not { } text) return false;
        var root = AnsibleFiles.Nodes(text, new ProblemList());
        return root is MapNode ? IsAnsible(root) : !FolderFiles.IsYaml(path);
    }

    /// <summary>A file of variables, which is no inventory by itself.</summary>
    public static bool IsVariables(string path) => path.Split('/') is var parts && (parts.Contains("group_vars") || parts.Contains("host_vars"));

    private static SourceText? Scratch(string path)
    {
        try
        {
            return new AnsibleFiles(new Dictionary<string, object?>(), new ProblemList()).Text(path);
        }
        catch (TooMuchException)
        {
            // Told where it is read.
            return null;
        }
    }

    /// <summary>A host that is written as ours: somebody left out `groups`.</summary>
    private static bool HasOwnHost(Node group) => group is MapNode { } map && map["hosts"] is MapNode hosts && hosts.Entries.Any(h => h.Value is MapNode host && (host["ssh"] ?? host["label"] ?? host["local"]) is not null);

    /// <summary>Adds a source as it is named: a file, a folder of files, or a list of hosts with a comma in it.</summary>
    public void Add(string source)
    {
        try
        {
            var exists = File.Exists(source) || Directory.Exists(source);
            if (!exists && source.Contains(',', StringComparison.Ordinal)) ansible.AddList(source);
            else Entry(source, 0);
        }
        catch (TooMuchException)
        {
            // It is told already.
        }
    }

    private void Entry(string path, int depth)
    {
        if (Directory.Exists(path))
        {
            if (depth == 0) ansible.Beside(Path.GetFullPath(path));
            if (depth > Deepest) throw problems.TooMuch(Position.In(path), $"folders more than {Deepest} deep");
            var before = problems.Count;
            foreach (var entry in FolderFiles.Entries(path, problems).Where(e => AnsibleLoader.IsSource(Path.GetFileName(e))))
            {
                Entry(entry, depth + 1);
                if (problems.Count - before > MostProblems) throw problems.TooMuch(Position.In(path), $"more than {MostProblems} problems in this folder: the rest of it is not read", "is it a folder of inventories?");
            }
            return;
        }
        if (depth > 0 && LocalUser.IsSpecial(path))
        {
            FolderFiles.AddSpecial(path, problems);
            return;
        }
        var folder = FolderFiles.FolderOf(path);
        var ours = IsProgram(path) ? null : files.ReadFileOf(path, "groups", "ssh");
        if (ours is not null || IsOwn(path))
        {
            hasOwn = true;
            own.Add(ours ?? files.ReadFile(path), folder);
            return;
        }
        if (depth == 0) ansible.Beside(folder);
        ansible.AddFile(path);
    }

    /// <summary>What is YAML and has not the form of Ansible's is ours, also where something is wrong in it.</summary>
    private static bool IsOwn(string path)
    {
        if (!File.Exists(path)) return true;
        if (IsProgram(path)) return false;
        var isYaml = FolderFiles.IsYaml(path);
        if (Scratch(path) is not { } text) return isYaml;
        var scratch = new ProblemList();
        if (AnsibleFiles.IsVaulted(text)) return false;
        var root = AnsibleFiles.Nodes(text, scratch);
        return root is MapNode map ? !IsAnsible(map) && (isYaml || map["groups"] is not null || map["ssh"] is not null) : isYaml && (scratch.Count == 0 || !StartsAsAnsible(text.Text));
    }

    /// <summary>A file that cannot be read as YAML at all still begins as one of the two.</summary>
    private static bool StartsAsAnsible(string text) => text.Split('\n').Select(line => line.TrimEnd()).FirstOrDefault(line => line is "all:" or "groups:" or "ssh:" or ['g', 'r', 'o', 'u', 'p', 's', ':', ..] or ['s', 's', 'h', ':', ..]) == "all:";

    /// <summary>The inventory of all sources.</summary>
    /// <param name="playbookFolder">Where the playbook is, for Ansible's `group_vars` and `host_vars` there; null: there is none.</param>
    public Inventory Build(string? playbookFolder = null)
    {
        try
        {
            if (!ansible.IsUsed) return own.Build();
            var theirs = ansible.Build(playbookFolder);
            return hasOwn ? Together(own.Build(), theirs) : theirs;
        }
        catch (TooMuchException)
        {
            return Inventory.Empty;
        }
    }

    /// <summary>Hosts add up, and what both speak of is a problem: which of them counted would be a guess.</summary>
    private Inventory Together(Inventory ours, Inventory theirs)
    {
        foreach (var host in ours.Hosts.Where(h => theirs.Hosts.Count > 0 && theirs.Find(h.Name) is { } other && !ReferenceEquals(other, Host.Control)))
            problems.Add(host.At, $"{host.Name} is in this inventory and in one of Ansible's ({theirs.Find(host.Name)!.At})", "name it in one of them: there is no precedence between them");
        if (problems.Count > 0) return Inventory.Empty;
        var names = ours.Groups.Keys.Concat(theirs.Groups.Keys).Distinct();
        return new Inventory([.. ours.Hosts, .. theirs.Hosts], names.ToDictionary(name => name, name => (IReadOnlyList<Host>)[.. ours.Groups.GetValueOrDefault(name, []), .. theirs.Groups.GetValueOrDefault(name, [])]))
        {
            Tree = [.. ours.Tree.Concat(theirs.Tree).GroupBy(g => g.Name).Select(same => new WrittenGroup(same.Key, [.. same.SelectMany(g => g.Children).Distinct()], [.. same.SelectMany(g => g.Hosts)]))],
        };
    }
}
