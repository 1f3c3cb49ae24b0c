using Playbooks.Model;

namespace Playbooks.Loading.Language;

/// <summary>The keys of inventories.</summary>
public static class InventoryKeys
{
    public static KeyGroup Inventory { get; } = new("inventory", "an inventory", "Which hosts there are, how they are reached, and what is known of them. It holds plain values, no templates.",
    [
        new("ssh", "ssh", "How hosts of this file are reached, where their groups and they themselves say nothing.") { IsFixed = true, Example = "ssh: { user: wasadm }" },
        new("groups", "group map", "Groups of hosts, each by its name.", Required: true) { IsFixed = true, Example = "groups:\n  web:\n    hosts:\n      web1: { ssh: 192.0.2.10 }" },
    ]);

    public static KeyGroup Group { get; } = new("group", "a group", "A group of hosts, and of other groups.",
    [
        new("ssh", "ssh", "How its hosts are reached, where they say nothing themselves.") { IsFixed = true, Example = "ssh: { user: wasadm }" },
        new("vars", "map", "Variables of its hosts: expressions see them as `host.NAME`. Two unrelated groups that give one host different values are a problem.") { IsFixed = true, Example = "vars: { receiver_port: 4000 }" },
        new("children", "texts", "Groups whose hosts are in this one too.") { IsFixed = true, Example = "children: [was]" },
        new("hosts", "host map", "Its hosts, each by its name, with what is known of it; or a list of names. `app[001:200]` is two hundred hosts.") { IsFixed = true, Example = "hosts:\n  web2: { ssh: 192.0.2.11 }" },
    ]);

    /// <summary>Beside these each key is a variable.</summary>
    public static KeyGroup Host { get; } = new("host", "a host", "How a host is reached, and what is known of it: every other key is a variable, and expressions see it as `host.NAME`.",
    [
        new("ssh", "ssh", "How it is reached: `[user@]host[:port]`, or a map. Without it the host is what `ssh NAME` would reach; `~/.ssh/config` is honoured anyway, what stands here comes first.") { IsFixed = true, Example = "ssh: wasadm@192.0.2.11:2202" },
        new("label", "text", "What people see of it; its name unless said.") { IsFixed = true, Example = "label: 웹1" },
        new("local", "boolean", "It is the control machine: its steps run here, without SSH.") { IsFixed = true, Default = "false", Example = "local: true" },
    ]);

    public static KeyGroup Ssh { get; } = new("ssh", "`ssh`", "How a host is reached. What the host says comes before its groups, these before the file, and all before `~/.ssh/config`.",
    [
        new("host", "text", "Its address or name; only on a host.") { IsFixed = true, Example = "host: 192.0.2.11" },
        new("port", "number", "Its port.") { IsFixed = true, Range = (1, 65535), Default = "22", Example = "port: 2202" },
        new("user", "text", "Who logs in.") { IsFixed = true, Example = "user: wasadm" },
        new("key", "text", "The private key to log in with. The path starts at this file's folder.") { IsFixed = true, Example = "key: ~/.ssh/id_ed25519" },
        new("password", "secret", "The password to log in with: where it is to be had.") { IsFixed = true, Example = "password: { ask: password }" },
        new("sudo_password", "secret", "The password for sudo: where it is to be had. It is told once; where it is wrong it is not tried again.") { IsFixed = true, Example = "sudo_password: { ask: sudo password }" },
        new("jump", "texts", "Hosts on the way, nearest first: of the inventory, or `[user@]host[:port]`. `none`: straight there.") { IsFixed = true, Example = "jump: bastion.example.com" },
        new("timeout", "duration", "How long connecting may take.") { IsFixed = true, Default = "30s", Example = "timeout: 10s" },
        new("known_hosts", "text", "The file with the keys of hosts. The path starts at this file's folder.") { IsFixed = true, Example = "known_hosts: known_hosts" },
        new("host_key", "texts", "The key that the host must have, or its fingerprint, or several; or `accept-new`: a key that nobody knows is believed once and kept.") { IsFixed = true, Example = "host_key: accept-new" },
        new("kex", "text", "`pq`: the key exchanges come first that no quantum computer breaks. Unless said, those that cost least.") { IsFixed = true, Choices = ["pq"], Example = "kex: pq" },
    ])
    { Bare = "text" };
}
