using Playbooks.Model;

namespace Playbooks.Loading.Language;

/// <summary>The keys of playbooks, of their params and secrets, and of files with actions.</summary>
public static class PlaybookKeys
{
    public static KeyGroup Playbook { get; } = new("playbook", "a playbook", "A playbook acts on hosts, and asserts what came of it.",
    [
        new("name", "text", "What people see of it; the file's name unless said.") { IsFixed = true, Example = "name: Session failover" },
        new("description", "text", "What it does and for whom; `play plan` shows it.") { IsFixed = true, Example = "description: Proves that a session outlives its server." },
        new("use", "texts", "Files with actions, whose names are then kinds of steps here. Paths start at this file's folder.") { IsFixed = true, Example = "use: [actions/tomcat.yaml]" },
        new("params", "param map", "What a caller may set with `-e NAME=VALUE`, or beside an `include`.") { IsFixed = true, Example = "params:\n  url: { default: https://www.example.com/ }" },
        new("vars", "map", "Names for values, evaluated in order at the start.") { Example = "vars: { page: \"{{ play.name }}\" }" },
        new("secrets", "secret map", "Where secrets are to be had; expressions see them as `secret.NAME`. They are masked in everything that is shown, stored or sent.") { IsFixed = true, Example = "secrets: { pg: { env: PG_PASSWORD } }" },
        new("inventory", "text", "The inventory to use where the caller names none with `-i`. The path starts at this file's folder.") { IsFixed = true, Example = "inventory: hosts.yaml" },
        new("hosts", "pattern", "The hosts of all steps that say none themselves.") { Example = "hosts: was" },
        new("env", "map", "The environment of all commands that say none themselves.") { Example = "env: { LC_ALL: C }" },
        new("sudo", "user", "As whom steps run that do not say it themselves. `true`: root.") { Default = "false", Example = "sudo: true" },
        new("timeout", "duration", "The most that one attempt may take of steps that do not say it themselves.") { Example = "timeout: 1m" },
        new("on_failure", "text", "What follows where a step fails that does not say it itself: see the key of a step.") { IsFixed = true, Choices = ["stop", "drop", "continue"], Default = "stop", Example = "on_failure: continue" },
        new("effect", "text", "The effect of steps that do not say it themselves. `none` makes the whole playbook only look and compare.") { IsFixed = true, Choices = ["none", "repeatable", "once"], Example = "effect: none" },
        new("forks", "number", "How many hosts are worked on at once; 1 to 1000.") { IsFixed = true, Range = (1, 1000), Default = "50", Example = "forks: 10" },
        new("keep", "duration", "How long its runs stay in the journal; a run that ends deletes older ones. Unless said, they stay.") { IsFixed = true, Example = "keep: 90d" },
        new("probes", "probes", "What is looked at again and again while the steps run.") { IsFixed = true, Example = "probes:\n  - id: site\n    http: https://www.example.com/" },
        new("steps", "steps", "What is done, one after the other.", Required: true) { IsFixed = true, Example = "steps:\n  - print: Hello" },
        new("always", "steps", "Steps that run at the end, however that came, also after Ctrl-C. Where one fails: exit code 6.") { IsFixed = true, Example = "always:\n  - print: The end" },
        new("notify", "notify list", "Whom to tell at the end of a run, and how.") { IsFixed = true, Example = "notify:\n  - webhook: https://hooks.example.com/play" },
    ]);

    public static KeyGroup Param { get; } = new("param", "a parameter", "A parameter of a playbook or an action. One without a `default` must be given.",
    [
        new("default", "any", "Its value where none is given; a template sees what `hosts`, `groups`, `env` and the params before it hold, in an action `host` too.") { Example = "default: 60s" },
        new("description", "text", "What it means; `play plan` and editors show it.") { IsFixed = true, Example = "description: How long that may take." },
        new("type", "text", "What is read from `-e`, and what a caller must give; unless said, that of the default, else text.") { IsFixed = true, Choices = ["text", "number", "boolean", "duration", "size", "list", "map"], Example = "type: duration" },
        new("required", "boolean", "It must be given; so it must anyway where it has no default.") { IsFixed = true, Example = "required: true" },
        new("choices", "list", "The only values it may have.") { IsFixed = true, Example = "choices: [blue, green]" },
        new("secret", "boolean", "Its value is never shown.") { IsFixed = true, Default = "false", Example = "secret: true" },
    ]);

    public static KeyGroup Secret { get; } = new("secret", "a secret", "Where a secret is to be had: exactly one of these. It is read before any host is touched, and only where it is used.",
    [
        new("env", "text", "The name of an environment variable.") { IsFixed = true, Example = "env: PG_PASSWORD" },
        new("file", "text", "The path of a file that only its owner may read; its last line end does not count.") { IsFixed = true, Example = "file: ~/.pgpassword" },
        new("ask", "text", "The question that is asked in the terminal.") { IsFixed = true, Example = "ask: sudo password" },
        new("vault", "text", "A file of ansible-vault, or the encrypted text itself. Its password is `PLAY_VAULT_PASSWORD`, else in the file that `ANSIBLE_VAULT_PASSWORD_FILE` names, else asked for.") { IsFixed = true, Example = "vault: secrets.yml" },
        new("key", "text", "Beside `vault`: which value of the file it is.") { IsFixed = true, Example = "vault: secrets.yml\nkey: db" },
        new("command", "list", "A program and its arguments; what it prints is the secret.") { IsFixed = true, Example = "command: [pass, show, pg]" },
    ]);

    public static KeyGroup ActionFile { get; } = new("actions", "a file of actions", "A file with actions: kinds of steps written in YAML, which a playbook brings in with `use`.",
    [
        new("actions", "action map", "Each by its name, which is then a kind of step. It takes no word of the language.", Required: true) { IsFixed = true, Example = "actions:\n  hello:\n    steps:\n      - print: Hello" },
    ]);

    public static KeyGroup Action { get; } = new("action", "an action", "A kind of step written in YAML. It sees its params, `host hosts groups play`, its own captures and ids, and nothing of its caller's.",
    [
        new("description", "text", "What it does, in a sentence; editors show it.") { IsFixed = true, Example = "description: Stops Tomcat and waits until its port is closed." },
        new("params", "param map", "What a step that uses it may say.") { IsFixed = true, Example = "params:\n  run: { default: wasstop }" },
        new("steps", "action steps", "What it does on each of its hosts, each host at its own pace. They have no `hosts`; no blocks in batches and no `include` go here.", Required: true) { IsFixed = true, Example = "steps:\n  - command: wasstop" },
        new("undo", "undo", "Steps that put it back, where the step that uses it says none itself.") { IsFixed = true, Example = "undo: { command: wasstart }" },
        new("effect", "text", "What it does to a host; unless said, the gravest of its steps.") { IsFixed = true, Choices = ["none", "repeatable", "once"], Example = "effect: repeatable" },
        new("result", "map", "Fields of its result, each with an expression; unless said, the result of its last step.") { Example = "result: { version: steps.look.stdout }" },
    ]);
}
