using System.Globalization;
using Playbooks.Running;
using Playbooks.Templating;

namespace Playbooks.Journal;

/// <summary>Cuts from an event what the journal has no room for: what hosts printed may be any amount. What is cut is there for people to read, and no expression ever takes it for the whole.</summary>
internal sealed class Bounds
{
    /// <summary>Characters of a text in a result's fields.</summary>
    public const int Text = 64 * 1024;

    /// <summary>Characters of a captured value, and of a field that is no text.</summary>
    public const int Value = 1024 * 1024;

    /// <summary>Reports show no more of a value that an assertion saw.</summary>
    private const int Shown = 1_000;

    /// <summary>Of a text its end stays too: there a command says why it failed.</summary>
    private const int End = 4 * 1024;

    /// <summary>Characters of all fields of one event, before each text keeps only a line or two.</summary>
    private const int All = 16 * 1024 * 1024, Least = 1_000;

    private const int Message = 16 * 1024;

    private long spent;

    public static RunEvent Of(RunEvent happened) => happened switch
    {
        RunEvent.HostStarted started => started with { Item = Whole("item", started.Item) },
        RunEvent.AttemptFailed failed => failed with { Reason = Cut(failed.Reason, Message) },
        RunEvent.ItemFinished item => item with { Result = new Bounds().Of(item.Result) },
        RunEvent.HostFinished host => host with { Result = new Bounds().Of(host.Result) },
        RunEvent.UndoStarted undo => undo with { Owed = Of(undo.Owed) },
        RunEvent.UndoFinished undo => undo with { Owed = Of(undo.Owed) },
        RunEvent.RunFinished run => run with { NotUndone = [.. run.NotUndone.Select(Of)] },
        _ => happened,
    };

    private static OwedUndo Of(OwedUndo owed) => owed with { Item = Whole("item", owed.Item), Captured = Whole(owed.Captured) };

    private HostResult Of(HostResult result) => result with
    {
        Fields = Of(result.Fields),
        Items = result.Items is null ? null : [.. result.Items.Select(Of)],
        Did = result.Did is { } did ? Cut(did, Message) : null,
        Captured = Whole(result.Captured),
        Failures = [.. result.Failures.Select(failure => failure with { Message = Cut(failure.Message, Message), Explanation = failure.Explanation is { } explanation ? Of(explanation) : null })],
        Notes = [.. result.Notes.Select(note => Cut(note, Message))],
    };

    private DataMap Of(DataMap fields)
    {
        var cut = fields.TryGetValue("stdout", out var stdout) && stdout is string { Length: > Text };
        return new DataMap(fields.Select(field => KeyValuePair.Create(field.Key, cut && field.Key == "lines" ? TooLong("lines", null) : Of(field.Key, field.Value))));
    }

    private object? Of(string name, object? value)
    {
        if (value is Later later) value = later.Value;
        var room = spent < All ? Text : Least;
        if (value is string text)
        {
            spent += Math.Min(text.Length, room);
            return text.Length <= room ? text : TooLong(name, text, room);
        }
        var weight = Weigh(value, Value);
        if (weight > Value || weight > room && spent >= All) return TooLong(name, null);
        spent += weight;
        return value;
    }

    private static Absent TooLong(string name, string? text, int room = Text) => new(
        string.Create(CultureInfo.InvariantCulture, $"`{name}` was longer than the journal keeps{(text is null ? "" : $" ({text.Length} characters)")}"),
        "capture the part of it that is needed: captured values are kept up to 1 MiB")
    {
        Kept = text is null ? null : Ends(text, room),
    };

    /// <summary>So much of the text, its beginning and its end, and between them how much is left out.</summary>
    private static string Ends(string text, int room)
    {
        var end = Math.Min(End, room / 4);
        return string.Create(CultureInfo.InvariantCulture, $"{Head(text, room - end)}\n… ({text.Length - room} characters are not kept) …\n{Tail(text, end)}");
    }

    private static string Head(string text, int length) => text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    private static string Tail(string text, int length) => text[(char.IsLowSurrogate(text[^length]) ? text.Length - length + 1 : text.Length - length)..];

    private static string Cut(string text, int length) => text.Length <= length ? text : Head(text, length) + "…";

    private static Dictionary<string, object?> Whole(IReadOnlyDictionary<string, object?> values) => values.ToDictionary(value => value.Key, value => Whole(value.Key, value.Value));

    /// <summary>A value that is kept as it is, or not at all.</summary>
    private static object? Whole(string name, object? value) => value is null or bool or long || Weigh(value, Value) <= Value
        ? value
        : new Absent($"`{name}` is larger than the journal keeps (1 MiB)", "capture less");

    /// <summary>About the characters that the value takes; once it is more than that, any number that is more.</summary>
    private static long Weigh(object? value, long most)
    {
        switch (value)
        {
            case string text: return text.Length + 2;
            case Later later: return Weigh(later.Value, most);
            case IMembers map:
                var all = 2L;
                foreach (var name in map.Names)
                {
                    if (all > most) break;
                    all += name.Length + 4 + Weigh(Member(map, name), most - all);
                }
                return all;
            case IReadOnlyList<object?> list:
                var sum = 2L;
                for (var i = 0; i < list.Count && sum <= most; i++) sum += 1 + Weigh(list[i], most - sum);
                return sum;
            default: return 8;
        }
    }

    private static object? Member(IMembers map, string name)
    {
        try
        {
            return map.TryGet(name, out var member) ? member : null;
        }
        catch (MissingValueException)
        {
            return null;
        }
    }

    private static Explanation Of(Explanation explanation) => new(Cut(explanation.Expression, Message), [.. explanation.Evaluated.Select(part =>
    {
        var left = Shown;
        return part with { Value = Beginning(part.Value, ref left), Source = Cut(part.Source, Message), Remark = part.Remark is { } remark ? Cut(remark, Shown) : null };
    })]);

    /// <summary>As much of the value as is ever shown of it.</summary>
    private static object? Beginning(object? value, ref int left)
    {
        switch (value)
        {
            case Later later: return Beginning(later.Value, ref left);
            case string text:
                var some = text.Length <= left ? text : Head(text, Math.Max(1, left)) + "…";
                left -= some.Length;
                return some;
            case IMembers map:
                var entries = new List<KeyValuePair<string, object?>>();
                foreach (var name in map.Names)
                {
                    if (left <= 0) break;
                    left -= name.Length + 1;
                    entries.Add(KeyValuePair.Create(name, Beginning(Member(map, name), ref left)));
                }
                return new DataMap(entries);
            case IReadOnlyList<object?> list:
                var items = new List<object?>();
                for (var i = 0; i < list.Count && left > 0; i++) items.Add(Beginning(list[i], ref left));
                return items;
            default:
                left -= 4;
                return value;
        }
    }
}
