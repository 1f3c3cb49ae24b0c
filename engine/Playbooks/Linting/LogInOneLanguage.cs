using Playbooks.Steps.Log;

namespace Playbooks.Linting;

/// <summary>A look for words that the machine's language decides.</summary>
internal sealed class LogInOneLanguage : LintRule
{
    /// <summary>Of Tomcat's LocalStrings.properties, which it has in other languages too.</summary>
    private static readonly string[] Translated =
    [
        "Server startup in", "Server initialization in", "Starting service [", "Starting Servlet engine", "Stopping service [", "Deploying web application", "Deployment of web application",
        "Initializing ProtocolHandler", "Starting ProtocolHandler", "Pausing ProtocolHandler", "Stopping ProtocolHandler", "Destroying ProtocolHandler", "A valid shutdown command was received",
        "Replication member added", "Received member disappeared", "Verification complete. Member disappeared",
    ];

    /// <summary>What java.util.logging calls an error in English, and in the other languages that Java comes with.</summary>
    private const string Severe = "SEVERE";
    private static readonly string[] SevereElsewhere = ["심각", "重大", "严重", "嚴重", "SCHWERWIEGEND", "GRAVE", "GRAVES"];

    public override string Name => "log-in-one-language";

    public override string Summary => "A `log` looks for words that Tomcat or Java writes in the language of its machine.";

    public override string Explanation => """
        Tomcat writes its messages, and Java the word for the level, in the language of the machine: `INFO` is `정보` in Korean, `SEVERE` is
        `심각`, and "Server startup in" reads otherwise, too. A check for the English words never finds anything there; and a `lacks: SEVERE`
        passes for ever, whatever goes wrong. One cluster may log in two languages.

        Key on what is no language: the class and the method (`SimpleTcpCluster.memberAdded`), an address, the name of an exception. "Server
        startup in" does not even mean that it serves: it is also written where a connector failed. That it is ready, `netstat` and `http` ask.
        Where levels are meant, name them in every language that the hosts speak: `lacks: [SEVERE, 심각]`.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file)
    {
        foreach (var linted in file.Steps)
        {
            if (linted.Step.Work is not LogWork log) continue;
            foreach (var (texts, at) in new[] { (Texts(log.Contains?.Written), log.Contains?.At), (Texts(log.Lacks?.Written), log.Lacks?.At), (log.Matches?.All.Select(pattern => pattern.Text).ToList() ?? [], log.Matches?.All[0].At) })
            {
                if (at is null) continue;
                foreach (var phrase in Translated.Where(phrase => texts.Any(text => text.Contains(phrase, StringComparison.OrdinalIgnoreCase))))
                    yield return Found(at, $"Tomcat writes \"{phrase}\" in the language of its machine", "look for the class and method that write it, such as SimpleTcpCluster.memberAdded; that it serves, `http` asks", linted);
                if (texts.Any(text => text.Contains(Severe, StringComparison.Ordinal)) && !texts.Any(text => SevereElsewhere.Any(word => text.Contains(word, StringComparison.Ordinal))))
                    yield return Found(at, $"Java writes {Severe} in the language of its machine", "name the word in every language that the hosts speak: [SEVERE, 심각]", linted);
            }
        }
    }

    private static List<string> Texts(object? written) => written switch
    {
        string text => [text],
        IReadOnlyList<object?> list => [.. list.OfType<string>()],
        _ => [],
    };
}
