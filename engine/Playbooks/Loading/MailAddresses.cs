using System.Buffers;
using Playbooks.Model;

namespace Playbooks.Loading;

/// <summary>Addresses of mail as a playbook has them: `ops@example.com`, or `Operators &lt;ops@example.com&gt;`.</summary>
internal static class MailAddresses
{
    /// <summary>RFC 5321, section 4.5.3.1: 64 and 255 octets and an `@`.</summary>
    private const int Longest = 320;

    private static readonly SearchValues<char> NotInNames = SearchValues.Create("<>@,;:\\\""), NotInAddresses = SearchValues.Create("<>()[]\\,;:\" ");

    public static SettingType<string> One { get; } = new("an address of mail such as ops@example.com", (object? value, out string read) => (read = value as string is { } text && IsAddress(text) ? text : "").Length > 0);

    public static SettingType<IReadOnlyList<string>> Several { get; } = new("an address of mail such as ops@example.com, or a list of them", (object? value, out IReadOnlyList<string> read) =>
    {
        var items = value is IReadOnlyList<object?> list ? list : [value];
        read = [.. items.OfType<string>().Where(IsAddress)];
        return read.Count == items.Count && read.Count is > 0 and <= 100;
    });

    private static bool IsAddress(string text)
    {
        if (text.Any(char.IsControl)) return false;
        var open = text.LastIndexOf('<');
        var bare = open < 0 ? text : text.EndsWith('>') ? text[(open + 1)..^1] : "";
        var at = bare.LastIndexOf('@');
        return at > 0 && at < bare.Length - 1 && bare.Length <= Longest && !bare.AsSpan().ContainsAny(NotInAddresses) && bare.IndexOf('@', StringComparison.Ordinal) == at
            && (open < 0 || !text.AsSpan(0, open).ContainsAny(NotInNames));
    }
}
