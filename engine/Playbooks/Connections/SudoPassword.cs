namespace Playbooks.Connections;

/// <summary>
/// What sudo on one host is told where it asks, and whether it takes it. Until that is known one command at a time finds out, and a
/// password that was refused is not tried again: each failure counts towards a lock.
/// </summary>
internal sealed class SudoPassword(string value)
{
    private readonly SemaphoreSlim _first = new(1);
    private volatile string? _refusal;
    private volatile bool _isKnown;

    public string Value => value;

    /// <summary>Why it is not tried any more; null: it may be.</summary>
    public string? Refusal => _refusal;

    /// <summary>Waits for its turn, where nobody knows yet whether it is right.</summary>
    public async Task<SudoTry> Try(CancellationToken cancel)
    {
        if (_isKnown) return new SudoTry(this, null);
        await _first.WaitAsync(cancel);
        if (!_isKnown) return new SudoTry(this, _first);
        _first.Release();
        return new SudoTry(this, null);
    }

    public void Settle(string? refusal) => (_refusal, _isKnown) = (refusal, true);
}

/// <summary>The use of a password by one command.</summary>
internal sealed class SudoTry(SudoPassword password, SemaphoreSlim? turn) : IDisposable
{
    private SemaphoreSlim? _turn = turn;

    public SudoPassword Password => password;

    /// <summary>It is known now: null: sudo takes it; else why not.</summary>
    public void Settle(string? refusal)
    {
        password.Settle(refusal);
        Dispose();
    }

    /// <summary>The next one may have its turn.</summary>
    public void Dispose() => Interlocked.Exchange(ref _turn, null)?.Release();
}
