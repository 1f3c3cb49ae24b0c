namespace Play.Pages;

/// <summary>What a manual says beside the commands: the environment, the files.</summary>
internal static class Manual
{
    public static IReadOnlyList<CommandPage.Entry> Environment { get; } =
    [
        new("PLAY_INVENTORY", "The inventory where neither -i nor the playbook names one."),
        new("PLAY_KEY_PASSPHRASE", "The passphrase of the ssh keys, where nobody is to be asked."),
        new("PLAY_VAULT_PASSWORD", "The password of vaulted files and values; ANSIBLE_VAULT_PASSWORD_FILE names a file with it."),
        new("XDG_STATE_HOME, XDG_CONFIG_HOME", "Where the journal and the user's own inventory are, in a folder `play` each (~/.local/state, ~/.config)."),
        new("SSH_AUTH_SOCK", "The ssh agent."),
        new("NO_COLOR, CI, TERM, COLUMNS", "No colours; no live view; what the terminal can (`dumb`: lines alone); how wide the text on standard output is."),
    ];

    public static IReadOnlyList<CommandPage.Entry> Files { get; } =
    [
        new("playbooks/", "Playbooks are looked for here too."),
        new("hosts.yaml", "The inventory, beside the playbook, in this folder, or in ~/.config/play."),
        new("~/.ssh/config, ~/.ssh/known_hosts", "Hold for every host; what the inventory says goes before them."),
        new("~/.local/state/play", "The journal: all runs, and what is owed. --state names another folder."),
    ];
}
