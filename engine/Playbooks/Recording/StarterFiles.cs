using System.Text;

namespace Playbooks.Recording;

/// <summary>Writes a playbook and an inventory to start from.</summary>
public sealed record StarterFiles
{
    /// <summary>What the playbook is called.</summary>
    public required string Name { get; init; }

    /// <summary>Name and address of each host; an address of null is what `ssh NAME` would reach.</summary>
    public required IReadOnlyList<(string Name, string? Address)> Hosts { get; init; }

    /// <summary>Who logs in; null: as ssh would.</summary>
    public string? User { get; init; }

    /// <summary>The private key to log in with, as the inventory names it; null: as ssh would.</summary>
    public string? Key { get; init; }

    /// <summary>The group of all of them.</summary>
    private const string Group = "servers";

    public string Inventory(string? modeline)
    {
        var text = new StringBuilder();
        if (modeline is not null) YamlTree.Note(text, "", modeline);
        YamlTree.Note(text, "", "Where the hosts are, and how ssh reaches them. What stands beside `ssh` on a host or a group is a variable of it:\n{{ host.NAME }} in a playbook.");
        List<(string, YamlTree)> ssh = [];
        if (User is not null) ssh.Add(("user", YamlTree.Code(User)));
        if (Key is not null) ssh.Add(("key", YamlTree.Code(Key)));
        if (ssh.Count > 0) text.Append(YamlTree.Map(("ssh", YamlTree.Map([.. ssh]))).OnLines().Write());
        var hosts = YamlTree.Map(Hosts.Select(host => (host.Name, host.Address is null ? YamlTree.Map() : YamlTree.Map(("ssh", YamlTree.Code(host.Address)))))).OnLines();
        return text.Append(YamlTree.Map(("groups", YamlTree.Map((Group, YamlTree.Map(("hosts", hosts)).OnLines())).OnLines())).OnLines().Write()).ToString();
    }

    public string Playbook(string? modeline)
    {
        var text = new StringBuilder();
        if (modeline is not null) YamlTree.Note(text, "", modeline);
        text.Append(YamlTree.Map(("name", YamlTree.Code(Name))).OnLines().Write());
        return text.Append($$$"""
            description: Looks at every server, and changes nothing.
            hosts: {{{Group}}}
            effect: none

            params:
              max_disk: { default: 95, description: Per cent of the disk of / that may be in use. }

            steps:
              - name: It answers
                command: uname -s
                assert: stdout != ''

              - name: There is room on its disk
                shell: df -P / | awk 'NR == 2 { print $5 + 0 }'
                assert: number(stdout) <= max_disk

            """).ToString();
    }
}
