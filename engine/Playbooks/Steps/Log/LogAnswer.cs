using System.Globalization;
using System.Text;

namespace Playbooks.Steps.Log;

/// <summary>A file as the machine showed it: what it is, and its bytes from `From` on, as many as were sent.</summary>
internal sealed record LogFile(string Path, ulong Device, ulong Inode, long Size, long From, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>It no longer has the name that was asked for, and was found by its inode.</summary>
    public bool Moved { get; init; }

    /// <summary>It may not be read, and was only noted.</summary>
    public bool Unread { get; init; }

    public (ulong, ulong) Id => (Device, Inode);
}

/// <summary>The answer of <see cref="LogScript"/>, taken apart.</summary>
internal sealed record LogAnswer(IReadOnlyList<LogFile> Files)
{
    public bool IsRoot { get; private init; }

    public string User { get; private init; } = "";

    /// <summary>A directory that may not be looked into, or a file that may not be read.</summary>
    public string? Denied { get; private init; }

    /// <summary>Something that has the name and is no file.</summary>
    public string? Other { get; private init; }

    /// <summary>A file was cut short while it was sent: nothing of this can be trusted.</summary>
    public bool Torn { get; private init; }

    public static LogAnswer Read(ReadOnlyMemory<byte> bytes)
    {
        var files = new List<LogFile>();
        var answer = new LogAnswer(files) { Torn = true };
        while (bytes.Span.IndexOf((byte)0) is var end and >= 0)
        {
            var record = Encoding.UTF8.GetString(bytes.Span[..end]);
            bytes = bytes[(end + 1)..];
            var words = record.Split(' ', 2);
            switch (words[0])
            {
                case "user":
                    words = record.Split(' ', 3);
                    answer = answer with { IsRoot = words[1] == "0", User = words[2] };
                    break;
                case "denied" or "unreadable":
                    answer = answer with { Denied = answer.Denied ?? words[1], Torn = words[0] == "unreadable" };
                    break;
                case "absent" or "done":
                    return answer with { Torn = false };
                case "other":
                    answer = answer with { Other = words[1] };
                    break;
                case "unread":
                    words = record.Split(' ', 5);
                    files.Add(new LogFile(words[4], Id(words[1]), Id(words[2]), Number(words[3]), 0, default) { Unread = true });
                    break;
                case "file" or "moved":
                    words = record.Split(' ', 7);
                    var count = (int)Number(words[5]);
                    if (bytes.Length < count + 4 || !bytes.Span[count..].StartsWith("end\0"u8)) return answer;
                    files.Add(new LogFile(words[6], Id(words[1]), Id(words[2]), Number(words[3]), Number(words[4]), bytes[..count]) { Moved = words[0] == "moved" });
                    bytes = bytes[(count + 4)..];
                    break;
                default:
                    return answer;
            }
        }
        return answer;
    }

    private static ulong Id(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
