using System.Text;
using System.Text.RegularExpressions;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Steps.Script;
using Playbooks.Templating;

namespace Playbooks.Linting;

/// <summary>A password that is written into a command.</summary>
internal sealed partial class SecretOnCommandLine : LintRule
{
    public override string Name => "secret-on-command-line";

    public override string Summary => "What looks like a password stands in a command, where everybody on the host may read it.";

    public override string Explanation => """
        A command's words stand in the host's list of processes, for every user there; in its shell's history; in this file; and in every
        report of the run. Nothing masks them, because nobody said that they are secret.

        Declare it and pass it another way:

        ```yaml
        secrets: { pg: { env: PG_PASSWORD } }
        steps:
          - name: The database answers
            hosts: db
            command: psql -h localhost -c 'select 1'
            env: { PGPASSWORD: "{{ secret.pg }}" }
        ```

        Most programs also read it from a file or their input (`stdin:`). That a declared secret goes on a command line is a problem anyway,
        and nothing is run; this rule is for those that nobody declared. No finding of `play lint` shows the line;
        a problem in the same file may.
        """;

    // One a step: who is told of the first sees the others.
    internal override IEnumerable<Finding> Check(LintedFile file) =>
        from linted in file.Steps
        let at = file.Secrets[linted.Step].FirstOrDefault()
        where at is not null
        select Found(at, "what looks like a password stands in a command, and everybody on the host may read it", "declare it in `secrets`, and pass it with `env` or `stdin`", linted);

    /// <summary>The places of all that stand in a step's command.</summary>
    public static IEnumerable<Position> In(Step step) => step.Work is KindWork { Kind.IsUsersCommand: true } work ? In(Written(work)) : [];

    /// <summary>A text, or words.</summary>
    private static IReadOnlyList<Template> Written(KindWork work) => work switch
    {
        ShellWork shell => [shell.Text.Template],
        CommandWork { Written: { } written } => [written],
        CommandWork command => command.Words,
        ScriptWork script => script.Args,
        _ => [],
    };

    private static IEnumerable<Position> In(IReadOnlyList<Template> templates)
    {
        // Each value is a sign of its own, so that what is written before it and behind it still shows.
        var text = new StringBuilder();
        var (starts, parts) = (new List<int>(), new List<TemplatePart>());
        foreach (var template in templates)
        {
            if (text.Length > 0) text.Append(' ');
            // With blanks in it, it is one word all the same.
            var isQuoted = templates.Count > 1 && template.Text.Any(char.IsWhiteSpace);
            if (isQuoted) text.Append(Quote);
            foreach (var part in template.Parts)
            {
                starts.Add(text.Length);
                parts.Add(part);
                text.Append(part is TemplatePart.Literal literal ? literal.Text.Value : IsPassword((TemplatePart.Hole)part) ? Password : Value);
            }
            if (isQuoted) text.Append(Quote);
        }
        var line = text.ToString();
        var mounts = Containers().IsMatch(line);
        for (var named = line.IndexOf(Password, StringComparison.Ordinal); named >= 0; named = line.IndexOf(Password, named + 1)) yield return Place(named);
        foreach (Match found in Option().Matches(line).Concat(Variable().Matches(line)).Concat(Short().Matches(line)).Concat(Url().Matches(line)).OrderBy(match => match.Index))
            if (found.Groups["secret"] is var secret && secret.Value.Trim('\'', '"', Quote) is { Length: > 0 } literal && literal[0] is not ('$' or '`' or '@' or '<' or Value or Password) && !literal.StartsWith("{{", StringComparison.Ordinal)
                && !(mounts && Mount().IsMatch(found.Value)))
                yield return Place(secret.Index + (secret.Value[0] == Quote ? 1 : 0));

        Position Place(int at)
        {
            var found = starts.BinarySearch(at);
            if (found < 0) found = ~found - 1;
            return parts[found] is TemplatePart.Literal literal ? literal.Text.At(at - starts[found]) : parts[found].At;
        }
    }

    private const char Password = '\u0001', Value = '\u0002', Quote = '\u0003';

    /// <summary>It is called one, and is no declared secret, for that would be a problem.</summary>
    private static bool IsPassword(TemplatePart.Hole hole) => hole.Expression.Names is [var use] && hole.Expression.Text.EndsWith(use.Members is [.., var last] ? last : use.Name, StringComparison.Ordinal)
        && Called().IsMatch(use.Members is [.., var member] ? member : use.Name);

    [GeneratedRegex(@"(?i)(?:^|[_-])(?:password|passwd|passphrase|secret|api_?key|auth_?token|access_?token)\z")]
    private static partial Regex Called();

    /// <summary>`--password hunter2`, `--password=hunter2`, `-Djavax.net.ssl.keyStorePassword=hunter2`, `pass:hunter2` of openssl.</summary>
    [GeneratedRegex(@"(?i)(?<![\w-])(?:--?(?:[a-z]+-)*(?:password|passwd|passphrase|secret-key|secret|api-?key|auth-token|access-token|storepass|keypass)(?:=|[ \t]+)(?=[^\s-])|-D[\w.]*password=|-pass(?:in|out)?[ \t]+pass:)(?<secret>[^\s;|&]+)")]
    private static partial Regex Option();

    /// <summary>`PGPASSWORD=hunter2`.</summary>
    [GeneratedRegex(@"(?<![\w$-])(?:[A-Z][A-Z0-9_]*_)?(?:[A-Z]*PASSWORD|PASSWD|MYSQL_PWD|SECRET|SECRET_KEY|API_?KEY|SECRET_ACCESS_KEY|ACCESS_TOKEN|AUTH_TOKEN)=(?<secret>[^\s;|&]+)")]
    private static partial Regex Variable();

    /// <summary>The short options of programs that are known for them, near behind their names: a hostile text has many of these. What is quoted before them is passed over.</summary>
    [GeneratedRegex(@"(?<![\w.-])(?:(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mariadb-admin)\b['""]?(?:[^;|&\n'""\u0003]|'[^'\n]{0,300}'|""[^""\n]{0,300}""|\u0003[^\u0003]{0,300}\u0003){0,300}?[ \t]['""\u0003]?-p(?<secret>[^\s;|&]+)|sshpass[ \t]+-p[ \t]*(?<secret>[^\s;|&]+)|curl\b[^;|&\n]{0,300}?[ \t](?:-u|--user)[ \t]*['""]?[^\s:;|&'""]+:(?<secret>[^\s;|&'""]+)|redis-cli\b[^;|&\n]{0,300}?[ \t]-a[ \t]+(?<secret>[^\s;|&]+)|ldap(?:search|modify|add|delete)\b[^;|&\n]{0,300}?[ \t]-w[ \t]+(?<secret>[^\s;|&]+))")]
    private static partial Regex Short();

    [GeneratedRegex(@"(?<![\w-])(?:docker|podman|buildah|nerdctl)\b")]
    private static partial Regex Containers();

    /// <summary>What these call so is the name of one.</summary>
    [GeneratedRegex(@"^--secret[=\s]")]
    private static partial Regex Mount();

    /// <summary>`https://user:hunter2@example.com`.</summary>
    [GeneratedRegex(@"://[^\s/:@'""]+:(?<secret>[^\s/@'""]+)@")]
    private static partial Regex Url();
}
