using Playbooks.Connections.Verifying;
using Playbooks.Model;
using Playbooks.Problems;

namespace Playbooks.Loading;

/// <summary>Reads what stands under `host_key`.</summary>
internal static class HostKeyLoader
{
    /// <summary>`accept-new`, or keys with commas between; null where there is none, or a problem.</summary>
    public static string? Read(IReadOnlyList<Node> items, ProblemList problems)
    {
        var keys = new List<string>();
        foreach (var item in items)
            if (item is not ScalarNode { Value: string text }) problems.Add(item.At, $"`host_key` must be a text, or a list of texts, but is {item.Kind}", HostKeyPin.Mend);
            else if (text == HostKeyPin.AcceptNew && items.Count == 1) return text;
            else
                foreach (var one in text.Split(',').Select(part => part.Trim()))
                    if (HostKeyPin.Parse(one) is { } pin) keys.Add(pin.Text);
                    else problems.Add(item.At, one == HostKeyPin.AcceptNew ? "`host_key: accept-new` stands alone: beside a key that is given, none is new" : $"`{Short(one)}` is no host key, and no fingerprint of one", HostKeyPin.Mend);
        return keys.Count == 0 ? null : string.Join(',', keys);
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..59] + "…";
}
