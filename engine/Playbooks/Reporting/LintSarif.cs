using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Playbooks.Linting;
using Playbooks.Problems;
using Playbooks.Reporting.Files;

namespace Playbooks.Reporting;

/// <summary>What `play lint` found as SARIF 2.1.0 (OASIS), which code hosts and editors show beside the lines.</summary>
public static class LintSarif
{
    /// <summary>What keeps a file from being run is no rule's, and has a name here all the same.</summary>
    private const string Problem = "problem";

    private static readonly string[] Names = [.. LintRules.All.Select(rule => rule.Name), Problem];

    /// <param name="linter">What looked.</param>
    /// <param name="version">This program's.</param>
    public static string Write(Linter linter, string version) => SafeJson.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "play lint");
        json.WriteString("version", version);
        json.WriteStartArray("rules");
        foreach (var rule in LintRules.All) Rule(json, rule.Name, rule.Summary, rule.Explanation, "warning");
        Rule(json, Problem, "What is wrong in a file, so that nothing of it is run.", "The message says how to mend it.", "error");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        var seen = new Fingerprints();
        foreach (var problem in linter.Problems) Result(json, problem.At, Problem, "error", problem.Message, problem.Mend, seen);
        foreach (var finding in linter.Findings) Result(json, finding.At, finding.Rule.Name, "warning", finding.Message, finding.Mend, seen);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Rule(Utf8JsonWriter json, string name, string summary, string explanation, string level)
    {
        json.WriteStartObject();
        json.WriteString("id", name);
        Text(json, "shortDescription", summary);
        json.WriteStartObject("help");
        json.WriteString("text", explanation);
        json.WriteString("markdown", explanation);
        json.WriteEndObject();
        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", level);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Result(Utf8JsonWriter json, Position at, string rule, string level, string message, string? mend, Fingerprints seen)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", rule);
        json.WriteNumber("ruleIndex", Array.IndexOf(Names, rule));
        json.WriteString("level", level);
        Text(json, "message", NoLink(mend is null ? message : $"{message}\n{mend}"));
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", UriOf(at.Source.Name));
        json.WriteEndObject();
        if (at.Source.HasLines)
        {
            json.WriteStartObject("region");
            json.WriteNumber("startLine", at.Line);
            json.WriteNumber("startColumn", at.Column);
            json.WriteNumber("endColumn", at.Column + at.Length);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("partialFingerprints");
        json.WriteString("lineAndMessage/v1", seen.Next(rule, at, message));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    /// <summary>`[text](target)` in a message is a link there (section 3.11.6), and files would write it.</summary>
    private static string NoLink(string text) => text.Replace("](", "\\](", StringComparison.Ordinal);

    /// <summary>A path as a URI reference: relative ones stay so, which is what code hosts want.</summary>
    private static string UriOf(string path) => (path.StartsWith('/') ? "file://" : "") + string.Join('/', path.Split('/').Where(part => part != ".").Select(Uri.EscapeDataString));

    /// <summary>The same while the line moves; the second of two alike is another one.</summary>
    private sealed class Fingerprints
    {
        private readonly Dictionary<string, int> seen = [];

        /// <summary>A line may be long, and have many results.</summary>
        private readonly Dictionary<(SourceText, int), string> lines = [];

        public string Next(string rule, Position at, string message)
        {
            if (!lines.TryGetValue((at.Source, at.Line), out var line)) lines[(at.Source, at.Line)] = line = Hash(at.Source.Line(at.Line).Trim());
            var hash = Hash($"{rule}\n{at.Source.Name}\n{line}\n{message}")[..32];
            seen[hash] = seen.GetValueOrDefault(hash) + 1;
            return $"{hash}:{seen[hash]}";
        }

        private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
