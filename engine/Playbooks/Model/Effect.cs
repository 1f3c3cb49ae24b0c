namespace Playbooks.Model;

/// <summary>What running a step may do to the world, from harmless to grave.</summary>
public enum Effect
{
    /// <summary>It only looks.</summary>
    None,

    /// <summary>It changes things, and a second time changes nothing more.</summary>
    Repeatable,

    /// <summary>It must not run a second time unasked.</summary>
    Once,
}

/// <summary>How much a step's failure weighs.</summary>
public enum Severity
{
    Error,

    /// <summary>It is shown and reported, and nothing follows from it: no undo, no exit code.</summary>
    Warning,
}

/// <summary>What a step's failure on a host means for the rest.</summary>
public enum OnFailure
{
    /// <summary>The block ends: undo, and out.</summary>
    Stop,

    /// <summary>This host takes no further part; the others go on.</summary>
    Drop,

    /// <summary>It counts, and everything goes on.</summary>
    Continue,
}
