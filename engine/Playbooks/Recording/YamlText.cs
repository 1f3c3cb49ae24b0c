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
    public static string Data(string text) => Scalar(Verbatim(text));

    /// <summary>The text that, as a template, is nothing but this text.</summary>
    public static string Verbatim(string text) => TemplateMark().Replace(text, mark => $"{{{{ '{mark.Value}' }}}}");

    /// <summary>A scalar of just these characters; templates in it stay what they are.</summary>
    /// <remarks>A lone surrogate is no character (RFC 3629): it is written as U+FFFD.</remarks>
    /// <param name="text">What is read again.</param>
    /// <param name="inFlow">It stands between brackets or braces, or may.</param>
    public static string Scalar(string text, bool inFlow = true)
    {
        if (IsPlain(text, inFlow)) return text;
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
    public static string Title(string text) => TemplateBegin().Replace(DisplayText.Safe(text), "{ ");

    /// <summary>What reads as a text without quotes, here and for any other reader: an address, or words none of whose signs mean anything to YAML.</summary>
    private static bool IsPlain(string text, bool inFlow) =>
        Address().IsMatch(text)
        || (inFlow ? Words() : Line()).IsMatch(text) && PlainScalar.Read(text) is string && !text.Contains("{{", StringComparison.Ordinal) && text.ToLowerInvariant() is not ("yes" or "no" or "on" or "off" or "y" or "n" or "true" or "false");

    [GeneratedRegex(@"\A[A-Za-z/][A-Za-z0-9_./@+='()-]*(?:[ :][A-Za-z0-9_./@+='()-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    /// <summary>YAML 1.2.2, 7.3.3: outside of brackets only `: ` and ` #` end it.</summary>
    [GeneratedRegex(@"\A[A-Za-z/(](?!.*(?:: | #|[: ]\z))[!-~ ]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Line();

    [GeneratedRegex(@"\A[0-9]{1,3}(?:\.[0-9]{1,3}){3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"\{(?=[{%])", RegexOptions.CultureInvariant)]
    private static partial Regex TemplateBegin();

    /// <summary>What begins a template, and Jinja's word for one, which is refused.</summary>
    [GeneratedRegex(@"\{[{%]", RegexOptions.CultureInvariant)]
    private static partial Regex TemplateMark();
}
