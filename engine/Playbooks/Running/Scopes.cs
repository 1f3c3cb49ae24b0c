using System.Collections.Concurrent;
using System.Diagnostics;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Running.Probing;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Builds the names an expression sees at a place of the run.</summary>
internal sealed class Scopes(Plan plan, RunState state, RunSecrets secrets, Masker masker)
{
    private readonly IMembers hosts = Views.Hosts(plan.Inventory);
    private readonly IMembers groups = Views.Groups(plan.Inventory);
    private readonly DataMap environment = new(plan.Environment);
    private readonly Dictionary<string, int> order = plan.Inventory.Hosts.Select((host, i) => (host.Name, i)).ToDictionary();
    private readonly ConcurrentDictionary<string, IMembers> views = new();

    /// <summary>The names of the playbook's own room.</summary>
    public Scope OfPlaybook() => Scope.Empty.With("env", environment).With("secret", secrets.View(plan.Playbook)).With(plan.Values).With(secrets.Late);

    private IMembers View(Host host) => views.GetOrAdd(host.Name, static (_, of) => Views.Host(of.Host, secret => of.Secrets.Of(secret)), (Host: host, Secrets: secrets));

    /// <summary>The groups as they are seen in a batch.</summary>
    public IMembers GroupsWith(IReadOnlyList<Host> batch) => Views.With(groups, Batches.Group, batch);

    public Scope At(Room room, Host? host)
    {
        var scope = room.Frame.Names
            .With("hosts", hosts).With("groups", room.Groups ?? groups)
            .With("play", () => Play())
            .With("steps", new Steps(Chain(room.Frame), host))
            .With("probes", new ProbesView(state, Ids(room.Frame), host))
            .With("failed", () => Failed(room, host))
            .With("all", new AllCaptured(state, Chain(room.Frame), room.Frame.Gives))
            .With(room.Frame.Gives, name => Captured(Chain(room.Frame), name, host));
        if (host is not null) scope = scope.With("host", View(host));
        return room.Loop.Over(scope);
    }

    /// <summary>Whom a step is about; null: no host.</summary>
    /// <exception cref="ExpressionException">Its pattern selects nobody.</exception>
    public IReadOnlyList<Host>? Hosts(PlannedStep step, Room room)
    {
        switch (step.Hosts)
        {
            case PlannedHosts.None: return null;
            case PlannedHosts.Inherited: return room.Host is { } around ? [around] : null;
            case PlannedHosts.Known known: return known.Hosts;
            case PlannedHosts.After after:
                var selected = after.Pattern.Select(room.Inventory, At(room, null), valuesAreHosts: true);
                return selected.Count > 0 || plan.AllowEmpty
                    ? selected
                    : throw new ExpressionException(after.Pattern.At, $"`{after.Pattern.Text}` selects no host", "where that is meant, say --allow-empty");
            default: throw new UnreachableException();
        }
    }

    /// <summary>The room of names inside an action's call or an included playbook.</summary>
    public Scope Inside(PlannedStep call, Scope caller, Host? host) => call.Step.Work is Include include ? OfInclude(include, caller) : OfAction(call, caller, host);

    private Scope OfInclude(Include include, Scope caller)
    {
        var names = Scope.Empty.With("env", environment).With("secret", secrets.View(include.Playbook));
        var own = Scope.Empty.With("hosts", hosts).With("groups", groups).With("play", () => Play());
        names = Params(include.Playbook.Params, include.Params, caller, names, own);
        foreach (var variable in include.Playbook.Vars) names = names.With(variable.Name, variable.Value.Evaluate(names.Over(own)));
        return names;
    }

    /// <summary>The params of an action for one call: the caller's arguments in the caller's names, defaults in the action's own.</summary>
    private Scope OfAction(PlannedStep call, Scope caller, Host? host)
    {
        var own = Scope.Empty.With("hosts", hosts).With("groups", groups).With("play", () => Play());
        if (host is not null) own = own.With("host", View(host));
        return Params(call.Action!.Params, ((ActionCall)call.Step.Work).Arguments, caller, Scope.Empty, own);
    }

