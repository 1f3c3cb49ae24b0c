namespace Play.Pages;

/// <summary>A command line that shows what a command is good for.</summary>
internal sealed record Example(string Command, string Line, string Text)
{
    public static IReadOnlyList<Example> All { get; } =
    [
        new("play", "play failover-test.yaml", "runs a playbook of this folder, or of playbooks/"),
        new("play", "play nightly.yaml -i hosts.yaml -l was -t quick", "only the hosts of `was`, only steps with the tag `quick`"),
        new("play", "play deploy.yaml -e version=1.4 -e @site.yaml", "with values for the playbook's params"),
        new("play", "play nightly.yaml --report html=night.html --report junit=night.xml", "with reports in files"),
        new("play plan", "play plan failover-test.yaml --output short", "a line for each step"),
        new("play lint", "play lint playbooks hosts.yaml", "all files of a folder, and an inventory"),
        new("play exec", "play exec 'web, was' --sudo -- hostname -I", "one command on all hosts of two groups, as root"),
        new("play exec", "play exec was 'netstat: { listening: 4000 }'", "one step, as in a playbook"),
        new("play lint", "play lint playbooks --output sarif", "for an editor, or a code host"),
        new("play hosts", "play hosts was -v", "the hosts of `was`, with their variables and where each comes from"),
        new("play hosts", "play hosts --ping", "connects to each host"),
        new("play new", "play new first.yaml --hosts web1=192.0.2.10,web2 --user deploy", "a playbook and an inventory to start from"),
        new("play record", "play record was,web --sudo --to verify.yaml", "what the hosts are like now, as a playbook that fails when it changes"),
        new("play history", "play history -n 5", "the last five runs"),
        new("play show", "play show last --report md=-", "the last run, for a ticket"),
        new("play compare", "play compare last", "the last run with the one before it"),
        new("play resume", "play resume last --undo", "puts back what the last run owes, and ends"),
        new("play attach", "play attach", "the run that goes on now"),
        new("play schedule add", "play schedule add nightly.yaml --at 03:00 --time-zone Asia/Seoul", "every night"),
        new("play schedule list", "play schedule list", "what is due when, and how it ended last"),
        new("play schedule remove", "play schedule remove nightly", "never again"),
        new("play schema", "play schema --actions playbooks/actions my/actions --to schemas", "for an editor that shall know actions of your own"),
        new("play completion", "eval \"$(play completion bash)\"", "in ~/.bashrc: the Tab key completes commands, options, hosts, playbooks and params"),
        new("play man", "play man | man -l -", "reads the manual page"),
    ];
}
