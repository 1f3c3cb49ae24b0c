using Playbooks.Connections;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>Hides the secrets of a run in values and in events: in all that the user's files, the hosts or a failure put there. Names and addresses stay.</summary>
internal static class Masking
{
    /// <summary>Every text and number in the value is a secret from now on.</summary>
    public static void Hide(this Masker masker, object? value)
    {
        switch (value)
        {
            case null or bool or Absent: break;
            case IMembers map:
                foreach (var name in map.Names)
                    if (map.TryGet(name, out var member)) masker.Hide(member);
                break;
            case IReadOnlyList<object?> list:
                foreach (var item in list) masker.Hide(item);
                break;
            default: masker.Add(Data.ToText(value)); break;
        }
    }

    public static object? Mask(this Masker masker, object? value)
    {
        switch (value)
        {
            case null or bool: return value;
            case string text: return masker.Mask(text);
            case Absent absent: return new Absent(masker.Mask(absent.Message), masker.Some(absent.Mend)) { Kept = masker.Some(absent.Kept) };
            case Later later: return new Later(() => masker.Mask(later.Value));
            case DataMap map: return masker.Mask(map);
            case IMembers map: return new DataMap(map.Names.Select(name => KeyValuePair.Create(masker.Mask(name), (object?)new Later(() => masker.Mask(Member(map, name))))));
            case IReadOnlyList<object?> list: return list.Select(masker.Mask).ToList();
            default: return Data.ToText(value) is var shown && masker.Mask(shown) is var masked && masked != shown ? masked : value;
        }
    }

    public static RunEvent Mask(this Masker masker, RunEvent happened) => masker.IsEmpty ? happened : happened switch
    {
        RunEvent.WindowOpened window => window with { Window = masker.Mask(window.Window), Marks = [.. window.Marks.Select(mark => mark with { Path = masker.Mask(mark.Path) })], Reason = masker.Some(window.Reason) },
        RunEvent.WindowRead read => read with { Window = masker.Mask(read.Window), Marks = [.. read.Marks.Select(mark => mark with { Path = masker.Mask(mark.Path) })] },
        RunEvent.HostStarted started => masker.Mask(started.Item) is var item && IsHidden(started.Item, item) ? started with { Item = item, IsHidden = true } : started,
        RunEvent.Printed printed => printed with { Line = printed.Line with { Text = masker.Mask(printed.Line.Text) } },
        RunEvent.AttemptFailed failed => failed with { Reason = masker.Mask(failed.Reason) },
        RunEvent.ItemFinished item => item with { Result = masker.Mask(item.Result) },
        RunEvent.HostFinished finished => finished with { Result = masker.Mask(finished.Result) },
        RunEvent.ProbeSampled sampled => sampled with { Reason = masker.Some(sampled.Reason) },
        RunEvent.ProbeJudged probe => probe with { Failures = [.. probe.Failures.Select(failed => failed with { Failure = failed.Failure with { Message = masker.Mask(failed.Failure.Message), Mend = masker.Some(failed.Failure.Mend) } })] },
        RunEvent.StopRequested stop => stop with { Why = masker.Some(stop.Why) },
        RunEvent.BlockOver over => over with { Message = masker.Mask(over.Message) },
        RunEvent.CookiesKept kept => kept with { Cookies = [.. kept.Cookies.Select(cookie => masker.Mask(cookie.Value) is var value && value != cookie.Value ? cookie with { Value = value, IsHidden = true } : cookie)] },
        RunEvent.UndoStarted undo => undo with { Owed = masker.Mask(undo.Owed) },
        RunEvent.UndoFinished undo => undo with { Owed = masker.Mask(undo.Owed), Reason = masker.Some(undo.Reason) },
        RunEvent.RunFinished run => run with { NotUndone = [.. run.NotUndone.Select(masker.Mask)] },
        _ => happened,
    };

    public static WindowKey Mask(this Masker masker, WindowKey window) => window with { Path = masker.Some(window.Path) };

