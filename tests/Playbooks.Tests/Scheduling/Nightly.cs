using Playbooks.Scheduling;

namespace Playbooks.Tests.Scheduling;

/// <summary>Scheduled runs to write and to read.</summary>
internal static class Nightly
{
    public static DateTimeOffset Added { get; } = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    public static ScheduledRun Run(string name = "nightly", string folder = "/srv/ops", string program = "/opt/play/artifacts/play/play", params string[] words) => new()
    {
        Schedule = new() { Name = name, File = $"{folder}/playbooks/nightly.yaml", Due = DueTimes.Read("03:07", "Asia/Seoul"), State = "/home/ops/.local/state/play", Added = Added },
        Folder = folder,
        Words = [program, $"{folder}/playbooks/nightly.yaml", .. words, "--alone"],
        OnlyLooks = true,
    };

    /// <summary>Writes a program.</summary>
    public static async Task Program(string path, string script)
    {
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>What a unit and a crontab quote each in a way of its own.</summary>
    public static string[] Odd { get; } =
    [
        "", " ", "a b", "50%", "%h %% %n", "\\%", "\\\\%", "$HOME ${HOME} $$", "it's", "\"quoted\"", "'\"'\"'", "back\\slash", "\\", "\\\\", "two\\\\\\", "; rm -rf ~", ";", "&& x", "#no comment",
        "밤사이 점검", "`id`", "$(id)", "*", "~", "a=b", "-x", "@x", "!x", "\\'", "%'\\'%",
    ];
}
