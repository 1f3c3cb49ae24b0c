using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Connections.Configuring;

/// <summary>Fills in what a value of ssh's configuration leaves open: `~`, `%h` and its kin, `${NAME}` (ssh_config(5), TOKENS and ENVIRONMENT VARIABLES).</summary>
internal sealed class SshTokens(SshQuestion question, string? user, string? port, string home)
{
    public string HostName { get; set; } = question.Name.ToLowerInvariant();

    private string User => question.User ?? user ?? Environment.UserName;

    private string Port => question.Port?.ToString(CultureInfo.InvariantCulture) ?? port ?? "22";

    /// <summary>A path with all that may stand in one.</summary>
    /// <exception cref="UndecidedException">It has something else.</exception>
    public string Path(string where, string text)
    {
        if (text == "~" || text.StartsWith("~/", StringComparison.Ordinal)) text = home + text[1..];
        else if (text.StartsWith('~')) throw new UndecidedException(where, $"the home of another user, `{text}`");
        return Fill(where, text, "CdhikLlnpru", variables: true);
    }

    /// <param name="where">For the message.</param>
    /// <param name="text">As it is written.</param>
    /// <param name="letters">That may stand behind a `%` there.</param>
    /// <param name="variables">Those of the environment may too.</param>
    /// <exception cref="UndecidedException">It has something else.</exception>
    public string Fill(string where, string text, string letters, bool variables = false)
    {
        var filled = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
            if (variables && text.AsSpan(at).StartsWith("${", StringComparison.Ordinal))
            {
                var end = text.IndexOf('}', at);
                var name = end < 0 ? "" : text[(at + 2)..end];
                filled.Append(name.Length > 0 && Environment.GetEnvironmentVariable(name) is { } value ? value : throw new UndecidedException(where, $"`{text}`, whose variable is not set"));
                at = end;
            }
            else if (text[at] != '%') filled.Append(text[at]);
            else if (++at < text.Length && text[at] == '%') filled.Append('%');
            else filled.Append(at < text.Length && letters.Contains(text[at], StringComparison.Ordinal) ? Of(text[at]) : throw new UndecidedException(where, $"`{text}`, whose % stands for nothing there"));
        return filled.ToString();
    }

    private string Of(char letter) => letter switch
    {
        'd' => home,
        'h' => HostName,
        'i' => LocalUser.Id.ToString(CultureInfo.InvariantCulture),
        'k' => question.Name,
        'l' => Local,
        'L' => Local.Split('.')[0],
        'n' => question.Name,
        'p' => Port,
        'r' => User,
        'u' => Environment.UserName,
#pragma warning disable CA5350 // ssh's own short name for a connection: it proves nothing.
        _ => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(Local + HostName + Port + User))),
#pragma warning restore CA5350
    };

    private static string Local { get; } = System.Net.Dns.GetHostName();
}
