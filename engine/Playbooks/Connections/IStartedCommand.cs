namespace Playbooks.Connections;

/// <summary>A command that a machine was given: a channel of an SSH connection, or a process here.</summary>
internal interface IStartedCommand : IAsyncDisposable
{
    /// <summary>Completes when it has ended and all its output is there to take; fails when the link to it is lost.</summary>
    Task Closed { get; }

    /// <summary>Its exit code or signal is known; its output may still be held open by something it started.</summary>
    bool HasExited { get; }

    int? ExitCode { get; }

    /// <summary>Without SIG.</summary>
    string? Signal { get; }

    /// <summary>Ends an input that was never begun: a login whose rc file reads would wait for good.</summary>
    void EndInput();

    /// <summary>Sends more of its input, behind what was sent before; with the last of it comes its end.</summary>
    void Send(ReadOnlyMemory<byte> bytes, bool last, LargeInput? more = null);

    /// <summary>Sends nothing more of its input.</summary>
    void StopInput();

    /// <summary>Takes what has come, without waiting; true where there was something.</summary>
    bool Take(OutputCapture stdout, OutputCapture stderr);
}
