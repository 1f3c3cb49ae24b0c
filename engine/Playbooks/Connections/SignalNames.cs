namespace Playbooks.Connections;

/// <summary>The names of signals by their numbers, those that are the same on Linux, BSD and macOS.</summary>
internal static class SignalNames
{
    public static string? Of(int number) => number switch
    {
        1 => "HUP",
        2 => "INT",
        3 => "QUIT",
        4 => "ILL",
        5 => "TRAP",
        6 => "ABRT",
        8 => "FPE",
        9 => "KILL",
        11 => "SEGV",
        13 => "PIPE",
        14 => "ALRM",
        15 => "TERM",
        _ => null,
    };
}
