using Playbooks.Planning;
using Playbooks.Steps;

namespace Playbooks.Running;

/// <summary>What counts against a run or, until it is clear whether something makes it good, against one block of it. The gravest one wins: 0 &lt; 1 &lt; 3 &lt; 4 &lt; 5 &lt; 130 &lt; 6.</summary>
internal sealed class Verdict
{
    private static readonly ExitCode[] Gravity = [ExitCode.Passed, ExitCode.Failed, ExitCode.Error, ExitCode.Unreachable, ExitCode.Guard, ExitCode.Interrupted, ExitCode.NotUndone];

    private readonly Lock gate = new();
    private readonly List<StepKey> stopped = [];
    private readonly List<StepKey> wentOn = [];
    private readonly HashSet<string> stoppedHosts = [];
    private readonly HashSet<string> wentOnHosts = [];
    private ExitCode stopping;
    private ExitCode counted;

    public ExitCode ExitCode
    {
        get { lock (gate) return Graver(stopping, counted); }
    }

    /// <summary>The steps whose failures ended the block: a `rescue` makes them good.</summary>
    public IReadOnlyList<StepKey> Stopped
    {
        get { lock (gate) return [.. stopped]; }
    }

    /// <summary>These, and the steps whose failures let it go on.</summary>
    public IReadOnlyList<StepKey> All
    {
        get { lock (gate) return [.. stopped, .. wentOn]; }
    }

    /// <summary>How a step ended is unknown, or an undo failed: nothing may be run again beside that.</summary>
    public bool IsUnsure { get; private set; }

    /// <summary>Why the block ended, where that was no step's doing.</summary>
    public string? Reason { get; private set; }

    public void Add(StepKey step, Outcome outcome, bool goesOn, string host = "")
    {
        var code = outcome switch
        {
            Outcome.Failed => ExitCode.Failed,
            Outcome.Error or Outcome.Unknown => ExitCode.Error,
            Outcome.Unreachable => ExitCode.Unreachable,
            _ => ExitCode.Passed,
        };
        lock (gate)
        {
            (goesOn ? wentOn : stopped).Add(step);
            if (host.Length > 0) (goesOn ? wentOnHosts : stoppedHosts).Add(host);
            if (goesOn) counted = Graver(counted, code);
            else stopping = Graver(stopping, code);
            IsUnsure |= outcome == Outcome.Unknown;
        }
    }

    /// <summary>What is to be said of a block inside, once that is clear.</summary>
    public void Add(Verdict inner, bool goesOn)
    {
        lock (gate)
        {
            (goesOn ? wentOn : stopped).AddRange(inner.stopped);
            wentOn.AddRange(inner.wentOn);
            (goesOn ? wentOnHosts : stoppedHosts).UnionWith(inner.stoppedHosts);
            wentOnHosts.UnionWith(inner.wentOnHosts);
            if (goesOn) counted = Graver(counted, inner.stopping);
            else stopping = Graver(stopping, inner.stopping);
            counted = Graver(counted, inner.counted);
            IsUnsure |= inner.IsUnsure;
        }
    }

    /// <summary>All of it, as the event that a block has ended tells it.</summary>
    public Held Held
    {
        get { lock (gate) return new Held([.. stopped], [.. wentOn], stopping, counted, IsUnsure, Reason) { Hosts = [.. stoppedHosts.Union(wentOnHosts).Order(StringComparer.Ordinal)] }; }
    }

    /// <summary>What was told so.</summary>
    public static Verdict Of(Held held)
    {
        var verdict = new Verdict { stopping = held.Stopping, counted = held.Counted, IsUnsure = held.IsUnsure, Reason = held.Reason };
        verdict.stopped.AddRange(held.Stopped);
        verdict.wentOn.AddRange(held.WentOn);
        verdict.stoppedHosts.UnionWith(held.Hosts);
        return verdict;
    }

    /// <summary>It counts whatever happens around it.</summary>
    public void Add(ExitCode code)
    {
        lock (gate) counted = Graver(counted, code);
    }

    public void AddUnsure() => IsUnsure = true;

    public void AddReason(StepKey block, string reason)
    {
        Add(block, Outcome.Error, goesOn: false);
        Reason = reason;
    }

    /// <summary>A `rescue` passed.</summary>
    public void Forgive()
    {
        lock (gate)
        {
            stopped.Clear();
            stoppedHosts.Clear();
            (stopping, Reason) = (ExitCode.Passed, null);
        }
    }

    private static ExitCode Graver(ExitCode one, ExitCode other) => Array.IndexOf(Gravity, one) > Array.IndexOf(Gravity, other) ? one : other;
}
