using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Recording;

/// <summary>Writes texts into YAML so that the loader reads just them again, whatever they are: no text becomes structure, a template or an escape sequence.</summary>
public static partial class YamlText
{
    /// <summary>A value that is that text: as a template, too, it is nothing but the text.</summary>
    public static string Data(string text) => Scalar(TemplateMark().Replace(text, mark => $"{{{{ '{mark.Value}' }}}}"));

    /// <summary>A scalar of just these characters; templates in it stay what they are.</summary>
    /// <remarks>A lone surrogate is no character (RFC 3629): it is written as U+FFFD.</remarks>
    public static string Scalar(string text)
    {
        if (IsPlain(text)) return text;
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
            quoted.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                var code when code == ' ' || !DisplayText.IsUnsafe(rune) && !Rune.IsWhiteSpace(rune) => rune.ToString(),
                var code => code > 0xffff ? $"\\U{code:X8}" : $"\\u{code:X4}",
            });
        return quoted.Append('"').ToString();
    }

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>For the name of a step: it may hold no template, and stays on its line.</summary>
    public static string Title(string text) => DisplayText.Safe(text).Replace("{{", "{ {", StringComparison.Ordinal).Replace("{%", "{ %", StringComparison.Ordinal);

    /// <summary>What reads as a text without quotes: it begins with a letter or a slash, and nothing in it can mean anything to YAML.</summary>
    private static bool IsPlain(string text) => Plain().IsMatch(text) && PlainScalar.Read(text) is string && text is not ("yes" or "no" or "on" or "off" or "y" or "n");

    [GeneratedRegex(@"\A[A-Za-z/](?:[A-Za-z0-9_./@+=-]|[ :](?=[A-Za-z0-9_/])(?<! )(?<!: ))*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    /// <summary>What begins a template, and Jinja's word for one, which is refused.</summary>
    [GeneratedRegex(@"\{[{%]", RegexOptions.CultureInvariant)]
    private static partial Regex TemplateMark();
}
