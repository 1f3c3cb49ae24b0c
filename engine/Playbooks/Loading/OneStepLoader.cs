using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps.Log;
using Playbooks.Templating;

namespace Playbooks.Loading;

/// <summary>Makes a playbook of the one step that stands on a command line: the words of a command, or a step's text.</summary>
public sealed class OneStepLoader(ProblemList problems)
{
    private const string Name = "exec";

    private static readonly string[] NotHere = ["hosts", "loop", "undo"];

    /// <summary>A `command` of these words: each stays one word, and its templates are filled in as in a playbook.</summary>
    public Playbook? Command(IReadOnlyList<string> words, StepDefaults defaults)
    {
        // The caret stands in the line as it was typed.
        var source = new SourceText(Name, string.Join(' ', words)) { HasLines = false };
        var (at, items) = (0, new List<ScalarNode>());
        foreach (var word in words)
        {
            var start = at;
            items.Add(new ScalarNode(new PlacedText(word, offset => source.At(start + offset)), Plain: false));
            at += word.Length + 1;
        }
        var before = problems.Count;
        var wrong = new ProblemList();
        foreach (var item in items) Template.Parse(item.Text, wrong);
        foreach (var problem in wrong) problems.Add(problem with { Mend = problem.Mend ?? "a `{{` that is meant as it stands is written {{ '{{' }}" });
        var key = new ScalarNode(PlacedText.At(source.At(0), "command"), Plain: true);
        return Of(new MapNode(source.At(0), [new MapEntry(key, new ListNode(source.At(0), items))]), defaults, before) is { } playbook
            ? playbook with { Steps = [playbook.Steps[0] with { Title = source.Line(1).Trim() }] }
            : null;
    }

    /// <summary>A step as a playbook has it: `netstat: { listening: 4000 }`, with any keys beside it.</summary>
    public Playbook? Step(string text, StepDefaults defaults)
    {
        var before = problems.Count;
        var node = Yaml.Read(new SourceText(Name, text), problems);
        if (node is MapNode map) return Of(map, defaults, before);
        if (node is not null) problems.Add(node.At, $"a step is a map, but this is {node.Kind}", $"a step: 'netstat: {{ listening: 4000 }}'\na command stands behind `--`: play exec PATTERN -- {text}");
        return null;
    }

    private Playbook? Of(MapNode map, StepDefaults defaults, int before)
    {
        try
        {
            foreach (var entry in map.Entries.Where(e => NotHere.Contains(e.Name) || StepLoader.Nodes.Contains(e.Name)))
                problems.Add(entry.Key.At, $"`exec` runs one step, once on each host: `{entry.Name}` is for playbooks", entry.Name == "hosts" ? "whom it is about stands before it: play exec PATTERN …" : null);
            if (problems.Count > before) return null;
            var steps = new StepLoader(new HashSet<string>(), _ => null, problems).Steps(new ListNode(map.At, [map]), "exec", StepLoader.Room.Playbook);
            if (steps is [{ Work: LogWork { Since: "last_run" } log }]) problems.Add(log.SinceAt, "`exec` keeps no journal, so it knows of no last run", "say `since: beginning`, or write the step into a playbook");
            return problems.Count > before ? null : new Playbook { Source = map.At.Source, Name = Name, Defaults = defaults, Steps = steps };
        }
        catch (TooMuchException)
        {
            return null;
        }
    }

    /// <summary>The values that are given are its params.</summary>
    public Playbook With(Playbook playbook, IEnumerable<(string Name, Position At)> values)
    {
        var given = values.ToList();
        foreach (var (name, at) in given)
            if (NameRules.Own(name, "parameter") is { } wrong) problems.Add(at, wrong);
        return playbook with { Params = [.. given.Select(g => new Parameter { Name = g.Name, At = g.At })] };
    }
}
