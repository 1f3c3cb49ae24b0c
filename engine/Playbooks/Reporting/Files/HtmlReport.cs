using System.Security.Cryptography;
using System.Text;
using Playbooks.Reporting.Files.Html;

namespace Playbooks.Reporting.Files;

/// <summary>
/// A run as one page that opens anywhere, from a mail too: it asks for nothing, and all that it says is there without its script, which only searches
/// and filters. No other script runs in it, and no other style counts: their hashes are the only ones on the page's list.
/// </summary>
public static class HtmlReport
{
    public static void Write(ReportedRun run, TextWriter to)
    {
        var (style, script) = (Resource("report.css"), Resource("report.js"));
        var html = new Markup(to);
        var shown = new ShownRun(run, html);
        to.Write("<!DOCTYPE html>\n");
        using var page = html.Open("html", ("lang", "en"));
        using (html.Open("head"))
        {
            html.Void("meta", ("charset", "utf-8"));
            html.Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", $"default-src 'none'; style-src '{Hash(style)}'; script-src '{Hash(script)}'; base-uri 'none'; form-action 'none'"));
            html.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
            html.Void("meta", ("name", "color-scheme"), ("content", "light dark"));
            html.Void("meta", ("name", "format-detection"), ("content", "telephone=no"));
            html.Add("title", $"{shown.Results.Verdict}: {ShownRun.Short(run.Results.Playbook)}, {shown.When(run.Results.StartedAt)}");
            html.Source("style", style);
        }
        using (html.Open("body"))
        {
            using (html.Open("main"))
            {
                new Overview(shown).Write();
                html.Line();
                new Matrix(shown).Write();
                html.Line();
                new TimePicture(shown).Write();
                html.Line();
                new StepList(shown).Write();
            }
            html.Source("script", script);
        }
    }

    /// <summary>What the policy calls it: of the text between the tags, whose line ends a browser makes one kind.</summary>
    private static string Hash(string source) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(source)))}";

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the program");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
