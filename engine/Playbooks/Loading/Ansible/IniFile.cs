using System.Text.RegularExpressions;
using Playbooks.Problems;

namespace Playbooks.Loading.Ansible;

/// <summary>Reads an INI inventory: hosts, `[group]`, `[group:children]`, `[group:vars]` (docs.ansible.com, the plugin ansible.builtin.ini).</summary>
internal sealed partial class IniFile(SourceText source, AnsibleData data, ProblemList problems)
{
    /// <summary>Groups that were spoken of and not yet declared by a section of their own: by which groups, or null where only its variables are there.</summary>
    private readonly Dictionary<string, (List<AnsibleGroup>? Parents, Position At)> pending = [];

    private AnsibleGroup group = data.Ungrouped;
    private string state = "hosts";

    public void Read()
    {
        var lines = source.Text.Split('\n');
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1].Trim();
            if (line.Length == 0 || line[0] is '#' or ';') continue;
            var at = new Position(source, number, lines[number - 1].IndexOf(line, StringComparison.Ordinal) + 1, line.Length);
            if (Section().Match(line) is { Success: true } section) Begin(section, at);
            else if (line[0] == '[' && line[^1] == ']') problems.Add(at, $"`{line}` is no section", "[GROUP], [GROUP:children] or [GROUP:vars], without blanks");
            else if (state == "hosts") Hosts(line, at);
            else if (state == "vars") Variable(line, at);
            else Child(line, at);
        }
        foreach (var (name, (parents, at)) in pending)
            problems.Add(at, $"there is no group `{name}`", Suggest.DidYouMean(name, data.Groups.Select(g => g.Name).Where(g => !pending.ContainsKey(g))) ?? (parents is null ? $"its variables are here, but no section [{name}]" : $"declare it: [{name}]"));
    }

    private void Begin(Match section, Position at)
    {
        var name = section.Groups["name"].Value;
        state = section.Groups["state"] is { Success: true, Value: var said } ? said : "hosts";
        if (state is not ("hosts" or "children" or "vars"))
        {
            problems.Add(at, $"a section cannot be of the kind `{state}`", Suggest.DidYouMean(state, ["children", "vars"]) ?? "it may be [GROUP], [GROUP:children] or [GROUP:vars]");
            state = "hosts";
        }
        if (!data.HasGroup(name) && state == "vars" && !pending.ContainsKey(name)) pending[name] = (null, at);
        group = data.AddGroup(name, at);
        if (state == "vars" || !pending.Remove(name, out var waiting)) return;
        foreach (var parent in waiting.Parents ?? []) data.AddChild(parent, group, waiting.At);
    }

    private void Hosts(string line, Position at)
    {
        if (IniWords.Split(line) is not { } words)
        {
            problems.Add(at, "a quote is not closed in this line, or nothing follows its last backslash", "close it; a quote that is meant itself stands in others: x=\"it's\"");
            return;
        }
        if (words.Count == 0) return;
        var (pattern, _) = words[0];
        Position Of(int word) => at with { Column = at.Column + words[word].At, Length = Math.Max(1, (word + 1 < words.Count ? line[words[word].At..words[word + 1].At].TrimEnd().Length : words[word].Text.Length)) };
        if (pattern == "---") problems.Add(Of(0), "`---` begins a YAML file, and this is read as INI", "name the file *.yaml, or remove the line");
        var expanded = HostNames.Expand(pattern, Of(0), problems);
        if (expanded is { Port: null } && pattern.EndsWith(':'))
            problems.Add(Of(0), $"`{pattern}` ends in `:`, which stands before a port", "remove it; a YAML inventory is named *.yaml");
        foreach (var (word, _) in words.Select((word, i) => (i, word)).Skip(1).Where(w => !w.word.Text.Contains('=', StringComparison.Ordinal)).Select(w => (w.i, w.word)))
            problems.Add(Of(word), $"`{words[word].Text}` is no NAME=VALUE", "behind a host's name stand its variables: web1 ansible_host=192.0.2.10 color=red");
        if (expanded is not { } hosts) return;
        var variables = words.Skip(1).Select((word, i) => (Parts: word.Text.Split('=', 2), At: Of(i + 1))).Where(w => w.Parts.Length == 2).Select(w => (Name: w.Parts[0], Value: Typed(w.Parts[0], w.Parts[1], w.At))).ToList();
        foreach (var name in hosts.Names)
        {
            data.AddHost(name, group, Of(0), hosts.Port);
            foreach (var (variable, value) in variables) data.SetVariable(name, variable, value);
        }
    }

    private void Variable(string line, Position at)
    {
        if (line.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals) data.SetVariable(group.Name, line[..equals].Trim(), Typed(line[..equals].Trim(), line[(equals + 1)..].Trim(), at));
        else problems.Add(at, $"`{line}` is no NAME=VALUE", $"in [{group.Name}:vars] each line is one variable");
    }

    private void Child(string line, Position at)
    {
        if (Name().Match(line) is not { Success: true, Groups: var groups })
        {
            problems.Add(at, $"`{line}` is no group's name", $"in [{group.Name}:children] each line names one group");
            return;
        }
        var name = groups["name"].Value;
        at = at with { Length = name.Length };
        if (pending.TryGetValue(name, out var waiting) && waiting.Parents is { } parents) parents.Add(group);
        else if (data.HasGroup(name)) data.AddChild(group, data.AddGroup(name, at), at);
        else pending[name] = ([group], at);
    }

    private static AnsibleVariable Typed(string name, string text, Position at)
    {
        var value = PythonLiteral.Read(text, out var isStrange);
        return isStrange ? new AnsibleVariable(new Templating.Absent($"`{name}` is a set or a complex number to Python ({at}), and there is no such value here", "quote it, so that it is a text"), at)
            : AnsibleValue.Of(name, value, at);
    }

    [GeneratedRegex(@"^\[(?<name>[^:\]\s]+)(:(?<state>\w+))?\]\s*(#.*)?\z")]
    private static partial Regex Section();

    [GeneratedRegex(@"^(?<name>[^:\]\s]+)\s*(#.*)?\z")]
    private static partial Regex Name();
}
