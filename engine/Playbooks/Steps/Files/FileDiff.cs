using System.Globalization;
using System.Text;
using Playbooks.Model;

namespace Playbooks.Steps.Files;

/// <summary>Shows what differs between files of a host and what is to be there: the lines of short texts, of all else the sizes.</summary>
internal static class FileDiff
{
    private const int LongestText = 256 * 1024;

    /// <summary>Of one step: more files than these are told by their sizes.</summary>
    private const int MostTexts = 20;

    /// <summary>A file that is to be changed.</summary>
    /// <param name="Name">As it is shown.</param>
    /// <param name="There">What is there.</param>
    /// <param name="Content">What is to be; null: the content is right.</param>
    /// <param name="Rights">What differs beside the content.</param>
    internal sealed record Change(string Name, HostFile There, Content? Content, IReadOnlyList<(string What, string Has, string Wanted)> Rights)
    {
        /// <summary>Only their owners may read what is there or what is to be: then neither is shown.</summary>
        public bool IsPrivate { get; private init; }

        /// <summary>Null where all is as it should be.</summary>
        public static Change? Of(string name, HostFile there, Content content, FileWishes wishes)
        {
            var rights = there.Exists ? FileRights.Differences(wishes, there).ToList() : [];
            var isNew = there.Sha256 != content.Sha256;
            return isNew || rights.Count > 0 ? new Change(name, there, isNew ? content : null, rights) { IsPrivate = content.IsPrivate || FileRights.IsPrivate(wishes.Mode ?? (there.Exists ? there.Mode : 0x1ff)) || there.Exists && FileRights.IsPrivate(there.Mode) } : null;
        }

        public IEnumerable<string> Sentences => Rights.Select(r => $"{Name}: its {r.What} is {r.Has}, not {r.Wanted}")
            .Prepend(!There.Exists ? $"there is no {Name}" : Content is not null ? $"{Name} has another content" : "").Where(sentence => sentence.Length > 0);
    }

    /// <summary>The difference as text. Old contents are read from the host only here.</summary>
    /// <param name="context">Where they are read.</param>
    /// <param name="folder">What their paths start at.</param>
    /// <param name="changes">All of the step.</param>
    /// <param name="cancel">The run's.</param>
    public static async Task<(string Diff, StepResult? Wrong)> Of(StepContext context, string folder, IReadOnlyList<Change> changes, CancellationToken cancel)
    {
        var (texts, wrong) = await Texts(context, folder, changes, cancel);
        if (wrong is not null) return ("", wrong);
        var lines = new List<string>();
        foreach (var change in changes)
        {
            if (change.Content is { } content)
            {
                var before = change.There.Exists ? change.Name : "/dev/null";
                // Where one is not there and the other is empty, there are no lines to show.
                if (texts.TryGetValue(change, out var old) && Text(content.Read()) is { } now && now != old && !HoldsSecret(context, now)) lines.AddRange(TextDiff.Unified(old, now, before, change.Name));
                else lines.Add($"{change.Name}: {(change.There.Exists ? Sizes(change.There.Size, change.There.Sha256) : "not there")} → {Sizes(content.Size, content.Sha256)}");
            }
            foreach (var (what, has, wanted) in change.Rights) lines.Add($"{(changes.Count > 1 ? change.Name + ": " : "")}{what} {has} → {wanted}");
        }
        return (string.Join('\n', lines), null);
    }

    private static async Task<(Dictionary<Change, string> Texts, StepResult? Wrong)> Texts(StepContext context, string folder, IReadOnlyList<Change> changes, CancellationToken cancel)
    {
        var brief = changes.Where(c => c.Content is { Size: <= LongestText } && c.There.Size <= LongestText && !c.IsPrivate).Take(MostTexts).ToList();
        var texts = new Dictionary<Change, string>();
        foreach (var change in brief.Where(c => !c.There.Exists)) texts[change] = "";
        var old = brief.Where(c => c.There.Exists).ToList();
        if (old.Count == 0) return (texts, null);
        var look = await Look.Run(context, "cd \"$1\" && exec xargs -0 cat --", [folder], HostListing.NameList(old.Select(c => c.There.Path)), MostTexts * LongestText + 1, cancel);
        if (look.Wrong is { } wrong) return (texts, wrong);
        // They changed since they were listed: what differs is told by the sizes then.
        if (look.Stdout.Length != old.Sum(c => c.There.Size)) return (texts, null);
        var at = 0;
        foreach (var change in old)
        {
            if (Text(look.Stdout.Slice(at, (int)change.There.Size).Span) is { } text) texts[change] = text;
            at += (int)change.There.Size;
        }
        return (texts, null);
    }

    /// <summary>Where a secret is to be, what is there now is one too, and nobody has told us that one.</summary>
    private static bool HoldsSecret(StepContext context, string text) => context.Watching?.Masker is { } masker && masker.Mask(text) != text;

    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Contains((byte)0)) return null;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Sizes(long size, string sum) => string.Create(CultureInfo.InvariantCulture, $"{size} bytes {sum.AsSpan(0, Math.Min(12, sum.Length))}");
}