    private Scope Params(IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<string, DataTemplate> arguments, Scope caller, Scope names, Scope own)
    {
        foreach (var parameter in parameters)
        {
            var value = arguments.TryGetValue(parameter.Name, out var argument) ? argument.Evaluate(caller) : parameter.Default!.Evaluate(names.Over(own));
            if (parameter.IsSecret) masker.Hide(value);
            names = names.With(parameter.Name, Typed(value, parameter, argument?.At ?? parameter.At));
        }
        return names;
    }

    internal static object? Typed(object? value, Parameter parameter, Problems.Position at)
    {
        var problems = new Problems.ProblemList();
        var typed = new ParamValues(problems).Typed(value, parameter, at);
        return problems.FirstOrDefault() is { } problem ? throw new ExpressionException(problem.At, problem.Message, problem.Mend) : typed;
    }

    private DataMap Play() => new([
        new("run", state.Run), new("name", plan.Playbook.Name), new("started_at", state.StartedAt),
        new("outcome", state.Failed() is null ? "passed" : "failed"),
    ]);

    /// <summary>Inside an action what failed there, on its host.</summary>
    private DataMap Failed(Room room, Host? host) =>
        Frame.IsInside(room.Frame.Id) && state.Frame(room.Frame.Id).FirstFailure is { } inner ? Failed(inner.Step, host is null ? [] : [host.Name], inner.Result.Error)
        : !Frame.IsInside(room.Frame.Id) && state.Failed(room.Rescuing) is { } failed ? Failed(failed.Title, [.. failed.Hosts.OrderBy(name => order.GetValueOrDefault(name))], failed.Message)
        : throw new MissingValueException("nothing has failed", "ask first: defined(\"failed\")");

    private static DataMap Failed(string step, IReadOnlyList<string> hosts, string? message) =>
        new([new("step", step), new("hosts", hosts.Cast<object?>().ToList()), new("message", message ?? "")]);

    private static IReadOnlyList<string> Ids(Frame frame) => frame.Outer is { } outer ? [frame.Id, .. Ids(outer)] : [frame.Id];

    /// <summary>The room itself and, for an undo, the one it stands in.</summary>
    private IReadOnlyList<FrameState> Chain(Frame frame) => frame.Outer is { } outer ? [state.Frame(frame.Id), .. Chain(outer)] : [state.Frame(frame.Id)];

    private static object? Captured(IReadOnlyList<FrameState> frames, string name, Host? host)
    {
        var frame = frames.FirstOrDefault(f => f.ByCapture(name) is not null) ?? throw new MissingValueException($"`{name}` has no value: the step that captures it has not run");
        var (who, ran, result) = Pick(frame, frame.ByCapture(name)!, host, $"`{name}`", name);
        return result.Captured.TryGetValue(name, out var value)
            ? value
            : throw new MissingValueException($"`{name}` was not captured{On(who)}: the step \"{ran.Title}\" {Did(result.Outcome)}{(who.Length == 0 ? "" : " there")}");
    }

    /// <summary>This host's own result; another's only where the step left this host out and ran on exactly one.</summary>
    private static (string Who, FrameState.Ran Ran, HostResult Result) Pick(FrameState frame, FrameState.Ran ran, Host? host, string what, string member)
    {
        var who = ran.Hosts.Count == 0 ? "" : host is not null && ran.HostSet.Contains(host.Name) ? host.Name : ran.Hosts.Count == 1 ? ran.Hosts[0] : null;
        if (who is null)
            throw new MissingValueException($"{what} has a value for each of {string.Join(", ", ran.Hosts.Take(5))}{(ran.Hosts.Count > 5 ? ", …" : "")}, and {(host is null ? "this step is about no host" : host.Name + " is none of them")}",
                ran.Id is { } id ? $"say whose: steps.{id}.on.{ran.Hosts[0]}" : $"give the step that has {member} an `id`, and say steps.ID.on.{ran.Hosts[0]}");
        if (frame.Result(ran, who) is { } result) return (who, ran, result);
        // A step that captures a name again, or a loop that runs its id again, still sees what was there before it.
        return ran.Before.TryGetValue(member, out var before)
            ? Pick(frame, before, host, what, member)
            : throw new MissingValueException($"{what} has no value{On(who)}: the step \"{ran.Title}\" has not ended{(who.Length == 0 ? "" : " there")}");
    }

