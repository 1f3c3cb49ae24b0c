namespace Playbooks.Steps;

/// <summary>Whether the commands of an attempt leave receipts on their machine, by which it can be asked after them when the link or this program is gone.</summary>
public enum Receipts
{
    /// <summary>None: it may simply be done again.</summary>
    None,

    /// <summary>Each leaves one, and starts only where there is none of it yet.</summary>
    Left,

    /// <summary>The same, and some may be there already: each command is asked after before it is started.</summary>
    Asked,
}
