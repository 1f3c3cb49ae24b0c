using System.Text;
using Playbooks.Model;

namespace Playbooks.Tests.Docs;

/// <summary>A page of the reference as it grows: plain Markdown, no wide tables, because it is read on phones too.</summary>
internal sealed class ReferencePage(string title)
{
    private readonly StringBuilder text = new($"<!-- Written by tests/Playbooks.Tests/Docs from what the code says of itself; change it there, run the tests, read, and take it with `tests/accept reference`. -->\n# {title}\n");

    public override string ToString() => text.ToString();

    public ReferencePage Add(string paragraph)
    {
        text.Append('\n').Append(paragraph.TrimEnd()).Append('\n');
        return this;
    }

    public ReferencePage Section(string heading, string? paragraph = null)
    {
        Add($"## {heading}");
        return paragraph is null ? this : Add(paragraph);
    }

    public ReferencePage List(IEnumerable<string> items) => Add(string.Join('\n', items.Select(item => $"- {item}")));

    /// <summary>Each key a heading of its own, so that a search lands on it.</summary>
    public ReferencePage Keys(IEnumerable<Key> keys, bool withExamples = true)
    {
        foreach (var key in keys)
        {
            Add($"### `{key.Name}`").Add($"*{Type(key)}*{(key.Required ? " · must be there" : "")}");
            Add(key.Summary);
            var more = new[]
            {
                key.Choices.Count > 0 && !key.Choices.All(word => key.Summary.Contains($"`{word}`", StringComparison.Ordinal)) ? $"One of {string.Join(", ", key.Choices.Select(word => $"`{word}`"))}." : null,
                key.Default is null ? null : $"Unless said: `{key.Default}`.",
                NotOn(key.NotOn),
            }.OfType<string>().ToList();
            if (more.Count > 0) Add(string.Join(' ', more));
            if (withExamples && key.Example is { } example) Add($"```yaml\n{example}\n```");
        }
        return this;
    }

    /// <summary>The file, without the line for editors, and what becomes of it in the tests.</summary>
    public ReferencePage Example(string name, string depth = "")
    {
        var lines = File.ReadLines(Repository.PathOf("docs", "examples", name)).SkipWhile(line => line.StartsWith("# yaml-language-server", StringComparison.Ordinal));
        return Add($"```{(name.EndsWith(".yaml", StringComparison.Ordinal) ? "yaml" : "")}\n{string.Join('\n', lines)}\n```").Add($"[{name}]({depth}../examples/{name}): {Examples.Told(name)}");
    }

    private static string? NotOn(Holders holders)
    {
        (Holders Holder, string Word)[] words = [(Holders.Block, "a block"), (Holders.Probe, "a probe"), (Holders.Action, "a step of an action"), (Holders.Undo, "a step of an undo")];
        var named = words.Where(word => holders.HasFlag(word.Holder)).Select(word => word.Word).ToList();
        return named.Count == 0 ? null : $"Not on {string.Join(", ", named)}.";
    }

    private static string Type(Key key) => Type(key.Type) + (key is { IsFixed: true, Type: "text" or "texts" or "number" or "boolean" or "duration" or "list" or "map" } ? "; holds no template" : "");

    private static string Type(string type) => type switch
    {
        "texts" => "one, or a list",
        "words" => "a text that is split into words, or a list",
        "expression" => "an expression",
        "expressions" => "an expression, or a list of them",
        "values" => "a list, or an expression that gives one",
        "pattern" => "a pattern of hosts",
        "undo" => "a step, or a list of steps",
        "batches" => "a number, a percentage, or a list of them",
        "order" => "a word, or a list of hosts' names",
        "user" => "true, false, or a user's name",
        "any" => "any value",
        "action steps" => "steps",
        "notify_command" => "a command, or a map",
        "webhook" => "a URL, or a map",
        "ssh" => "[user@]host[:port], or a map",
        "secret" => "a secret's source",
        _ when type.Split(' ') is [var of, "map"] => $"a map: each {of} by its name",
        _ when type.Split(' ') is [var of, "list"] => $"a list: each a way to {of}",
        "text" or "number" or "boolean" or "duration" or "size" or "percentage" or "list" or "map" or "budget" or "email" => $"a{(type[0] is 'e' ? "n" : "")} {type}",
        _ => type,
    };
}
