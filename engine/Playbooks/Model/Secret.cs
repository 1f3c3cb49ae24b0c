using Playbooks.Problems;

namespace Playbooks.Model;

/// <summary>A value that a playbook or an inventory names and does not hold: where a run gets it from.</summary>
/// <param name="Name">What it is called where it is declared.</param>
/// <param name="Source">Where it is to be had.</param>
/// <param name="At">The place of the source.</param>
public sealed record Secret(string Name, SecretSource Source, Position At);

/// <summary>Where a secret is to be had. Equal ones are read, or asked for, once.</summary>
public abstract record SecretSource
{
    private SecretSource() { }

    /// <summary>An environment variable of the control machine.</summary>
    public sealed record Variable(string Name) : SecretSource;

    /// <summary>A file of the control machine, by its whole path, which only its owner may read.</summary>
    public sealed record File(string Path) : SecretSource;

    /// <summary>The user, on the terminal.</summary>
    public sealed record Ask(string Question) : SecretSource;

    /// <summary>A file that ansible-vault encrypted, or one with such values in it; without a key all of its text.</summary>
    public sealed record VaultFile(string Path, string? Key) : SecretSource;

    /// <summary>A text that ansible-vault encrypted.</summary>
    public sealed record VaultText(string Text) : SecretSource;

    /// <summary>What a file of the user's holds itself, written out or vaulted with all of its file.</summary>
    public sealed record Held(string Value) : SecretSource
    {
        public override string ToString() => "Held";
    }

    /// <summary>What a program of the control machine prints, run in that folder.</summary>
    public sealed record Command(IReadOnlyList<string> Words, string Folder) : SecretSource
    {
        public bool Equals(Command? other) => other is not null && Folder == other.Folder && Words.SequenceEqual(other.Words);

        public override int GetHashCode() => Words.Aggregate(Folder.GetHashCode(StringComparison.Ordinal), HashCode.Combine);
    }
}
