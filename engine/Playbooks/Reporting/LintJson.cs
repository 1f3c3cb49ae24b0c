using System.Text.Json;
using Playbooks.Linting;
using Playbooks.Problems;
using Playbooks.Reporting.Files;

namespace Playbooks.Reporting;

/// <summary>What `play lint` found, for programs: one object, with a result for each problem and each finding.</summary>
public static class LintJson
{
    public static string Write(Linter linter) => SafeJson.Of(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("files", linter.Files);
        json.WriteNumber("programs", linter.Programs);
        json.WriteNumber("passed_over", linter.PassedOver);
        json.WriteStartArray("results");
        foreach (var problem in linter.Problems) Result(json, problem.At, null, problem.Message, problem.Mend);
        foreach (var finding in linter.Findings) Result(json, finding.At, finding.Rule.Name, finding.Message, finding.Mend);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Result(Utf8JsonWriter json, Position at, string? rule, string message, string? mend)
    {
        json.WriteStartObject();
        json.WriteString("level", rule is null ? "problem" : "finding");
        if (rule is not null) json.WriteString("rule", rule);
        json.WriteString("file", at.Source.Name);
        if (at.Source.HasLines)
        {
            json.WriteNumber("line", at.Line);
            json.WriteNumber("column", at.Column);
            json.WriteNumber("length", at.Length);
        }
        json.WriteString("message", message);
        if (mend is not null) json.WriteString("mend", mend);
        json.WriteEndObject();
    }
}
