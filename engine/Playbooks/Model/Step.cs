using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Model;

/// <summary>One step of a playbook, as it was written.</summary>
public sealed record Step
{
    public required Position At { get; init; }

    /// <summary>What people see: the name, or what the step does where it has none.</summary>
    public required string Title { get; init; }

    /// <summary>The title is a name that the user gave.</summary>
    public bool IsNamed { get; init; }

    public string? Id { get; init; }

    /// <summary>Words that `-t` chooses steps by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    public required Work Work { get; init; }

    public StepDefaults Own { get; init; } = StepDefaults.None;

    /// <summary>Where the work runs; null: as its kind does.</summary>
    public Place? Runs { get; init; }

    public bool RunOnce { get; init; }

    public Expression? When { get; init; }

    public Loop? Loop { get; init; }

    public IReadOnlyList<Expression> Assert { get; init; } = [];

    /// <summary>`assert: any`: every result will do.</summary>
    public bool AnyResult { get; init; }

    public IReadOnlyList<Capture> Capture { get; init; } = [];

    public Setting<TimeSpan>? Within { get; init; }

    public Setting<TimeSpan>? Every { get; init; }

    /// <summary>Where `every` is not said: from one attempt, or one sample, to the next.</summary>
    public static TimeSpan DefaultEvery { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes kept of each output stream of a command.</summary>
    public Setting<int>? MaxOutput { get; init; }

    public Severity Severity { get; init; }

    public IReadOnlyList<Step> Undo { get; init; } = [];

    /// <summary>Of a probe: what is allowed to be found; null: all of it.</summary>
    public Budget? Budget { get; init; }
}

/// <summary>What a block or the playbook says for the steps inside, and a step for itself.</summary>
public sealed record StepDefaults
{
    public static StepDefaults None { get; } = new();

    public HostPattern? Hosts { get; init; }

    public Setting<string?>? Sudo { get; init; }

    /// <summary>Of commands: names and values added to their environment.</summary>
    public Setting<IReadOnlyDictionary<string, string>>? Env { get; init; }

    public Setting<TimeSpan>? Timeout { get; init; }

    public OnFailure? OnFailure { get; init; }

    public Effect? Effect { get; init; }

    /// <summary>
    /// `effect: none` stands around the action that is called: inside, what can compare compares. That its commands only look nobody
    /// has said.
    /// </summary>
    public bool Compares { get; init; }

    /// <summary>It shall only look.</summary>
    public bool IsLook => Effect == Model.Effect.None || Effect is null && Compares;

    /// <summary>These where they say something, else the outer ones.</summary>
    public StepDefaults Within(StepDefaults outer) => new()
    {
        Hosts = Hosts ?? outer.Hosts,
        Sudo = Sudo ?? outer.Sudo,
        Env = Env ?? outer.Env,
        Timeout = Timeout ?? outer.Timeout,
        OnFailure = OnFailure ?? outer.OnFailure,
        Effect = Effect ?? outer.Effect,
        Compares = Effect is null && outer.Compares,
    };
}

/// <summary>A loop over the items an expression or a list gives.</summary>
public sealed record Loop(Expression? Expression, DataTemplate? Items, string As);

/// <summary>A name that is given to a part of a step's result.</summary>
public sealed record Capture(string Name, Expression Value, Position At);

/// <summary>Where a step's work runs: on the host it is about, on the control machine, or on other hosts for it.</summary>
public sealed record Place(PlaceKind Kind, HostPattern? Pattern = null)
{
    public static Place Host { get; } = new(PlaceKind.Host);

    public static Place Localhost { get; } = new(PlaceKind.Localhost);
}

public enum PlaceKind
{
    Host,
    Localhost,
    Pattern,
}
