using System.Globalization;
using System.Xml;
using Playbooks.Problems;
using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Steps;

namespace Playbooks.Reporting.Files;

/// <summary>
/// A run as JUnit's XML, as Jenkins and GitLab read it: a test case for each step on each host. GitLab shows only `classname` and `name`, so playbook and host
/// stand in `classname` (https://github.com/jenkinsci/xunit-plugin, junit-10.xsd).
/// </summary>
public static class JUnitReport
{
    private const int Width = 100;

    private sealed record Case(string Name, string Host, TimeSpan Took, string? Kind, string Type, string Message, string Text);

    public static void Write(ReportedRun run, TextWriter to)
    {
        var results = run.Results;
        var cases = Cases(results).ToList();
        using var xml = XmlWriter.Create(to, new XmlWriterSettings { Indent = true, CloseOutput = false });
        xml.WriteStartDocument();
        xml.WriteStartElement("testsuites");
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", results.Playbook);
        foreach (var (name, kind) in new[] { ("tests", null), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped") })
            Attribute(xml, name, cases.Count(c => kind is null || c.Kind == kind).ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "time", Seconds(results.Elapsed));
        Attribute(xml, "timestamp", results.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        xml.WriteStartElement("properties");
        foreach (var (name, value) in new[] { ("run", results.Run), ("file", Path.GetFileName(results.File)), ("verdict", results.Verdict) })
        {
            xml.WriteStartElement("property");
            Attribute(xml, "name", name);
            Attribute(xml, "value", value);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        foreach (var one in cases) Write(xml, one, results.Playbook);
        if (run.Compared(Width) is { Count: > 0 } compared) Element(xml, "system-out", string.Join('\n', compared.Select(line => line.Text)));
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndDocument();
    }

    private static void Write(XmlWriter xml, Case one, string playbook)
    {
        xml.WriteStartElement("testcase");
        // Jenkins takes what stands before the last dot for a package.
        Attribute(xml, "classname", one.Host.Length == 0 ? Word(playbook) : $"{Word(playbook)}.{Word(one.Host)}");
        Attribute(xml, "name", one.Name);
        Attribute(xml, "time", Seconds(one.Took));
        if (one.Kind == "skipped")
        {
            xml.WriteStartElement("skipped");
            Attribute(xml, "message", one.Message);
            xml.WriteEndElement();
        }
        else if (one.Kind is { } kind)
        {
            xml.WriteStartElement(kind);
            Attribute(xml, "message", one.Message);
            Attribute(xml, "type", one.Type);
            xml.WriteString(DisplayText.Safe(one.Text, keepLineEnds: true));
            xml.WriteEndElement();
        }
        else if (one.Text.Length > 0) Element(xml, "system-err", one.Text);
        xml.WriteEndElement();
    }

    private static IEnumerable<Case> Cases(RunResults run)
    {
        foreach (var step in run.Steps)
        {
            foreach (var host in step.Told) yield return Of(step, host, host.Result!);
            if (!step.Step.IsGroup && step.Part == StepPart.Step && step.Hosts.Count == 0) yield return new(step.Name, "", TimeSpan.Zero, "skipped", "", "not reached", "");
        }
        foreach (var (owed, said) in run.NotUndone.Zip(run.NotPutBack)) yield return new($"put back: {owed.Title}", run.Label(owed.At.Host), TimeSpan.Zero, "error", "not put back", $"{said}: look at your systems", "");
        foreach (var guard in run.Guards) yield return new("guard", "", TimeSpan.Zero, "failure", "guard", guard, "");
        if (run.ExitCode is null) yield return new("the run comes to its end", "", TimeSpan.Zero, "error", "unknown", "it has not ended, or its program died", "");
    }

    private static Case Of(StepResults step, HostResults host, HostResult result)
    {
        var kind = result.Outcome switch
        {
            _ when host.IsForgiven || result.IsBad && !result.IsFailure => null,
            Outcome.Passed => null,
            Outcome.Skipped or Outcome.NotRun => "skipped",
            Outcome.Failed => "failure",
            _ => "error",
        };
        var message = FailureText.FirstLine(result) is { Length: > 0 } said ? said : Words.Of(result.Outcome);
        var text = result.IsBad ? string.Join('\n', FailureText.Lines(result, step.Step, host.Label, Width).Select(line => line.Text)) : "";
        return new(step.Name, host.Label, result.Duration, kind, Words.Of(result.Outcome), message, host.IsForgiven ? $"failed, and rescued:\n{text}" : text);
    }

    private static string Word(string text) => text.Replace('.', '_');

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Control characters, which XML has no way to write, become escapes that can be read.</summary>
    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, DisplayText.Safe(value));

    private static void Element(XmlWriter xml, string name, string text) => xml.WriteElementString(name, DisplayText.Safe(text, keepLineEnds: true));
}
