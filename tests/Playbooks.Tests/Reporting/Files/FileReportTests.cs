using System.Diagnostics;
using System.Text;
using System.Xml;
using System.Xml.Schema;
using Playbooks.Journal;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting.Comparing;
using Playbooks.Reporting.Files;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Reporting.Files;

/// <summary>Reports in files of a run whose hosts say whatever they like.</summary>
public sealed class FileReportTests : IDisposable
{
    /// <summary>Escape sequences, bidirectional overrides, NUL, half of a pair, the end of a CDATA section, HTML, Markdown, a mention.</summary>
    private const string Hostile = "<script>alert(1)</script> ]]> \e[31m \u202e\0\ud800 ``` | @all [x](y) \u009b2J 와스\r\nnext";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("report");

    public void Dispose() => folder.Delete(recursive: true);

    private static ReportedRun Sample(string text)
    {
        var before = new Told("was1", "was2").Step("The receiver listens", ("was1", Told.Of(Outcome.Passed)), ("was2", Told.Of(Outcome.Failed))).Step(text, ("was2", Told.Of(Outcome.Passed)));
        var fields = new DataMap([new("stdout", text), new("exit_code", 1L), new("cut", new Absent("too long") { Kept = text })]);
        var place = new Position(new SourceText("nightly.yaml", ""), 9, 5, 3);
        var now = new Told("was1", "was2") { StartedAt = before.StartedAt.AddDays(1), Run = "20261129-030000-bbbb", Code = ExitCode.NotUndone, NotUndone = [new OwedUndo("play", new Address("", new StepKey("steps/0"), "was1"), $"Stop {text}", null)] }
            .Step("The receiver listens",
                ("was1", Told.Of(Outcome.Failed, text) with { Did = $"command: echo {text}", Fields = fields, Notes = [text], Captured = new Dictionary<string, object?> { ["said"] = text, ["gone"] = new Absent("gone") } }),
                ("was2", Told.Of(Outcome.Passed)))
            .Step(text, ("was1", Told.Of(Outcome.Unreachable, "was1 refuses connections")), ("was2", Told.Of(Outcome.Skipped)))
            .Step("A warning", ("was1", Told.Of(Outcome.Failed) with { IsWarning = true }))
            .Step("Nobody came here")
            .And(new RunEvent.StopRequested(StopReason.Guard) { Why = $"the budget is over: {text}" });
        return new ReportedRun(now.Results, now.Events) { Comparison = new Comparison(before.Findings, now.Findings), Past = new Past(now.Findings, [before.Findings]) };
    }

    private static string Written(Action<ReportedRun, TextWriter> report, string text = Hostile)
    {
        using var bytes = new MemoryStream();
        using (var writer = new StreamWriter(bytes, new UTF8Encoding(false))) report(Sample(text), writer);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    [Fact]
    public Task Markdown_is_read_in_a_ticket() => Verifier.Verify(Written(MarkdownReport.Write));

    [Fact]
    public Task JUnit_is_read_by_Jenkins_and_GitLab() => Verifier.Verify(Written(JUnitReport.Write));

    [Fact]
    public void JUnit_is_as_the_schema_of_Jenkins_has_it()
    {
        var schemas = new XmlSchemaSet();
        schemas.Add(null, Repository.PathOf("tests/Playbooks.Tests/Reporting/Files/junit-10.xsd"));
        foreach (var text in new[] { Hostile, "plain" })
        {
            using var reader = XmlReader.Create(new StringReader(Written(JUnitReport.Write, text)), new XmlReaderSettings { ValidationType = ValidationType.Schema, Schemas = schemas, ValidationFlags = XmlSchemaValidationFlags.ReportValidationWarnings });
            var cases = 0;
            while (reader.Read())
                if (reader is { NodeType: XmlNodeType.Element, Name: "testcase" }) cases++;
            Assert.Equal(8, cases);
        }
    }

    [Fact]
    public Task Json_is_read_by_programs() => Verifier.Verify(Written(JsonReport.Write));

    [Theory]
    [InlineData(Hostile)]
    [InlineData("plain")]
    public async Task Json_is_as_its_schema_has_it(string text)
    {
        var file = Path.Combine(folder.FullName, "report.json");
        await File.WriteAllTextAsync(file, Written(JsonReport.Write, text), TestContext.Current.CancellationToken);
        using var check = Process.Start(new ProcessStartInfo("python3", ["-c", "import json, sys, jsonschema; jsonschema.Draft7Validator.check_schema(s := json.load(open(sys.argv[1]))); jsonschema.validate(json.load(open(sys.argv[2])), s)", Repository.PathOf("schemas/report.schema.json"), file]) { RedirectStandardError = true })!;
        var said = await check.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(check.ExitCode == 0, said);
    }

    [Fact]
    public void Json_lines_are_the_events()
    {
        var written = Written(JsonLinesReport.Write);
        Assert.DoesNotContain('\u202e', written);
        Assert.DoesNotContain('\e', written);
        var lines = written.TrimEnd('\n').Split('\n');
        Assert.Equal(Sample(Hostile).Events.Count(), lines.Length);
        Assert.All(lines, line => EventJson.Read(Encoding.UTF8.GetBytes(line)));
    }
}
