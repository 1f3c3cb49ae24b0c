using Playbooks.Planning;
using Playbooks.Reporting;
using Playbooks.Reporting.Files;
using Playbooks.Running;
using Playbooks.Templating;

namespace Playbooks.Notifying;

/// <summary>What the templates of `notify` see: params, vars, secrets, the inventory, and the run as `run` and `comparison`. What hosts said is escaped, in one line each.</summary>
internal static class MessageNames
{
    /// <param name="plan">What was run.</param>
    /// <param name="secrets">What it was given.</param>
    /// <param name="run">What came of it.</param>
    /// <param name="message">The same in words.</param>
    /// <param name="machine">The name of this one.</param>
    /// <param name="escape">How the reader wants texts.</param>
    public static Scope Of(Plan plan, RunSecrets secrets, ReportedRun run, Message message, string machine, Func<string, string>? escape = null)
    {
        var text = escape ?? (same => same);
        var results = run.Results;
        object? Texts(IEnumerable<string> texts) => Message.Lines(texts).Select(object? (line) => text(line)).ToList();
        var sections = run is { Comparison: { } since, Past: { } past } ? new CompareReport(since, past, run.Zone, 0).Sections.ToDictionary(list => list.Name, list => list.Texts.Select(one => one.Text)) : [];
        return Scope.Empty.With("env", new DataMap(plan.Environment)).With("secret", secrets.View(plan.Playbook)).With(plan.Values).With(secrets.Late)
            .With("hosts", Views.Hosts(plan.Inventory)).With("groups", Views.Groups(plan.Inventory))
            .With("run", new DataMap(
            [
                new("name", results.Run), new("playbook", text(Message.Lines([results.Playbook])[0])), new("file", text(Message.Lines([results.File])[0])),
                new("outcome", Outcome(results.ExitCode)), new("exit_code", (long)(results.ExitCode ?? ExitCode.Error)),
                new("started_at", TimeZoneInfo.ConvertTime(results.StartedAt, run.Zone)), new("duration", TimeSpan.FromMilliseconds(Math.Round(results.Elapsed.TotalMilliseconds))),
                new("hosts", Texts(results.Hosts.Select(host => host.Label))), new("machine", text(Message.Lines([machine])[0])),
                new("failures", Texts(Message.Failures(results))), new("guards", Texts(results.Guards)), new("not_put_back", Texts(results.NotPutBack)),
                new("title", text(message.Title)), new("message", text(message.Text)),
            ]))
            .With("comparison", new DataMap(NameCheck.ComparisonMembers.Select(name => KeyValuePair.Create(name, name == "before" ? run.Comparison?.Before.Run : Texts(sections.GetValueOrDefault(name, []))))));
    }

    private static string Outcome(ExitCode? code) => code switch
    {
        ExitCode.Passed => "passed",
        ExitCode.Failed => "failed",
        ExitCode.Unreachable => "unreachable",
        ExitCode.Guard => "stopped",
        ExitCode.Interrupted => "interrupted",
        ExitCode.NotUndone => "not put back",
        _ => "error",
    };
}
