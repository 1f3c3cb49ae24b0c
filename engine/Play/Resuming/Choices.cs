using Play.Terminal;
using Playbooks.Connections;
using Playbooks.Connections.Receipts;
using Playbooks.Planning;
using Playbooks.Running;
using Playbooks.Steps;

namespace Play.Resuming;

/// <summary>What only the user can say of a run that goes on: what became of attempts whose end is unknown, and whether what is owed is put back. Asked in a terminal, else wanted on the command line.</summary>
internal sealed class Choices(Resumption resumption, RunSession session, string run)
{
    /// <summary>What is said of all attempts whose end nobody knows, when their hosts were asked. Null: something is not said, and the user was told.</summary>
    /// <param name="said">On the command line.</param>
    /// <param name="asks">False: it has to be known of none; what is only put back is first made sure to have ended.</param>
    public async Task<IReadOnlyList<Decided>?> Decide(IReadOnlyList<(Decision Decision, string Name)> said, bool asks)
    {
        var doubtful = resumption.Doubtful;
        var decided = new List<Decided>();
        foreach (var (decision, text) in said)
        {
            var meant = doubtful.Where(d => resumption.NameOf(d.Attempt.At) == text).ToList();
            if (meant.Count == 0) return Refuse([$"{text} is no step of this run whose end is unknown.", doubtful.Count == 0 ? "There is none." : "There are: " + string.Join(", ", doubtful.Select(d => resumption.NameOf(d.Attempt.At)).Distinct())]);
            decided.AddRange(meant.Select(d => new Decided(d.Attempt.At, decision)));
        }
        var open = doubtful.Where(d => asks && decided.All(other => other.At != d.Attempt.At)).ToList();
        var answers = await Task.WhenAll(open.Select(async d => (d.Attempt, d.Step, Why: await Unknown(d.Attempt, d.Step))));
        var missing = new List<string>();
        foreach (var (attempt, step, why) in answers)
        {
            if (why is null) continue;
            var who = resumption.NameOf(attempt.At);
            var sentence = $"How \"{step.Step.Title}\" ended on {(attempt.At.Host.Length > 0 ? attempt.At.Host : "localhost")} is not known: {why}.";
            switch (await session.Screen.Choose($"{sentence}\nWas it done? (d)one, (r)un it again, (s)kip it, anything else leaves the run as it is", session.Stop.Work))
            {
                case 'd': decided.Add(new Decided(attempt.At, Decision.AssumeDone)); break;
                case 'r': decided.Add(new Decided(attempt.At, Decision.Rerun)); break;
                case 's': decided.Add(new Decided(attempt.At, Decision.Skip)); break;
                default: missing.AddRange([sentence, $"→ look there, then: play resume {run} --assume-done {who}, or --rerun {who}, or --skip {who}"]); break;
            }
        }
        return missing.Count > 0 ? Refuse(missing) : decided;
    }

    /// <summary>Whether only what is owed is put back. Null: it is not said, and the user was told.</summary>
    public async Task<bool?> PutsBack(bool? said)
    {
        if (resumption.WasPuttingBack && said == false)
        {
            Refuse([$"The run {run} was putting back what it owes when its program ended, and goes on with that.", $"→ play resume {run}"]);
            return null;
        }
        if (said is { } known) return known;
        // It goes on with what it was doing.
        if (resumption.WasPuttingBack) return true;
        if (resumption.Owed.Count == 0) return false;
        List<string> owed = [$"The run {run} owes this:", .. resumption.Owed.Select(o => $"  ↺ {o}")];
        switch (await session.Screen.Choose($"{string.Join('\n', owed)}\n(u)ndo: put it back and end; (g)o on with the steps; anything else leaves the run as it is", session.Stop.Work))
        {
            case 'u': return true;
            case 'g': return false;
            default:
                Refuse([.. owed, $"→ play resume {run} --undo puts it back and ends; --go-on goes on with the steps"]);
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

    private static List<Decided>? Refuse(IReadOnlyList<string> lines)
    {
        Screen.Complain(string.Join('\n', lines.Append("nothing was run")));
        return null;
    }
}
