using System.Runtime.CompilerServices;

namespace Lab.Tests;

/// <summary>Keeps what runs leave on this machine out of its user's home.</summary>
internal static class StateFolder
{
    [ModuleInitializer]
    internal static void Make()
    {
        var folder = Directory.CreateTempSubdirectory("play-state-").FullName;
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
    }
}
