using System.Text;
using Playbooks.Connections.Receipts;

namespace Playbooks.Connections;

/// <summary>What is to be run on a machine, and within which limits.</summary>
public sealed record RemoteCommand
{
    /// <summary>The program and its arguments; no shell reads them. Either this or <see cref="Script"/>.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>A text for `/bin/sh`, written by this program or already quoted.</summary>
    public string? Script { get; init; }

    /// <summary>Standard input; null or empty: end of file at once.</summary>
    public ReadOnlyMemory<byte> Stdin { get; init; }

    /// <summary>More of standard input, which comes behind <see cref="Stdin"/>; null: nothing.</summary>
    public LargeInput? More { get; init; }

    internal bool HasInput => !Stdin.IsEmpty || More is not null;

    /// <summary>The working directory; null: where a login lands.</summary>
    public string? Directory { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The user to become through sudo; null: stay who we are.</summary>
    public string? Sudo { get; init; }

    /// <summary>For sudo, where it asks; null: it may not ask.</summary>
    internal SudoTry? Password { get; init; }

    /// <summary>After this long the command is ended on the machine.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes kept of each output stream; what comes after is counted, not kept.</summary>
    public int MaxOutput { get; init; } = 1_000_000;

    /// <summary>How its output is decoded for people who watch it come; null: it is not for them, as that of our own scripts.</summary>
    public Encoding? ShownAs { get; init; }

    /// <summary>Takes the output as it comes.</summary>
    internal OutputLines? Watched { get; init; }

    /// <summary>The attempt that this command belongs to; null: nobody will ask after it.</summary>
    public Claim? Claim { get; init; }

    /// <summary>The receipt that it leaves on the machine; null: none.</summary>
    public Receipt? Receipt { get; init; }

    /// <summary>Where that stands there.</summary>
    internal string? ReceiptFile { get; init; }

    /// <summary>It changes nothing: nobody will ask whether it was run, whatever became of it.</summary>
    public bool OnlyLooks { get; init; }
}
