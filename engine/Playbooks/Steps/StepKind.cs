using Playbooks.Model;

namespace Playbooks.Steps;

/// <summary>A kind of step: its parameters, its result, and how it binds itself to what a playbook says. One file per kind says it all.</summary>
public abstract class StepKind
{
    /// <summary>The word in the playbook.</summary>
    public abstract string Name { get; }

    /// <summary>One sentence for the documentation and the editor.</summary>
    public abstract string Summary { get; }

    public abstract IReadOnlyList<Key> Parameters { get; }

    /// <summary>The parameter that a bare value or list stands for; null where the kind wants a map.</summary>
    public virtual string? BareParameter => null;

    public abstract IReadOnlyList<ResultField> Fields { get; }

    /// <summary>The fields that are shown where somebody only asks, as `play exec` does.</summary>
    public virtual IReadOnlyList<string> Answer => [.. Fields.Where(f => f.Type != "duration").Select(f => f.Name)];

    /// <summary>What must hold unless an `assert` names the field.</summary>
    public virtual IReadOnlyList<OwnAssertion> OwnAssertions => [];

    /// <summary>Where it runs unless `at` says otherwise; a kind that runs on the host must have `hosts`.</summary>
    public virtual PlaceKind RunsAt => PlaceKind.Host;

    /// <summary>Whether `at` may name another machine than the one this kind runs on by itself.</summary>
    public virtual bool AllowsAt => RunsAt == PlaceKind.Host;

    /// <summary>It runs a command of the user's own: only they know its effect, and `env` and `max_output` are for it. Other kinds know what they do.</summary>
    public virtual bool IsUsersCommand => false;

    /// <summary>
    /// With `effect: none` it changes nothing, compares what is there with what would be (<see cref="StepContext.Compares"/>), and fails
    /// with the difference. Its result has the fields `changed`, false then, and `diff`, the difference as text; reports show both.
    /// </summary>
    public virtual bool CanCompare => false;

    /// <summary>It looks at something that may be so now and otherwise in a moment, and nothing is left behind however often it looks.</summary>
    public virtual bool CanProbe => true;

    /// <summary>What it does to a host, for people; it begins with the word of <see cref="KindWork.Effect"/>.</summary>
    public virtual string EffectText => IsUsersCommand ? "`once`, unless the step says otherwise: only its user knows" : CanCompare ? "`repeatable`; with `effect: none` it only compares, and fails with the difference" : "`none`: it only looks";

    /// <summary>How long an attempt may take where no `timeout` says it; null: what its effect says.</summary>
    public virtual TimeSpan? DefaultTimeout => null;

    /// <summary>Null where a problem was found.</summary>
    public abstract KindWork? Bind(Arguments arguments);
}

/// <summary>A field of a kind's result.</summary>
public sealed record ResultField(string Name, string Type, string Summary);

/// <summary>An expression over a kind's own result that must hold unless the user's `assert` names that field.</summary>
public sealed record OwnAssertion(string Field, string Expression);
