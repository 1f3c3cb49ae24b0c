using System.CommandLine;
using Play.Terminal;
using Playbooks.Problems;
using Playbooks.Reporting;

namespace Play;

/// <summary>`play plan FILE`: what would run where, in which order, with which effect. It touches no host and asks for nothing; a run executes the same plan.</summary>
internal static class PlanCommand
{
    /// <summary>A plan may have a million lines, and those of JSON are long: no more than these are held at once.</summary>
    private const int LinesAtOnce = 100;

    public static Command Build()
    {
        var command = new Command("plan", "Shows what would run where, in which order, with which effect, and touches no host.");
        var options = new PlanOptions(command);
        var output = new Option<string?>("--output") { Description = "plain: no colours; short: a line for each step, for a phone; json: for programs.", HelpName = "how" };
        output.AcceptOnlyFromAmong("plain", "short", "json");
        command.Options.Add(output);
        command.SetAction(parsed => Show(parsed.GetRequiredValue(options.File), options.Request(parsed), parsed.GetValue(output)));
        return command;
    }

    private static int Show(string file, PlanRequest request, string? output)
    {
        var problems = new ProblemList();
        if (request.Plan(file, problems) is not { } plan) return Screen.Refuse(problems);
        var report = new PlanReport(plan, Screen.Width);
        var lines = output switch
        {
            "json" => new PlanJson(plan).Lines().Select(line => new ReportLine(Tone.Plain, line)),
            "short" => report.Brief(),
            _ => report.Lines(),
        };
        // Quiet has no live view, and colours where there is a terminal.
        using var screen = new Screen(output is null or "short" ? OutputMode.Quiet : OutputMode.Plain);
        try
        {
            foreach (var some in lines.Chunk(LinesAtOnce)) screen.Show(some, []);
        }
        catch (IOException)
        {
            // Who closed the output has read enough.
        }
        return 0;
    }
}
