using System.CommandLine;
using Play.Terminal;
using Playbooks.Connections;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Steps;

namespace Play;

/// <summary>`play FILE`: runs a playbook.</summary>
internal static class RunCommand
{
    public static void Build(RootCommand root)
    {
        var file = new Argument<string>("file") { Description = "The playbook (looked for in playbooks/ too)." };
        var inventory = new Option<string[]>("-i", "--inventory") { Description = "An inventory; any number of them.", AllowMultipleArgumentsPerToken = false };
        var values = new Option<string[]>("-e", "--extra") { Description = "A param's value, NAME=VALUE, or @FILE with a map of them." };
        var limit = new Option<string?>("-l", "--limit") { Description = "Only hosts of this pattern take part." };
        var tags = new Option<string[]>("-t", "--tags") { Description = "Only steps with one of these tags: a,b.", AllowMultipleArgumentsPerToken = false };
        var forks = new Option<int?>("--forks") { Description = "How many hosts a step works on at once (50)." };
        var allowEmpty = new Option<bool>("--allow-empty") { Description = "A pattern that selects no host is no error." };
        var yes = new Option<bool>("--yes") { Description = "Answer every question of the playbook with yes." };
        var verbose = new Option<bool>("-v", "--verbose") { Description = "Show the steps inside actions too." };
        file.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] option }]) result.AddError($"There is no option {option}.");
        });
        root.Arguments.Add(file);
        foreach (var option in new Option[] { inventory, values, limit, tags, forks, allowEmpty, yes, verbose }) root.Options.Add(option);
        root.SetAction((parsed, _) => Run(parsed.GetRequiredValue(file), new PlanRequest
        {
            Inventories = parsed.GetValue(inventory) ?? [],
            Values = parsed.GetValue(values) ?? [],
            Limit = parsed.GetValue(limit),
            Tags = parsed.GetValue(tags) is { Length: > 0 } chosen ? [.. chosen.SelectMany(t => t.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))] : null,
            Forks = parsed.GetValue(forks),
            AllowEmpty = parsed.GetValue(allowEmpty),
        }, parsed.GetValue(yes), parsed.GetValue(verbose)));
    }

    private static async Task<int> Run(string file, PlanRequest request, bool yes, bool verbose)
    {
        var screen = new Screen();
        var problems = new ProblemList();
        var plan = request.Plan(file, problems);
        if (plan is null) return Screen.Refuse(problems);

        using var stop = new Stop();
        using var signals = new Signals(stop);
        var recorder = new Recorder(new RunState(), new NoLog(), TimeProvider.System);
        await using var connections = new ConnectionPool(TimeProvider.System, new ConnectionOptions { AskPassphrase = screen.AskPassphrase });
        var report = new ProgressReport(plan, screen.Width, verbose);
        var showing = Show(recorder, report, screen);
        var run = $"{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss}-{Random.Shared.Next(0x10000):x4}";
        var code = await new Runner(plan, recorder, new RunTools(connections, new CookieJars(), TimeProvider.System) { Questions = new(yes ? Yes : Ask) }, stop).Run(run);
        await showing;
        return (int)code;

        static Task<bool?> Yes(string question, CancellationToken cancel) => Task.FromResult<bool?>(true);

        async Task<bool?> Ask(string question, CancellationToken cancel)
        {
            // The question comes after all that led to it.
            while (recorder.Told.Count > 0 && !showing.IsCompleted) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancel);
            return await screen.Confirm(question, cancel);
        }
    }

    private static async Task Show(Recorder recorder, ProgressReport report, Screen screen)
    {
        await Task.Yield();
        try
        {
            await foreach (var happened in recorder.Told.ReadAllAsync()) await screen.Show(report.On(happened));
        }
        catch (IOException e)
        {
            // Whoever read along has gone (`| head`), or the disk is full: the run goes on to its end, and its exit code still tells.
            Screen.Complain($"play: the progress cannot be shown any more: {e.Message}; the run goes on");
        }
    }
}
