using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Playbooks.Problems;

namespace Playbooks.Reporting.Files.Html;

/// <summary>Writes the elements of a page. There is one way in for text, and it escapes: what a host printed is never markup.</summary>
internal sealed class Markup(TextWriter to)
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"'");

    private static readonly SearchValues<char> InNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    /// <summary>An element, until it is disposed of. An attribute whose value is null is left out.</summary>
    public Element Open([ConstantExpected] string name, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(name, attributes);
        return new Element(this, name);
    }

    /// <summary>An element with nothing but text in it.</summary>
    public Markup Add([ConstantExpected] string name, string text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Begin(name, attributes);
        Text(text);
        End(name);
        return this;
    }

    /// <summary>One that has no end, such as `meta`.</summary>
    public void Void([ConstantExpected] string name, params ReadOnlySpan<(string Name, string? Value)> attributes) => Begin(name, attributes);

    /// <summary>As people read it: line ends stay, what could steer a terminal or a reader is shown as an escape.</summary>
    public Markup Text(string text)
    {
        Escaped(DisplayText.Safe(text, keepLineEnds: true));
        return this;
    }

    /// <summary>A line end, so that nobody is shown a line of megabytes.</summary>
    public void Line() => to.Write('\n');

    /// <summary>A style or a script of ours, as it is: its hash is on the list of what may run.</summary>
    public void Source([ConstantExpected] string name, string source)
    {
        if (source.Contains("</", StringComparison.Ordinal)) throw new ArgumentException($"the {name} would end in its middle");
        Begin(name, []);
        to.Write(source);
        End(name);
    }

    /// <summary>The bytes that a text takes in the file, at most.</summary>
    public static int Weigh(char letter) => letter switch
    {
        '&' or '<' or '>' or '"' or '\'' => 6,
        '\t' => 4,
        '\n' or (>= ' ' and <= '~') => 1,
        < '\u00a0' => 6,
        _ => 10,
    };

    private void Begin(string name, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        to.Write('<');
        to.Write(name);
        foreach (var (attribute, value) in attributes)
        {
            if (value is null) continue;
            // Neither is ever needed, and both are ways for a script or a style to come in.
            if (attribute.AsSpan().ContainsAnyExcept(InNames) || attribute.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute == "style") throw new ArgumentException($"no attribute {attribute}");
            if (attribute == "href" && !value.StartsWith('#')) throw new ArgumentException("a link leads nowhere but into this page");
            to.Write(' ');
            to.Write(attribute);
            if (value.Length == 0) continue;
            to.Write("=\"");
            Escaped(DisplayText.Safe(value));
            to.Write('"');
        }
        to.Write('>');
    }

    private void End(string name)
    {
        to.Write("</");
        to.Write(name);
        to.Write('>');
    }

    private void Escaped(ReadOnlySpan<char> safe)
    {
        for (int at; (at = safe.IndexOfAny(Special)) >= 0; safe = safe[(at + 1)..])
        {
            to.Write(safe[..at]);
            to.Write(safe[at] switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", '"' => "&quot;", _ => "&#39;" });
        }
        to.Write(safe);
    }

    /// <summary>Its end tag is written when it is disposed of; the default is none.</summary>
    public readonly struct Element(Markup? markup, string name) : IDisposable
    {
        public void Dispose() => markup?.End(name);
    }
}
