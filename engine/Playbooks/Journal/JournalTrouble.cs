using Microsoft.Data.Sqlite;
using Playbooks.Running;

namespace Playbooks.Journal;

/// <summary>Says in a sentence why a journal cannot be used, and what to do about it. Nothing is ever deleted or overwritten to get on.</summary>
internal static class JournalTrouble
{
    /// <summary>How long another program may hold the journal.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const string Elsewhere = "or name another folder with --state DIR";

    public static bool Is(Exception e) => e is SqliteException or IOException or UnauthorizedAccessException;

    public static LogFailedException Of(Exception e, string path) => e switch
    {
        LogFailedException known => new(known.Message, known.Mend, e),
        SqliteException sqlite => Of(sqlite, path),
        UnauthorizedAccessException => ReadOnly(path, e),
        // ENOSPC and EROFS, as .NET hands them on.
        IOException io when (io.HResult & 0xffff) == 28 => Full(path, e),
        IOException io when (io.HResult & 0xffff) == 30 => ReadOnly(path, e),
        _ => new($"the journal {path} cannot be used: {Above(path) ?? e.Message.TrimEnd('.')}", $"check that folder, {Elsewhere}", e),
    };

    public static LogFailedException Gone(string path) =>
        new($"the journal {path} was deleted or replaced while the run went on", "what the run did until then is in the file that is gone; begin a new run when you know how the machines are");

    public static LogFailedException Newer(string path, long version) =>
        new($"the journal {path} was written by a newer version of play (its version is {version}, this play knows {Schema.Newest})", $"use that version, {Elsewhere}");

    public static LogFailedException Foreign(string path) => new($"{path} is a database of another program", Elsewhere[3..]);

    // https://www.sqlite.org/rescode.html
    private static LogFailedException Of(SqliteException e, string path) => (e.SqliteErrorCode, e.SqliteExtendedErrorCode) switch
    {
        (3 or 8, _) => ReadOnly(path, e),
        // SHMSIZE: there is no room for the file beside it that its users share.
        (13, _) or (_, 4874) => Full(path, e),
        (11 or 26, _) => new($"the journal {path} is damaged ({Said(e)})",
            $"move it aside, and a new one is begun:\nfor f in {path}*; do mv \"$f\" \"$f.damaged\"; done\nsqlite3 {path}.damaged .recover shows what can be saved", e),
        (5 or 6, _) => new($"the journal {path} is locked by another program, for more than {Patience.TotalSeconds:0} seconds now", $"end that program (`fuser {path}` tells its number), {Elsewhere}", e),
        (14, _) => new($"the journal {path} cannot be opened: {Said(e)}", $"check that folder and its owner, {Elsewhere}", e),
        _ => new($"the journal {path} cannot be used: {Said(e)} ({e.SqliteExtendedErrorCode})", $"check its disk, {Elsewhere}", e),
    };

    private static LogFailedException ReadOnly(string path, Exception e) => new($"the journal {path} cannot be written: it or its folder is read-only for you", $"make it writable, {Elsewhere}", e);

    /// <summary>What stands where a folder is to be, as .NET does not say it; null: nothing.</summary>
    private static string? Above(string path)
    {
        for (var above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
            if (File.Exists(above)) return $"{above} is a file, not a folder";
            else if (Directory.Exists(above)) return above == Path.GetDirectoryName(path) ? null : $"no folder can be made in {above}";
        return null;
    }

    private static LogFailedException Full(string path, Exception e) => new($"the disk is full: the journal {path} cannot grow", "make room on that disk; what the journal holds is not lost", e);

    /// <summary>SQLite's own words, without those of .NET around them.</summary>
    private static string Said(SqliteException e) => e.Message.Split('\'') is [_, .. var said, _] ? string.Join('\'', said).TrimEnd('.') : e.Message;
}