    /// <summary>`all.NAME`: what each host captured under that name, as a map from host to value.</summary>
    private sealed class AllCaptured(RunState state, IReadOnlyList<FrameState> frames, IReadOnlySet<string> gives) : IMembers
    {
        public IEnumerable<string> Names => gives;

        public bool TryGet(string name, out object? value)
        {
            value = null;
            if (!gives.Contains(name)) return false;
            var frame = frames.FirstOrDefault(f => f.ByCapture(name) is not null) ?? throw new MissingValueException($"`all.{name}` has no value: the step that captures it has not run");
            value = Of(name, frame, frame.ByCapture(name)!);
            return true;
        }

        /// <summary>Whom a `when` left out, and who takes no part any more, is not asked. Of anybody else no value is no answer, and comparing the rest would be a guess.</summary>
        private DataMap Of(string name, FrameState frame, FrameState.Ran ran)
        {
            if (ran.Hosts.Count == 0) throw new MissingValueException($"`all.{name}` is a map from host to value, but the step \"{ran.Title}\" is about no host", $"say {name}");
            var values = new List<KeyValuePair<string, object?>>();
            foreach (var host in ran.Hosts)
            {
                var result = frame.Result(ran, host);
                if (result?.Captured.TryGetValue(name, out var captured) == true) values.Add(new(host, captured));
                else if (result?.Outcome != Outcome.Skipped && !state.IsDropped(host))
                    throw new MissingValueException($"`{name}` was not captured on {host}: the step \"{ran.Title}\" {(result is null ? "has not ended" : Did(result.Outcome))} there", "with `on_failure: drop` on that step, hosts that fail are left out");
            }
            return new DataMap(values);
        }
    }

    private static string On(string who) => who.Length == 0 ? "" : $" on {who}";

    private static string Did(Outcome outcome) => outcome switch
    {
        Outcome.Skipped => "was skipped",
        Outcome.NotRun => "was not run",
        Outcome.Passed => "passed without it",
        Outcome.Unreachable => "could not reach it",
        _ => "did not pass",
    };

    /// <summary>`steps`: the results of this room's steps by their ids.</summary>
    private sealed class Steps(IReadOnlyList<FrameState> frames, Host? host) : IMembers
    {
        public IEnumerable<string> Names => frames.SelectMany(f => f.Ids);

        public bool TryGet(string name, out object? value)
        {
            var frame = frames.FirstOrDefault(f => f.ById(name) is not null);
            value = frame?.ById(name) is { } ran ? new StepView(frame, ran, host, name) : throw new MissingValueException($"the step `{name}` has not run");
            return true;
        }
    }

    /// <summary>`steps.ID`: this host's result, with `on` for any other's.</summary>
    private sealed class StepView(FrameState frame, FrameState.Ran ran, Host? host, string id) : IMembers
    {
        public IEnumerable<string> Names => Own.Names.Append("on");

        private DataMap Own => Members(Pick(frame, ran, host, $"`steps.{id}`", "steps." + id).Result);

        public bool TryGet(string name, out object? value)
        {
            if (name == "on")
            {
                value = new OnHosts(frame, ran);
                return true;
            }
            return Own.TryGet(name, out value);
        }

        public static DataMap Members(HostResult result) => new(result.Fields
            .Concat(result.Items is { } items ? [KeyValuePair.Create("items", (object?)items.Cast<object?>().ToList())] : [])
            .Concat([
                new("outcome", Words.Of(result.Outcome)), new("attempts", (long)result.Attempts), new("duration", result.Fields.GetValueOrDefault("duration") ?? result.Duration),
                new("started_at", result.StartedAt), new("error", result.Error),
            ]));
    }

    /// <summary>`steps.ID.on.HOST`: any host's result, made when it is asked for.</summary>
    private sealed class OnHosts(FrameState frame, FrameState.Ran ran) : IMembers
    {
        public IEnumerable<string> Names => ran.Hosts;

        public bool TryGet(string name, out object? value)
        {
            value = ran.HostSet.Contains(name) && frame.Result(ran, name) is { } result ? StepView.Members(result) : null;
            return value is not null;
        }
    }
}
