using System.Text;
using Playbooks.Problems;

namespace Playbooks.Templating;

/// <summary>Splits a template into words by its text alone: what is filled in later can neither end a word nor begin one.</summary>
internal static class TemplateWords
{
    public static IReadOnlyList<Template>? Split(Template template, ProblemList problems)
    {
        var words = new List<Template>();
        var word = new Word();
        var splitter = new ShellWords.Splitter();
        // The places of what is open are counted over all literals, because a quote may be closed after a hole.
        var literals = new List<PlacedText>();
        var passed = 0;
        var starts = new List<int>();
        foreach (var part in template.Parts)
        {
            if (part is TemplatePart.Hole hole)
            {
                if (splitter.IsEscaped)
                {
                    problems.Add(hole.At, "a backslash stands before this {{ }}, and would escape nothing", "write \\\\ for a backslash");
                    return null;
                }
                splitter.Join();
                word.Add(hole, splitter.InQuotes);
                continue;
            }
            var text = ((TemplatePart.Literal)part).Text;
            literals.Add(text);
            starts.Add(passed);
            for (var i = 0; i < text.Value.Length; i++)
            {
                var step = splitter.Next(text.Value[i], passed + i);
                if (step.Text is { } kept) word.Add(kept, text, i);
                if (splitter.InWord || step.EndsWord) word.Begin(text, i);
                if (!step.EndsWord) continue;
                problems.Spend(1, text.Start);
                words.Add(word.Take());
            }
            passed += text.Value.Length;
        }
        if (splitter.Unfinished is { } unfinished)
        {
            var of = starts.FindLastIndex(start => start <= unfinished.At);
            problems.Add(literals[of].At(unfinished.At - starts[of]), unfinished.Message, "a quote that is meant as text is written with a backslash");
            return null;
        }
        if (splitter.InWord) words.Add(word.Take());
        return words;
    }

    /// <summary>A word as it grows, with the place in the file of each character that was kept.</summary>
    private sealed class Word
    {
        private readonly List<TemplatePart> parts = [];
        private readonly StringBuilder source = new();
        private StringBuilder text = new();
        private List<(PlacedText Text, int Offset)> places = [];
        private Position? start;
        private bool isText;

        public void Begin(PlacedText at, int offset) => start ??= at.At(offset);

        public void Add(string kept, PlacedText at, int offset)
        {
            text.Append(kept);
            for (var i = 0; i < kept.Length; i++) places.Add((at, offset - (kept.Length - 1 - i)));
        }

        public void Add(TemplatePart.Hole hole, bool inQuotes)
        {
            start ??= hole.At;
            EndLiteral();
            parts.Add(hole);
            source.Append("{{ ").Append(hole.Expression.Text).Append(" }}");
            // "{{ x }}" in quotes is one word of text; alone and bare, a list may give several words.
            isText |= inQuotes;
        }

        public Template Take()
        {
            EndLiteral();
            var begin = start!;
            var placed = new PlacedText(source.ToString(), offset => begin with { Column = begin.Column + offset });
            var template = Template.Of(placed, [.. parts], isText);
            parts.Clear();
            source.Clear();
            (start, isText) = (null, false);
            return template;
        }

        private void EndLiteral()
        {
            if (text.Length == 0) return;
            var of = places;
            var end = of[^1];
            parts.Add(new TemplatePart.Literal(new PlacedText(text.ToString(), offset => offset < of.Count ? of[offset].Text.At(of[offset].Offset) : end.Text.At(end.Offset + 1))));
            source.Append(text);
            (text, places) = (new(), []);
        }
    }
}
