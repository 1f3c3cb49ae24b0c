using System.Collections.Immutable;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Planning;

/// <summary>Checks every name and member an expression uses against what will be there, before any host is touched.</summary>
internal sealed class NameCheck(Inventory? inventory, IReadOnlyDictionary<string, object?> environment, ProblemList problems)
{
    private static readonly string[] HostMembers = ["name", "address", "label", "groups"];
    private static readonly string[] PlayMembers = ["run", "name", "started_at", "outcome"];

    /// <summary>Of `run` and `comparison`, in `notify`.</summary>
    internal static readonly string[] RunMembers = ["name", "playbook", "file", "outcome", "exit_code", "started_at", "duration", "hosts", "machine", "failures", "guards", "not_put_back", "title", "message"],
        ComparisonMembers = ["before", "new", "surfaced", "lost", "sunk", "still_failing", "still_open", "fixed", "seen_again", "skipped", "values", "hosts_came", "hosts_went"];

    private static readonly string[] StepMembers = ["outcome", "attempts", "duration", "started_at", "error", "on", "items"];

    private readonly Dictionary<SecretSource, Secret> secrets = [];

    /// <summary>Those that expressions want, each source once.</summary>
    public IEnumerable<Secret> Secrets => secrets.Values;

    public void Want(Secret secret) => secrets.TryAdd(secret.Source, secret);

    /// <summary>Up to here only these are wanted: whose default is not asked for needs no secret for it.</summary>
    public void WantOnly(IEnumerable<Secret> wanted)
    {
        secrets.Clear();
        foreach (var secret in wanted) Want(secret);
    }

    /// <param name="uses">What the expression names.</param>
    /// <param name="names">What is known where it stands.</param>
    /// <param name="fields">The fields of the step's own result, in its `assert` and `capture`; null elsewhere.</param>
    public void Check(IEnumerable<NameUse> uses, Names names, IReadOnlyList<string>? fields = null)
    {
        foreach (var use in uses) Check(use, names, fields);
    }

    /// <summary>The defaults of params, each of which sees the params before it.</summary>
    /// <param name="parameters">In their order.</param>
    /// <param name="names">What they see beside each other.</param>
    /// <param name="given">Params the caller gives: their defaults are never asked for.</param>
    public void CheckDefaults(IReadOnlyList<Parameter> parameters, Names names, IReadOnlyDictionary<string, DataTemplate>? given = null)
    {
        names = names with { Own = [] };
        foreach (var parameter in parameters)
        {
            problems.Spend(1, parameter.At);
            if (given?.ContainsKey(parameter.Name) != true) Check(parameter.Default?.Templates.SelectMany(t => t.Names) ?? [], names);
            names = names with { Own = names.Own.Add(parameter.Name) };
        }
    }

    /// <summary>The names a playbook gives: each may be only one thing, and params and vars see those before them.</summary>
    public void CheckPlaybook(Playbook playbook)
    {
        var given = new Dictionary<string, (string What, Position At)>();
        foreach (var (name, what, at) in playbook.Params.Select(p => (p.Name, "a parameter", p.At)).Concat(playbook.Vars.Select(v => (v.Name, "a variable", v.At))).Concat(CapturesOf(playbook.Steps)).Concat(CapturesOf(playbook.Always)))
            if (!given.TryAdd(name, (what, at)) && given[name].What != what)
                problems.Add(at, $"`{name}` is {what} here and {given[name].What} at {given[name].At}", "a name may be only one thing: rename one");

        CheckDefaults(playbook.Params, new Names { Own = [], Secrets = playbook.Secrets });
        var before = playbook.Params.Select(p => p.Name).ToImmutableHashSet();
        foreach (var variable in playbook.Vars)
        {
            Check(variable.Value.Templates.SelectMany(t => t.Names), new Names { Own = before, Secrets = playbook.Secrets });
            before = before.Add(variable.Name);
        }
    }

