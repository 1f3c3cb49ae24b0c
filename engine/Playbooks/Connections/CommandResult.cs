namespace Playbooks.Connections;

/// <summary>How a command ended.</summary>
public enum CommandEnd
{
    /// <summary>It ended by itself: there is an exit code or a signal.</summary>
    Exited,

    /// <summary>Its time was up and it was ended on the machine, surely.</summary>
    TimedOut,

    /// <summary>It printed more than is taken, and was ended on the machine, surely.</summary>
    Flooded,

    /// <summary>We were told to stop, and it was ended on the machine, surely.</summary>
    Cancelled,

    /// <summary>It had started, and whether or how it ended could not be found out: the link was lost, or it would not end.</summary>
    Unknown,
}

/// <summary>What came of a command.</summary>
public sealed record CommandResult
{
    public required CommandEnd End { get; init; }

    /// <summary>Null where it was killed by a signal, or did not exit.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal's name without SIG, such as KILL.</summary>
    public string? Signal { get; init; }

    public ReadOnlyMemory<byte> Stdout { get; init; }

    public ReadOnlyMemory<byte> Stderr { get; init; }

    /// <summary>Bytes that came on the stream in all; more than were kept where it was cut.</summary>
    public long StdoutBytes { get; init; }

    public long StderrBytes { get; init; }

    /// <summary>Something it started went on printing when it had ended: what the streams hold is not surely all, nor surely its own.</summary>
    public bool StillPrinting { get; init; }

    /// <summary>Of what it printed into standard output, some was lost with the link to it.</summary>
    public bool StdoutLost { get; init; }

    public bool StderrLost { get; init; }

    public bool StdoutCut => StillPrinting || StdoutLost || StdoutBytes > Stdout.Length;

    public bool StderrCut => StillPrinting || StderrLost || StderrBytes > Stderr.Length;

    public TimeSpan Duration { get; init; }

    /// <summary>It was surely not started: stopped, or out of time, before it was sent.</summary>
    public bool NotStarted { get; init; }

    /// <summary>What sudo said where it was sudo that ended and not the command, which surely never began; null otherwise.</summary>
    public string? Refused { get; init; }

    /// <summary>sudo did not take the password it was given: that is not tried again.</summary>
    public bool WrongPassword { get; init; }

    /// <summary>Why it could leave no receipt, for which it was surely not started; null otherwise.</summary>
    public string? Unclaimed { get; init; }

    /// <summary>It was not started, because its receipt was there already: it was started before.</summary>
    internal bool WasClaimed { get; init; }

    /// <summary>Its end is unknown because the link to it was lost.</summary>
    public bool LinkLost { get; init; }

    /// <summary>For a later look at a command whose end is unknown; null where it could not be told from others then.</summary>
    public ProcessIdentity? Process { get; init; }

    /// <summary>Sentences for the user: what was odd about it, or why its end is unknown.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
