using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>Words as a playbook gives them: one text that is split as a shell would split it, or a list. Split before anything is filled in.</summary>
internal static class WordTemplates
{
    /// <summary>The words of a parameter; none where it is not there or empty; null where there were problems.</summary>
    public static IReadOnlyList<Template>? Of(Arguments arguments, string name) => Of(arguments.Raw(name), name, arguments.Problems, arguments.Note);

    /// <param name="node">The text or the list; null: none.</param>
    /// <param name="name">What it is called, for messages.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="note">Told of the templates as they stand there.</param>
    public static IReadOnlyList<Template>? Of(Node? node, string name, ProblemList problems, Action<IEnumerable<Template>> note)
    {
        switch (node)
        {
            case ListNode list:
                var words = list.Items.Select(item => item is ScalarNode scalar ? Template.Parse(scalar.Text, problems) : null).ToList();
                foreach (var item in list.Items.Where(item => item is not ScalarNode)) problems.Add(item.At, $"a word of a command must be a text, but is {item.Kind}");
                note(words.OfType<Template>());
                return words.Contains(null) ? null : [.. words.OfType<Template>()];
            case ScalarNode { Value: not null } text:
                if (Template.Parse(text.Text, problems) is not { } template) return null;
                note([template]);
                return template.SplitWords(problems);
            case MapNode map:
                problems.Add(map.At, $"`{name}` must be a text or a list of words, but is {map.Kind}");
                return null;
            default: return [];
        }
    }

    /// <summary>A value is one word; a whole `{{ words(x) }}` or a list gives several.</summary>
    /// <exception cref="ExpressionException">A word cannot be filled in, or no program can be given it.</exception>
    public static IReadOnlyList<string> Fill(IEnumerable<Template> words, Scope scope) => [.. words.SelectMany(word => Fill(word, scope))];

    /// <summary>The words as one would type them in a shell.</summary>
    public static ShownParameter Shown(string name, IReadOnlyList<Template> words) => new(
        name,
        string.Join(' ', words.Select(word => word.Parts is [TemplatePart.Hole] ? word.Text : ShellText.Word(word.Text))),
        [.. words.SelectMany(word => word.Names)],
        scope => string.Join(' ', Fill(words, scope).Select(ShellText.Word)));

    private static IEnumerable<string> Fill(Template word, Scope scope) => word.Evaluate(scope) switch
    {
        IReadOnlyList<object?> list => list.Select(item => Word(item, word)),
        var single => [Word(single, word)],
    };

    private static string Word(object? value, Template word)
    {
        if (!SettingTypes.Text.TryRead(value, out var text)) throw new ExpressionException(word.At, $"a word of a command must be a text, but is {Data.TypeName(value)} {Data.Show(value)}");
        return text.Contains('\0', StringComparison.Ordinal) ? throw new ExpressionException(word.At, "a word of the command holds a NUL character, which no program can be given") : text;
    }
}
