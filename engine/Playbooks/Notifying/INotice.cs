namespace Playbooks.Notifying;

/// <summary>A message that is ready to go one way, any number of times.</summary>
internal interface INotice
{
    /// <summary>Whom it tells, and how, for people: `hooks.example.com (webhook)`.</summary>
    string To { get; }

    /// <summary>It may take all the time that there is: what is cut off has been done in part, and begun again is done twice.</summary>
    bool IsUncut => false;

    /// <summary>Tries once. What went wrong is a result; a time that is up is a cancellation.</summary>
    Task<Sent> Send(CancellationToken cancel);
}

/// <summary>What came of trying once.</summary>
internal abstract record Sent
{
    private Sent() { }

    /// <summary>It was taken.</summary>
    /// <param name="But">Not by these, and why; null: by all.</param>
    public sealed record Done(string? But = null) : Sent;

    /// <summary>It was not, and later it may be.</summary>
    /// <param name="Why">As the end of a sentence.</param>
    /// <param name="After">Not before so long; null: nobody said.</param>
    public sealed record Later(string Why, string? Mend = null, TimeSpan? After = null) : Sent;

    /// <summary>It was not, and would not be.</summary>
    public sealed record Never(string Why, string? Mend = null) : Sent;
}
