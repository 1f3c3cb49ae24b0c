using System.Diagnostics;

namespace Playbooks.Connections;

/// <summary>One command as a process of this machine, in a process group of its own.</summary>
internal sealed class LocalProcess : IStartedCommand
{
    /// <summary>Pieces of at most 64 KB.</summary>
    private const int MostWaiting = 64;

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<(bool Error, byte[] Bytes)> _waiting = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _exit;
    private Task _fed = Task.CompletedTask;

    public LocalProcess(HostScript script)
    {
        // setsid is util-linux; without it (macOS) the command is ended process by process.
        var setsid = Setsid;
        var start = new ProcessStartInfo(setsid ?? "/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Where a login lands, as it is over SSH.
            WorkingDirectory = Home,
        };
        ConnectionOptions.Withhold(start);
        if (setsid is not null) start.ArgumentList.Add("/bin/sh");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script.Text);
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new HostUnreachableException($"This machine cannot start a process: {e.Message}", null, e);
        }

        _exit = _process.WaitForExitAsync(CancellationToken.None);
        Closed = Task.WhenAll(_exit, Read(_process.StandardOutput.BaseStream, false), Read(_process.StandardError.BaseStream, true));
        Send(script.Stdin, last: script.Held is null, script.Held is null ? script.More : null);
    }

    public Task Closed { get; }

    public bool HasExited => _exit.IsCompleted;

    public int? ExitCode => HasExited && Signal is null ? _process.ExitCode : null;

    /// <summary>.NET gives 128 + the signal's number, as a shell does; what exits with such a code by itself cannot be told apart.</summary>
    public string? Signal => HasExited ? SignalNames.Of(_process.ExitCode - 128) : null;

    private static string Home =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home && Directory.Exists(home) ? home : "/";

    private static string? Setsid { get; } = new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);

    /// <summary>It is ended already: a process here begins with all its input.</summary>
    public void EndInput()
    {
    }

    public void Send(ReadOnlyMemory<byte> bytes, bool last, LargeInput? more = null) => _fed = Feed(_fed, bytes, last, more);

    public void StopInput()
    {
    }

    public bool Take(OutputCapture stdout, OutputCapture stderr)
    {
        lock (_lock)
        {
            foreach (var (error, bytes) in _waiting) (error ? stderr : stdout).Add(bytes);
            var any = _waiting.Count > 0;
            _waiting.Clear();
            return any;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _process.Dispose();
        _stop.Dispose();
    }

    private async Task Read(Stream stream, bool error)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, _stop.Token) is > 0 and var count)
            {
                lock (_lock) _waiting.Add((error, buffer[..count]));
                // The pipe holds up a command that prints faster than is taken.
                while (_waiting.Count > MostWaiting) await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    /// <summary>A command may end without reading its input; that is not an error of ours.</summary>
    private async Task Feed(Task before, ReadOnlyMemory<byte> bytes, bool last, LargeInput? more)
    {
        await before;
        var input = _process.StandardInput.BaseStream;
        try
        {
            await input.WriteAsync(bytes, _stop.Token);
            await input.FlushAsync(_stop.Token);
            if (more is not null) await OwnThread.Run(() => more.WriteTo(new StoppableStream(input, () => _stop.IsCancellationRequested)));
            if (last) await input.DisposeAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Also where it was our own writer that failed: who reads must not wait for the rest.
            await input.DisposeAsync().AsTask().ContinueWith(t => t.Exception, TaskScheduler.Default);
        }
    }
}
