using Play.Terminal;
using Playbooks.Connections;
using Playbooks.Connections.Receipts;
using Playbooks.Planning;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Play.Resuming;

/// <summary>What only the user can say of a run that goes on: what became of attempts whose end is unknown, and whether what is owed is put back. Asked in a terminal, else wanted on the command line.</summary>
internal sealed class Choices(Resumption resumption, RunSession session, string run, string? state)
{
    /// <summary>What is said of all attempts whose end nobody knows, when their hosts were asked. Null: something is not said, and the user was told.</summary>
    /// <param name="said">On the command line.</param>
    /// <param name="putsBack">It has to be known of none: what is only put back is first made sure to have ended.</param>
    public async Task<IReadOnlyList<Decided>?> Decide(IReadOnlyList<(Decision Decision, string Name)> said, bool putsBack)
    {
        if (putsBack) return said.Count == 0 ? [] : Refuse([$"What is only put back is first made sure to have ended: nothing is to be said of {said[0].Name}.", "→ leave that option out, or say --go-on"]);
        if (said.GroupBy(s => s.Name).FirstOrDefault(same => same.Select(s => s.Decision).Distinct().Count() > 1) is { Key: var both }) return Refuse([$"Two things are said of {both}: which one?"]);
        var doubtful = resumption.Doubtful;
        var decided = new List<Decided>();
        foreach (var (decision, text) in said)
        {
            var meant = doubtful.Where(d => resumption.NameOf(d.Attempt.At) == text).ToList();
            if (meant.Count == 0) return Refuse([$"{text} is no step of this run whose end is unknown.", doubtful.Count == 0 ? "There is none." : "There are: " + string.Join(", ", doubtful.Select(d => resumption.NameOf(d.Attempt.At)).Distinct())]);
            // Whose end can be found out, nobody has to be believed about: it may be going on still.
            foreach (var (attempt, step) in meant)
                if (await Unknown(attempt, step) is null) return Refuse([$"How \"{step.Step.Title}\" ended on {Where(attempt)} will be found out: its host knows, or it is going on there still.", $"→ leave that option out: {Command}"]);
            decided.AddRange(meant.Select(d => new Decided(d.Attempt.At, decision)));
        }
        var open = doubtful.Where(d => decided.All(other => other.At != d.Attempt.At)).ToList();
        var answers = await Task.WhenAll(open.Select(async d => (d.Attempt, d.Step, Why: await Unknown(d.Attempt, d.Step))));
        var missing = new List<string>();
        foreach (var (attempt, step, why) in answers)
        {
            if (why is null) continue;
            var who = resumption.NameOf(attempt.At);
            var item = step.Step.Loop is null ? "" : $", item {attempt.At.Item + 1} of its loop{(attempt.Item is null or Absent ? "" : $" ({Data.Show(attempt.Item, 40)})")},";
            var sentence = $"How \"{step.Step.Title}\"{item} ended on {Where(attempt)} is not known ({step.Step.At}): {why}.";
            switch (await session.Screen.Choose($"{sentence}\nWas it done? (d)one, (r)un it again, (s)kip it, anything else leaves the run as it is", session.Stop.Work))
            {
                case "d" or "done" or "assume-done": decided.Add(new Decided(attempt.At, Decision.AssumeDone)); break;
                case "r" or "run" or "rerun": decided.Add(new Decided(attempt.At, Decision.Rerun)); break;
                case "s" or "skip": decided.Add(new Decided(attempt.At, Decision.Skip)); break;
                default: missing.AddRange([sentence, $"→ look there, then: {Command} --assume-done {who}, or --rerun {who}, or --skip {who}"]); break;
            }
        }
        return missing.Count > 0 ? Refuse(missing) : decided;
    }

    /// <summary>Whether only what is owed is put back. Null: it is not said, and the user was told.</summary>
    public async Task<bool?> PutsBack(bool? said)
    {
        if (resumption.WasPuttingBack && said == false)
        {
            Refuse([$"The run {run} was putting back what it owes when its program ended, and goes on with that.", $"→ {Command}"]);
            return null;
        }
        if (said is { } known) return known;
        // It goes on with what it was doing.
        if (resumption.WasPuttingBack) return true;
        var owes = resumption.Owed.Count > 0;
        if (!owes && resumption.TooManyFailed is null) return false;
        List<string> about =
        [
            .. resumption.TooManyFailed is { } why ? [$"The run {run} was stopped: {why}.", "Who goes on with it leaves out the hosts that failed; they no longer stop it, and it still ends as failed."] : Array.Empty<string>(),
            .. owes ? [$"The run {run} owes this:", .. resumption.Owed.Select(o => $"  ↺ {o}")] : Array.Empty<string>(),
        ];
        switch (await session.Screen.Choose($"{string.Join('\n', about)}\n{(owes ? "(u)ndo: put it back and end; " : "")}(g)o on with the steps; anything else leaves the run as it is", session.Stop.Work))
        {
            case "u" or "undo" when owes: return true;
            case "g" or "go" or "go-on" or "go on": return false;
            default:
                Refuse([.. about, owes ? $"→ {Command} --undo puts it back and ends; --go-on goes on with the steps; --assume-put-back closes it, where you did it by hand" : $"→ {Command} --go-on goes on with the steps"]);
                return null;
        }
    }

    /// <summary>Why it is not known how the attempt ended; null: its host knows, and the run will ask it.</summary>
    private async Task<string?> Unknown(FrameState.Underway attempt, PlannedStep step)
    {
        if (step.Step.Work is not KindWork { LeavesReceipts: true }) return $"a `{((KindWork)step.Step.Work).Kind.Name}` cannot be asked after";
        var machines = resumption.Machines(step, attempt.At);
        if (machines.Count == 0) return "on which machine it ran is known only in the run";
        foreach (var machine in machines)
            try
            {
                switch (await session.Connections.Ask(machine, new Claim(run, $"{attempt.At}", attempt.Number), 1, session.Stop.Work))
                {
                    case ReceiptAnswer.Lost: return $"it was begun on {machine.Label}, its process is gone, and nobody wrote down how it ended";
                    case ReceiptAnswer.Unclear unclear: return $"on {machine.Label}, {unclear.Why}";
                }
            }
            catch (HostUnreachableException e)
            {
                return e.Message.TrimEnd('.');
            }
        return null;
    }

    private string Command => $"play resume {run}{Journals.Option(state)}";

    private static string Where(FrameState.Underway attempt) => attempt.At.Host.Length > 0 ? attempt.At.Host : "localhost";

    private static List<Decided>? Refuse(IReadOnlyList<string> lines)
    {
        Screen.Complain(string.Join('\n', lines.Append("nothing was run")));
        return null;
    }
}