    /// <summary>What is told at the end of the run. A secret goes only where nobody reads it.</summary>
    /// <param name="notify">The ways.</param>
    /// <param name="names">Params and vars.</param>
    /// <param name="scope">Those that have a value before the run: what needs no other is filled in once now.</param>
    public void CheckNotify(IEnumerable<Notify> notify, Names names, Scope? scope)
    {
        foreach (var part in notify.SelectMany(one => one.Parts))
        {
            var before = problems.Count;
            Check(part.Templates.SelectMany(template => template.Names), names);
            foreach (var told in part.MayHoldSecrets ? [] : part.Templates.Where(template => names.IsHidden([template])))
                problems.Add(told.At, "a secret would be told here", "it may stand in a webhook's `url` and `headers`, an email's `user` and `password`, and a command's `env`");
            if (scope is null || problems.Count > before || part.Templates.SelectMany(template => template.Names).Any(use => !scope.Has(use.Name))) continue;
            try
            {
                part.Try(scope);
            }
            catch (ExpressionException e)
            {
                problems.Add(e.ToProblem());
            }
        }
    }

    private static IEnumerable<(string, string, Position)> CapturesOf(IEnumerable<Step> steps) => steps.SelectMany(step =>
        step.Capture.Select(c => (c.Name, "a capture", c.At))
            .Concat(step.Work is Block block ? CapturesOf(block.All) : [])
            .Concat(CapturesOf(step.Undo)));

    private void Check(NameUse use, Names names, IReadOnlyList<string>? fields)
    {
        var isField = fields?.Contains(use.Name) == true;
        var isOwn = names.Own.Contains(use.Name) || names.Captured.Contains(use.Name) || names.LoopNames.Contains(use.Name);
        if (isField && isOwn)
            problems.Add(use.At, $"`{use.Name}` is both a field of this step's result and a name of the playbook's own", $"say `result.{use.Name}` for the field, or rename the other");
        else if (names.AfterRun && isOwn && use.Name is "run" or "comparison")
            problems.Add(use.At, $"`{use.Name}` is both a name of the playbook's own and what `notify` calls {(use.Name == "run" ? "the run" : "what has changed since the run before it")}", "rename the first");
        else if (isField || isOwn) return;
        else if (use.Name == "result" && fields is not null) Member(use, fields, "this step's result");
        else if (names.HasBuiltIn(use.Name)) BuiltIn(use, names);
        else if (!use.Guarded) Unknown(use, names, fields);
    }

    private void BuiltIn(NameUse use, Names names)
    {
        switch (use.Name)
        {
            case "host": HostMember(use, names); break;
            case "hosts": Member(use, inventory?.Whole.Hosts.Select(h => h.Name).Append("localhost"), "the inventory"); break;
            case "groups": Member(use, names.InBatch ? inventory?.Groups.Keys.Append(Batches.Group) : inventory?.Groups.Keys, "the inventory"); break;
            case "play": Member(use, PlayMembers, "`play`"); break;
            case "run": Member(use, RunMembers, "`run`"); break;
            case "comparison": Member(use, ComparisonMembers, "`comparison`"); break;
            case "env": Member(use, environment.Keys, "the environment", list: false); break;
            case "all": Member(use, names.Captured, "`all`", list: false); break;
            case "secret": SecretMember(use, names); break;
            case "failed": Member(use, ["step", "hosts", "message"], "`failed`"); break;
            case "steps" when use.Members is [var id, ..]: StepMember(use, id, names); break;
            case "probes" when use.Members is [var id, ..]: ProbeMember(use, id, names); break;
        }
    }

    private void HostMember(NameUse use, Names names)
    {
        if (names.Hosts is not { Count: > 0 } hosts) return;
        foreach (var secret in hosts.SelectMany(h => HostSecrets.In(h, use.Members))) Want(secret);
        if (use.Members is not [var member, ..] || HostMembers.Contains(member)) return;
        // Also where `default` stands around it: that the value is there and not known is no reason for another one.
        var absent = hosts.Select(h => HostSecrets.Absence(h, use.Members)).OfType<Absent>().ToList();
        if (absent.Count > 0 && (absent.Count == hosts.Count || !names.Conditional)) problems.Add(use.At, absent[0].Message, absent[0].Mend);
        if (use.Guarded) return;
        var without = hosts.Where(h => !h.Variables.ContainsKey(member)).Select(h => h.Name).ToList();
        if (without.Count == 0 || without.Count < hosts.Count && names.Conditional) return;
        var who = without.Count == hosts.Count ? "no host here has" : without.Count == 1 ? $"{without[0]} does not have" : $"{string.Join(", ", without.Take(5))}{(without.Count > 5 ? ", …" : "")} do not have";
        problems.Add(use.At, $"{who} a variable `{member}`",
            Suggest.DidYouMean(member, HostMembers.Concat(hosts.SelectMany(h => h.Variables.Keys)).Distinct()) ?? "give it to them in the inventory, or say `default(host." + member + ", …)`");
    }

