using System.Text;
using Playbooks.Model;

namespace Playbooks.Steps;

/// <summary>The encodings a host's output may be in, by the names people know (IANA character sets, and Windows code pages).</summary>
internal static class Encodings
{
    static Encodings() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static SettingType<Encoding> Type { get; } = new("an encoding such as utf-8, euc-kr or shift_jis", (object? value, out Encoding read) =>
    {
        read = value is string name ? Find(name) ?? Encoding.UTF8 : Encoding.UTF8;
        return value is string known && Find(known) is not null;
    });

    /// <summary>What cannot be decoded is U+FFFD: the code pages themselves would write `?`, which could have been printed.</summary>
    private static Encoding Marking(Encoding encoding) => Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\ufffd"));

    /// <summary>Null where no encoding has that name.</summary>
    public static Encoding? Find(string name)
    {
        try
        {
            return name.ToLowerInvariant() switch
            {
                "utf-8" or "utf8" => Encoding.UTF8,
                "cp949" or "ms949" or "uhc" => Marking(Encoding.GetEncoding(949)),
                "sjis" or "cp932" or "ms932" => Marking(Encoding.GetEncoding(932)),
                var other => Marking(Encoding.GetEncoding(other)),
            };
        }
        // UTF-7 is known and refused.
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
