namespace Playbooks.Reporting;

/// <summary>How a line of a report is meant; a terminal gives each a colour, a file none.</summary>
public enum Tone
{
    Plain,
    Title,
    Good,
    Bad,
    Warning,
    Quiet,
}

/// <summary>One line of a report for people.</summary>
public sealed record ReportLine(Tone Tone, string Text);