    private void SecretMember(NameUse use, Names names)
    {
        if (use.Members is not [var name, ..])
            problems.Add(use.At, "which secret is meant must be written out: only those that are used are read", "secret.NAME");
        else if (names.Secrets.FirstOrDefault(secret => secret.Name == name) is { } declared)
            Want(declared);
        else if (!use.Guarded)
            problems.Add(use.At, $"there is no secret `{name}`", Suggest.DidYouMean(name, names.Secrets.Select(secret => secret.Name)) ?? $"declare it: secrets: {{ {name}: {{ env: NAME }} }}");
    }

    private void StepMember(NameUse use, string id, Names names)
    {
        if (!names.Ids.TryGetValue(id, out var step))
        {
            if (!use.Guarded) problems.Add(use.At, $"no step before this one has the id `{id}`", Suggest.DidYouMean(id, names.Ids.Keys) ?? "ids are given with `id:`, and a step's result is there after it ran");
            return;
        }
        if (use.Members is [_, var member, ..] && !use.Guarded && FieldsOf(step) is { } fields)
            Member(use with { Members = [member] }, StepMembers.Concat(fields), $"steps.{id}");
    }

    private void ProbeMember(NameUse use, string id, Names names)
    {
        if (!names.Probes.ContainsKey(id))
        {
            if (!use.Guarded) problems.Add(use.At, $"no probe here has the id `{id}`", Suggest.DidYouMean(id, names.Probes.Keys) ?? "a probe of the playbook, or of a block around this step or before it, is given one with `id:`");
        }
        else if (use.Members is [_, var member, ..])
            Member(use with { Members = [member] }, Model.Budget.Fields, $"probes.{id}");
    }

    /// <summary>The fields of a planned step's result; null where only the run can tell.</summary>
    public static IReadOnlyList<string>? FieldsOf(PlannedStep step) => step.Step.Work switch
    {
        KindWork work => [.. work.Kind.Fields.Select(f => f.Name)],
        ActionCall when step.Action is { Result.Count: > 0 } action => [.. action.Result.Select(r => r.Name)],
        ActionCall when step.Steps is [.., var last] => FieldsOf(last),
        Broken => null,
        _ => [],
    };

    private void Member(NameUse use, IEnumerable<string>? members, string owner, bool list = true)
    {
        if (members is null || use.Guarded || use.Members is not [var member, ..]) return;
        var known = members.Distinct().ToList();
        if (!known.Contains(member))
            problems.Add(use.At, $"{owner} has no `{member}`", Suggest.DidYouMean(member, known) ?? (list && known.Count is > 0 and <= 30 ? "it has " + string.Join(", ", known) : null));
    }

    private void Unknown(NameUse use, Names names, IReadOnlyList<string>? fields)
    {
        var mend = use.Name switch
        {
            "play" or "steps" or "all" or "probes" when names.AfterRun => "of the run there are `run` and `comparison` here",
            "run" or "comparison" => $"`{use.Name}` is there in `notify`",
            "host" when names.AfterRun => "nobody is told host by host: `run.failures` names them",
            "host" => "this step is about no host: give it `hosts`",
            "item" or "index" => $"`{use.Name}` is there inside a `loop`",
            "failed" => "`failed` is there inside `rescue` and `always`",
            "all" => "an action sees its own host only: ask about all hosts in the playbook",
            "probes" => "an action does not see the probes of the playbook: pass what they found as a parameter",
            "secret" => "an action does not see the secrets of the playbook: pass one as a parameter",
            "env" => "an action does not see the environment: pass it as a parameter",
            "result" => "the step's own result is there in its `assert` and `capture`",
            _ => Suggest.DidYouMean(use.Name, names.All.Concat(fields ?? []))
                ?? (names.AfterRun ? "it is no parameter and no variable; what steps captured is not seen here" : names.InAction ? "an action sees its own params, `host`, `hosts`, `groups`, `play`, and what its own steps captured" : "it is no parameter, no variable, and no step before this one captures it"),
        };
        problems.Add(use.At, $"there is no `{use.Name}` here", mend);
    }
}
