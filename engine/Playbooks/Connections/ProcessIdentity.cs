using System.Globalization;

namespace Playbooks.Connections;

/// <summary>What tells the process of a command from all others that its machine ever had or will have: numbers are given again, and a machine can start anew.</summary>
/// <param name="Pid">It leads its session and its process group.</param>
/// <param name="Boot">Linux's random name for the time since its start (proc(5), random/boot_id).</param>
/// <param name="Start">When it began, in clock ticks since then (proc(5), the 22nd field of stat).</param>
/// <param name="Sudo">The user it became.</param>
public sealed record ProcessIdentity(int Pid, string Boot, string Start, string? Sudo)
{
    /// <summary>For ending what that user runs.</summary>
    internal SudoPassword? Password { get; init; }

    /// <summary>Reads what a command's shell says beside its mark; null where the machine has no such things.</summary>
    internal static ProcessIdentity? Read(string announced, string? sudo) =>
        announced.Split(' ', 3) is [var number, { Length: 36 } boot, var line] && PidOf(number) is { } pid && ProcessTable.StatOf(line) is { } own && own.Pid == pid
            ? new ProcessIdentity(pid, boot, own.Start!, sudo)
            : null;

    /// <summary>Never 0 or 1: as a group to be ended these mean everybody.</summary>
    internal static int? PidOf(string announced) =>
        int.TryParse(announced.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 1 ? pid : null;
}
