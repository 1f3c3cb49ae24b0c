using Playbooks.Model;

namespace Playbooks.Loading.Language;

/// <summary>The keys of the ways in which people are told of a run.</summary>
public static class NotifyKeys
{
    public static KeyGroup Notify { get; } = new("notify", "a way of telling people", "A way of telling people that a run has ended: exactly one of `webhook`, `email` and `command`.",
    [
        new("webhook", "webhook", "A request to a web server.") { Example = "webhook: https://hooks.example.com/play" },
        new("email", "email", "A mail.") { IsFixed = true, Example = "email: { to: ops@example.com, from: play@example.com, smtp: \"mail.example.com:587\" }" },
        new("command", "notify_command", "A program on this machine; the message is on its standard input, and `env` is what the playbook gives it.") { Example = "command: [logger, \"{{ run.title }}\"]" },
        new("on", "texts", "When: `failure` (it did not pass), `recovery` (it passed, and the run before it did not), `change` (something is worse or better than before), `always`. One or several.")
            { IsFixed = true, Choices = ["failure", "recovery", "change", "always"], Default = "[failure, recovery]", Example = "webhook: https://hooks.example.com/play\non: [failure, recovery]" },
    ]);

    public static KeyGroup Webhook { get; } = new("webhook", "a webhook", "A request to a web server.",
    [
        new("url", "text", "Where it goes. It may hold a secret.", Required: true) { Example = "url: https://hooks.example.com/play" },
        new("method", "text", "How.") { Default = "POST", Example = "method: PUT" },
        new("headers", "map", "Headers to send; they may hold a secret.") { Example = "headers: { X-Team: was }" },
        new("shape", "text", "What is sent where there is no `body`: all that is known, as JSON, or what Slack or Teams show.") { IsFixed = true, Choices = ["json", "slack", "teams"], Default = "json", Example = "shape: slack" },
        new("body", "any", "What is sent: YAML becomes JSON, with each value escaped; a text goes as it is.") { Example = "body: { text: \"{{ run.title }}\" }" },
        new("timeout", "duration", "For all tries of it, from 1s to 10m.") { Default = "1m", Example = "timeout: 30s" },
        new("ca", "text", "A PEM file with the certificates to trust instead of the system's; the path starts at this file's folder.") { Example = "ca: ca.pem" },
    ])
    { Bare = "text" };

    public static KeyGroup Email { get; } = new("email", "an email", "A mail, by a mail server of yours.",
    [
        new("to", "texts", "To whom.", Required: true) { Example = "to: [ops@example.com]" },
        new("from", "text", "From whom.", Required: true) { Example = "from: Play <play@example.com>" },
        new("smtp", "text", "The mail server, as host:port.", Required: true) { Example = "smtp: mail.example.com:587" },
        new("user", "text", "The name to log in with; `password` goes with it.") { Example = "user: play\npassword: \"{{ secret.mail }}\"" },
        new("password", "text", "The password to log in with.") { Example = "user: play\npassword: \"{{ secret.mail }}\"" },
        new("tls", "text", "`starttls`: in the clear up to STARTTLS, which has to be there. `implicit`: from the first byte on. `none`: in the clear, and without a password. Unless said, `implicit` with port 465, else `starttls`.")
            { IsFixed = true, Choices = ["starttls", "implicit", "none"], Example = "tls: implicit" },
        new("subject", "text", "Its subject; what the run is called and how it ended, unless said.") { Example = "subject: \"{{ run.title }}\"" },
        new("text", "text", "Its text; the run's report, unless said.") { Example = "text: \"{{ run.message }}\"" },
        new("attach", "texts", "Reports to attach.") { IsFixed = true, Choices = Model.Notify.Formats, Example = "attach: [html, junit]" },
        new("timeout", "duration", "For all tries of it, from 1s to 10m.") { Default = "1m", Example = "timeout: 30s" },
        new("ca", "text", "A PEM file with the certificates to trust instead of the system's; the path starts at this file's folder.") { Example = "ca: ca.pem" },
    ]);

    public static KeyGroup Command { get; } = new("notify_command", "a command", "A program on this machine.",
    [
        new("run", "words", "The program and its arguments, as one text that is split as a shell would split it, or as a list.", Required: true) { Example = "run: [logger, \"{{ run.title }}\"]" },
        new("env", "map", "Names and values for its environment; they may hold a secret.") { Example = "env: { TOKEN: abc }" },
        new("timeout", "duration", "For all tries of it, from 1s to 10m.") { Default = "1m", Example = "timeout: 30s" },
    ])
    { Bare = "words" };
}
