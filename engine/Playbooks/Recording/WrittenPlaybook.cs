using System.Text;
using Playbooks.Model;

namespace Playbooks.Recording;

/// <summary>Puts steps together into the text of a playbook: what all hosts of a step have alike stands in the step, what differs in a table of `vars`.</summary>
internal sealed class WrittenPlaybook(Whom whom)
{
    private readonly List<(string Name, YamlTree Value)> vars = [];
    private readonly List<YamlTree> steps = [];

    public required string Name { get; init; }

    /// <summary>Above everything.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    /// <summary>As whom it looks; null: as who logs in.</summary>
    public string? Sudo { get; init; }

    public bool IsEmpty => steps.Count == 0;

    /// <summary>A text that several steps use.</summary>
    public void Add((string Name, YamlTree Value) text) => vars.Add(text);

    public void Add(WrittenStep step)
    {
        var entries = new List<(string, YamlTree)> { ("name", YamlTree.Code(YamlText.Title(step.Name))) };
        if (step.Id is { } id) entries.Add(("id", YamlTree.Code(id)));
        entries.Add(("hosts", YamlTree.Code(whom.Pattern(step.Hosts))));
        var same = step.Table is { } table ? Same(table.Name, table.Each) : null;
        if (step.As is { } item) entries.AddRange([("loop", same ?? YamlTree.Code($"{step.Table!.Value.Name}[host.name]")), ("as", YamlTree.Code(item))]);
        else if (step.Table is { } named) step = step with { Body = [.. step.Body.Select(entry => (entry.Key, entry.Value.With(WrittenStep.Listed, same ?? YamlTree.Code($"{{{{ {named.Name}[host.name] }}}}"))))] };
        entries.AddRange(step.Body);
        var written = YamlTree.Map(entries).OnLines();
        steps.Add(step.Comment is { } comment ? written.Under(comment) : written);
    }

    /// <summary>What all have alike; null: they differ, and there is a table.</summary>
    private YamlTree? Same(string name, IReadOnlyDictionary<Host, YamlTree> each)
    {
        if (each.Values.Select(value => value.Write()).Distinct().Count() == 1) return each.Values.First();
        if (!vars.Exists(known => known.Name == name)) vars.Add((name, YamlTree.Map(each.Select(one => (one.Key.Name, one.Value))).OnLines()));
        return null;
    }

    public string Text()
    {
        var text = new StringBuilder();
        foreach (var comment in Comments) YamlTree.Note(text, "", comment);
        if (Comments.Count > 1) text.Append('\n');
        var head = new List<(string, YamlTree)> { ("name", YamlTree.Code(Name)) };
        text.Append(YamlTree.Map(head).OnLines().Write());
        if (vars.Count > 0) text.Append('\n').Append(YamlTree.Map(("vars", YamlTree.Map(vars).OnLines())).OnLines().Write());
        head = [("effect", YamlTree.Code("none")), ("on_failure", YamlTree.Code("continue"))];
        if (Sudo is { } user) head.Add(("sudo", user == "root" ? YamlTree.Truth(true) : YamlTree.Data(user)));
        text.Append('\n').Append(YamlTree.Map(head).OnLines().Write());
        text.Append("\nsteps:\n").AppendJoin('\n', steps.Select(step => Indented(YamlTree.List([step]).Write())));
        return text.ToString();
    }

    private static string Indented(string lines) => string.Concat(lines.TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? "\n" : $"  {line}\n"));
}
