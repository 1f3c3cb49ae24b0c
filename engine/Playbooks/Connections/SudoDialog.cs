using System.Text;

namespace Playbooks.Connections;

/// <summary>
/// Answers sudo where it asks for a password, by a prompt that no program it starts can print (it has not begun yet, or cannot know
/// the prompt: see <see cref="HostScript"/>), and keeps what it says out of the command's
/// output. What follows in the input goes only to the command: it is sent when the command itself has said that it begins.
/// </summary>
internal sealed class SudoDialog(HostScript script, SudoTry attempt, IStartedCommand started, string machine, TimeProvider clock)
{
    /// <summary>A sudo that has asked nothing for so long needs no password; a command that reads has waited for the end of its input.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    /// <summary>A directory service may be slow; what takes longer hangs for good.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>From the second question on; it has had the end of its input.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private const int Most = 64 * 1024;

    private readonly byte[] _prompt = Encoding.ASCII.GetBytes(script.Prompt!);
    private readonly byte[]? _go = script.Go is null ? null : Encoding.ASCII.GetBytes(script.Go + "\n");
    private readonly Lock _lock = new();
    private readonly List<byte> _said = [];
    private byte[] _waiting = [];
    private long? _since;
    private int _asked;
    private bool _isOver, _inputEnded, _isLate, _hasEnded;

    /// <summary>It neither ends nor begins: it is to be ended.</summary>
    public bool Hangs => _since is { } since && clock.GetElapsedTime(since) is var time && (IsWrong ? time >= Farewell : _go is not null && !_isOver && time >= Longest);

    /// <summary>Takes what came on standard error, and gives what of that, and of what came before, is the command's own.</summary>
    public byte[] Own(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            byte[] all = [.. _waiting, .. bytes];
            _waiting = [];
            if (_go is not null && _isOver) return all;
            if (_go is not null && all.AsSpan().IndexOf(_go) is >= 0 and var begin)
            {
                Answer(ref all, begin);
                Begin();
                return all[(all.AsSpan().IndexOf(_go) + _go.Length)..];
            }
            Answer(ref all, all.Length);
            return Hold(all);
        }
    }

    /// <summary>To be called now and then while it runs, and once when it has ended.</summary>
    public void Pulse(bool hasStarted, bool hasEnded = false)
    {
        lock (_lock)
        {
            if (hasStarted) _since ??= clock.GetTimestamp();
            _hasEnded |= hasEnded;
            if (_go is not null || IsWrong || !hasEnded && !(_since is { } since && clock.GetElapsedTime(since) >= Silence)) return;
            if (_asked == 0) attempt.Dispose();
            else if (!_isLate && !_isOver && !SaysWrong) attempt.Settle(null);
            _isOver = true;
            if (!_inputEnded) started.Send(default, last: true);
            _inputEnded = true;
        }
    }

    /// <summary>Why sudo did not start the command, once it has ended; null: it did, or that is to be asked.</summary>
    public (string Why, bool IsPassword)? Refusal
    {
        get
        {
            lock (_lock)
            {
                if (IsWrong || _asked == 1 && !(_go is not null && _isOver) && SaysWrong)
                {
                    attempt.Settle(Wrong);
                    return (Wrong, true);
                }
                if (_isLate) return ($"it asked for the password only after {Silence.TotalSeconds:0} s", false);
                if (_go is null || _isOver) return null;
                if (Hangs) return ($"it neither asked for a password nor began within {Longest.TotalSeconds:0} s", false);
                var last = Said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "it said nothing";
                return (last.StartsWith("sudo:", StringComparison.Ordinal) ? last["sudo:".Length..].Trim() : last, false);
            }
        }
    }

    /// <summary>The first question was answered, and there was another one.</summary>
    private bool IsWrong => _asked > 1;

    private string Wrong => $"sudo on {machine} does not take this password";

    private string Said => Encoding.UTF8.GetString([.. _said, .. _waiting]);

    /// <summary>Where it may ask only once (passwd_tries), there is no second question to know it by.</summary>
    private bool SaysWrong => Said.Contains("sudo: 1 incorrect password attempt", StringComparison.Ordinal);

    /// <summary>Answers the questions that stand before that place, and takes them out with all before them.</summary>
    private void Answer(ref byte[] all, int end)
    {
        while (all.AsSpan(0, end).IndexOf(_prompt) is >= 0 and var at)
        {
            Keep(all.AsSpan(0, at));
            all = all[(at + _prompt.Length)..];
            end -= at + _prompt.Length;
            Asked();
        }
    }

    private void Asked()
    {
        _asked++;
        _since = clock.GetTimestamp();
        if (_asked == 1 && _inputEnded) _isLate = true;
        else if (_asked == 1) started.Send(Encoding.UTF8.GetBytes(attempt.Password.Value + "\n"), last: _go is null);
        else if (_asked == 2)
        {
            attempt.Settle(Wrong);
            if (!_inputEnded) started.Send(default, last: true);
        }
        _inputEnded |= _go is null || IsWrong;
    }

    private void Begin()
    {
        _isOver = true;
        if (_asked == 1) attempt.Settle(null);
        else attempt.Dispose();
        started.Send(script.Held!.Value, last: true, script.More);
    }

    /// <summary>What is sudo's own stays here; of the command's, what may be the beginning of a question waits.</summary>
    private byte[] Hold(byte[] all)
    {
        if (_go is not null || IsWrong)
        {
            var most = Math.Max(_prompt.Length, _go?.Length ?? 0);
            Keep(all.AsSpan(0, Math.Max(0, all.Length - most)));
            _waiting = all[Math.Max(0, all.Length - most)..];
            return [];
        }
        if (_asked == 0 && !_isOver && all.Length < Most)
        {
            _waiting = all;
            return [];
        }
        var open = 0;
        for (var length = 1; !_hasEnded && length < _prompt.Length && length <= all.Length; length++)
            if (_prompt.AsSpan().StartsWith(all.AsSpan(all.Length - length))) open = length;
        _waiting = all[^open..];
        Keep(all.AsSpan(0, all.Length - open));
        return all[..^open];
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_said.Count + bytes.Length <= Most) _said.AddRange(bytes);
    }
}
