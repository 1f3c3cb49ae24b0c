using System.Text;
using Playbooks.Journal;
using Playbooks.Running;

namespace Playbooks.Reporting.Files;

/// <summary>A run as its events, one JSON object on each line: the same as the journal keeps.</summary>
public static class JsonLinesReport
{
    public static void Write(ReportedRun run, TextWriter to)
    {
        foreach (var happened in run.Events) to.WriteLine(Line(happened));
    }

    public static string Line(RunEvent happened) => SafeJson.Of(Encoding.UTF8.GetString(EventJson.Write(happened)));
}
