using System.Text.RegularExpressions;
using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading.Ansible;

/// <summary>Reads Ansible's inventories as Ansible does: what each source is shows in itself, and all together are one.</summary>
/// <param name="environment">The control machine's, for the vault's password.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed partial class AnsibleLoader(IReadOnlyDictionary<string, object?> environment, ProblemList problems)
{
    private readonly AnsibleData data = new(problems);
    private readonly AnsibleFiles files = new(environment, problems);

    /// <summary>Of the sources as they were named, for `group_vars` and `host_vars`.</summary>
    private readonly List<string> beside = [];

    /// <summary>Some source was read.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Whether Ansible would read this entry of a folder as a source.</summary>
    public static bool IsSource(string name) => !Ignored().IsMatch(name) && name is not ("group_vars" or "host_vars" or "vars_plugins");

    /// <summary>`group_vars` and `host_vars` in this folder count.</summary>
    public void Beside(string folder)
    {
        IsUsed = true;
        // Of one that is named again the later naming counts.
        beside.Remove(folder);
        beside.Add(folder);
    }

    /// <summary>`host1,host2:2222,`: what has a comma and is no file.</summary>
    public void AddList(string text)
    {
        IsUsed = true;
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, port) = HostNames.Parted(entry, ranges: false);
            if (!data.HasHost(name)) data.AddHost(name, data.Ungrouped, PlacedText.Of("-i", text).Start, port);
        }
    }

    /// <summary>One file, which is none of ours.</summary>
    public void AddFile(string path)
    {
        IsUsed = true;
        if (ScriptSource.Is(path)) new ScriptSource(path, data, problems).Read();
        else if (files.Text(path) is { } source) Add(path, source);
    }

    private void Add(string path, SourceText source)
    {
        var extension = Path.GetExtension(path);
        if (AnsibleFiles.IsVaulted(source)) problems.Add(Position.In(path), $"{path} is vaulted as a whole, and of an inventory play reads only variables so", "vault the files with passwords: group_vars/all/vault.yml");
        else if (extension == ".toml") problems.Add(Position.In(path), $"{path} is TOML, which play does not read", "let Ansible write it as YAML: ansible-inventory -i FILE --list --yaml --export");
        else if (extension is not ("" or ".yaml" or ".yml" or ".json")) new IniFile(source, data, problems).Read();
        else
        {
            // As Ansible does: YAML where it is some, else INI.
            var wrong = new ProblemList();
            var root = AnsibleFiles.Nodes(source, wrong);
            if (extension.Length > 0 || wrong.Count > 0 && LooksLikeYaml().IsMatch(source.Text) || wrong.Count == 0 && root is MapNode)
            {
                foreach (var problem in wrong) problems.Add(problem);
                if (root is MapNode map) new GroupsFile(data, problems).Read(map);
                else if (root is not null) problems.Add(root.At, $"an inventory is a map, but this is {root.Kind}", "all: { hosts: { web1: { ansible_host: 192.0.2.10 } } }; an INI inventory has the extension .ini, or none");
            }
            else new IniFile(source, data, problems).Read();
        }
    }

    /// <summary>Knows the address of a host by ssh's configuration; null: nobody does.</summary>
    public Func<Host, string>? AddressOf { get; init; }

    /// <summary>The inventory of all sources.</summary>
    /// <param name="playbookFolder">Where the playbook is; null: there is none.</param>
    public Inventory Build(string? playbookFolder) => data.Settle() ? new AnsibleHosts(data, new VarsFolders(files, problems), beside, playbookFolder, problems) { AddressOf = AddressOf }.Build() : Inventory.Empty;

    /// <summary>A first line that is none of INI: `---`, or a key with nothing behind its colon.</summary>
    [GeneratedRegex(@"\A(\s*(#.*)?\r?\n)*(---|[\w.-]+:\s*(#.*)?\r?$)", RegexOptions.Multiline)]
    private static partial Regex LooksLikeYaml();

    /// <summary>Ansible's INVENTORY_IGNORE_EXTS, and hidden files.</summary>
    [GeneratedRegex(@"^\.|(\.pyc|\.pyo|\.swp|\.bak|~|\.rpm|\.md|\.txt|\.rst|\.orig|\.ini|\.cfg|\.retry)\z")]
    private static partial Regex Ignored();
}