    /// <param name="masker">Hides.</param>
    /// <param name="map">Values by their names.</param>
    /// <param name="isCut">Texts may end anywhere, in a secret too: what made them was ended.</param>
    private static DataMap Mask(this Masker masker, DataMap map, bool isCut = false) =>
        new(map.Select(entry => KeyValuePair.Create(masker.Mask(entry.Key), entry.Value is string text ? masker.Mask(text, isCut) : masker.Mask(entry.Value))));

    private static Dictionary<string, object?> Mask(this Masker masker, IReadOnlyDictionary<string, object?> values) => values.ToDictionary(value => value.Key, value => masker.Mask(value.Value));

    private static OwedUndo Mask(this Masker masker, OwedUndo owed)
    {
        var shown = owed with { Item = masker.Mask(owed.Item), Captured = masker.Mask(owed.Captured), Why = masker.Some(owed.Why) };
        return shown with { Hidden = [.. IsHidden(owed.Item, shown.Item) ? ["item"] : Array.Empty<string>(), .. Hidden("capture", owed.Captured, shown.Captured)] };
    }

    private static HostResult Mask(this Masker masker, HostResult result)
    {
        var shown = result with
        {
            Fields = masker.Mask(result.Fields, result.IsBad),
            Items = result.Items is null ? null : [.. result.Items.Select(item => masker.Mask(item, result.IsBad))],
            Did = masker.Some(result.Did),
            Captured = masker.Mask(result.Captured),
            Failures = [.. result.Failures.Select(failure => failure with
            {
                Message = masker.Mask(failure.Message),
                Mend = masker.Some(failure.Mend),
                Step = masker.Some(failure.Step),
                Explanation = failure.Explanation is { } explanation ? masker.Mask(explanation) : null,
            })],
            Notes = [.. result.Notes.Select(note => masker.Mask(note))],
        };
        var items = (result.Items ?? []).SelectMany((item, i) => Hidden($"item {i}", item, shown.Items![i]));
        return shown with { Hidden = [.. Hidden("capture", result.Captured, shown.Captured), .. Hidden("field", result.Fields, shown.Fields), .. items] };
    }

    /// <summary>The names of the values that are not what they were.</summary>
    private static IEnumerable<string> Hidden(string what, IEnumerable<KeyValuePair<string, object?>> values, IEnumerable<KeyValuePair<string, object?>> shown) =>
        values.Zip(shown).Where(pair => IsHidden(pair.First.Value, pair.Second.Value)).Select(pair => $"{what} {pair.Second.Key}");

    private static bool IsHidden(object? value, object? shown) => (Plain(value), Plain(shown)) switch
    {
        (string text, var masked) => !Equals(text, masked),
        (Absent, _) => false,
        (DataMap map, DataMap masked) => map.Count != masked.Count || map.Zip(masked).Any(pair => pair.First.Key != pair.Second.Key || IsHidden(pair.First.Value, pair.Second.Value)),
        (IMembers map, DataMap masked) => map.Names.Count() != masked.Count || map.Names.Zip(masked).Any(pair => pair.First != pair.Second.Key || IsHidden(Member(map, pair.First), pair.Second.Value)),
        (IReadOnlyList<object?> list, IReadOnlyList<object?> masked) => list.Zip(masked).Any(pair => IsHidden(pair.First, pair.Second)),
        // A number in whose place stars stand.
        (not null, string) => true,
        _ => false,
    };

    private static object? Plain(object? value) => value is Later later ? later.Value : value;

    private static Explanation Mask(this Masker masker, Explanation explanation) => new(masker.Mask(explanation.Expression), [.. explanation.Evaluated.Select(part => part with
    {
        Source = masker.Mask(part.Source),
        Value = masker.Mask(part.Value),
        Remark = masker.Some(part.Remark),
    })]);

    public static string? Some(this Masker masker, string? text) => text is null ? null : masker.Mask(text);

    private static object? Member(IMembers map, string name)
    {
        try
        {
            return map.TryGet(name, out var member) ? member : null;
        }
        catch (MissingValueException missing)
        {
            return new Absent(missing.Message, missing.Mend);
        }
    }
}
