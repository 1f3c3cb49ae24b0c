using System.Globalization;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Loading.Ansible;

/// <summary>
/// How a host is reached, from the variables that Ansible has for it (docs.ansible.com, "Connecting to hosts: behavioral inventory
/// parameters", and the plugin ansible.builtin.ssh). What has no place here is an obstacle, told where a step would reach the host.
/// </summary>
internal sealed class Reaching(string host, IReadOnlyDictionary<string, AnsibleVariable> variables)
{
    /// <summary>What Ansible would reach the host with, and play has no place for.</summary>
    private static readonly string[] Unsupported = ["ansible_ssh_executable", "ansible_ssh_pkcs11_provider", "ansible_ssh_private_key", "ansible_private_key_passphrase"];

    private readonly List<Problem> obstacles = [];
    private readonly Dictionary<string, string> places = [];

    /// <summary>A path of the control machine, as ssh sees it: relative ones start in the working directory.</summary>
    public static string LocalPath(string written) => Path.GetFullPath(LocalFile.PathOf(written, Environment.CurrentDirectory));

    /// <param name="Ssh">The settings.</param>
    /// <param name="Local">It is this machine, without SSH.</param>
    /// <param name="Obstacles">Why it cannot be reached as all this says.</param>
    /// <param name="Variables">Which variable gave each setting.</param>
    public sealed record Way(SshSettings Ssh, bool Local, IReadOnlyList<Problem> Obstacles, IReadOnlyDictionary<string, string> Variables);

    public Way Find()
    {
        switch (Text("", "ansible_connection")?.Split('.')[^1])
        {
            case "local": return new Way(new SshSettings(), true, [], places);
            case null or "" or "ssh" or "smart" or "paramiko" or "paramiko_ssh": break;
            case var other: Obstacle(variables["ansible_connection"].At, $"{host} has `ansible_connection: {other}`", "play reaches hosts over SSH, or is on them (`local`)"); break;
        }
        if (Text("", "ansible_shell_type") is { } shell and not ("sh" or "bash" or "ksh" or "zsh" or "csh" or "fish")) Obstacle(variables["ansible_shell_type"].At, $"{host} has `ansible_shell_type: {shell}`", "play needs a POSIX shell in /bin/sh there");
        foreach (var name in Unsupported.Where(name => variables.GetValueOrDefault(name)?.Value is not null)) Obstacle(variables[name].At, $"{host} has `{name}`, which play does not follow", "remove it, or give what it is for in ~/.ssh/config");
        var own = new SshSettings
        {
            HostName = Text("host", "ansible_ssh_host", "ansible_host"),
            Port = Port(),
            User = Text("user", "ansible_ssh_user", "ansible_user"),
            Key = Text("key", "ansible_ssh_private_key_file", "ansible_private_key_file") is { Length: > 0 } key ? LocalPath(key) : null,
            Timeout = Seconds("ansible_ssh_timeout", "ansible_timeout"),
            Password = Hidden("password", "ansible_ssh_password", "ansible_ssh_pass", "ansible_password"),
            SudoPassword = Hidden("sudo_password", "ansible_sudo_pass", "ansible_become_pass", "ansible_become_password"),
            HostKey = Unchecked("ansible_ssh_host_key_checking") ?? Unchecked("ansible_host_key_checking"),
        };
        var ssh = Arguments("ansible_ssh_args").Over(own).Over(Arguments("ansible_ssh_common_args")).Over(Arguments("ansible_ssh_extra_args"));
        return new Way(ssh, false, obstacles, places);
    }

    private SshSettings Arguments(string name)
    {
        if (Text("", name) is not { } text) return new SshSettings();
        var unsupported = new List<string>();
        var settings = SshArguments.Read(text, unsupported);
        foreach (var word in unsupported) Obstacle(variables[name].At, $"{host} has `{word}` in `{name}`, which play does not follow", "give it in ~/.ssh/config, or in the words that play has: -J, -i, -l, -p, -o ProxyJump, ConnectTimeout, UserKnownHostsFile, StrictHostKeyChecking");
        foreach (var (part, read) in SshSettings.Parts)
            if (read(settings) is not null) places.TryAdd(part, name);
        return settings;
    }

    /// <summary>The first of these variables that has a value, as a text.</summary>
    private string? Text(string part, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (variables.GetValueOrDefault(name) is { Value: not null } variable)
            {
                if (part.Length > 0) places[part] = name;
                switch (variable.Value)
                {
                    case string or long or double or bool: return Data.ToText(variable.Value);
                    case Absent absent: obstacles.Add(new Problem(variable.At, $"how {host} is reached is not known: {absent.Message}", absent.Mend)); return null;
                    case Secret: Obstacle(variable.At, $"`{name}` of {host} is vaulted, and how a host is reached is shown", "write it out; passwords may be vaulted"); return null;
                    default: Obstacle(variable.At, $"`{name}` of {host} must be a text, but is a {Data.TypeName(variable.Value)}", null); return null;
                }
            }
        return null;
    }

    private int? Port()
    {
        if (Text("port", "ansible_ssh_port", "ansible_port") is not { } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536) return port;
        Obstacle(variables[places["port"]].At, $"`{text}` is no port of {host}", "a port is a number from 1 to 65535");
        return null;
    }

    private TimeSpan? Seconds(params ReadOnlySpan<string> names)
    {
        if (Text("timeout", names) is not { } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0) return TimeSpan.FromSeconds(seconds);
        Obstacle(variables[places["timeout"]].At, $"`{text}` is no timeout of {host}", "a whole number of seconds");
        return null;
    }

    private string? Unchecked(string name) => Text("host_key", name) is { } said && said.ToLowerInvariant() is "false" or "no" or "off" or "0" ? "accept-new" : null;

    private Secret? Hidden(string part, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (variables.GetValueOrDefault(name) is { Value: not null } variable)
            {
                places[part] = name;
                switch (variable.Value)
                {
                    case Secret secret: return secret;
                    case Absent absent: obstacles.Add(new Problem(variable.At, $"how {host} is reached is not known: {absent.Message}", absent.Mend)); return null;
                    default: Obstacle(variable.At, $"`{name}` of {host} must be a text, but is a {Data.TypeName(variable.Value)}", null); return null;
                }
            }
        return null;
    }

    private void Obstacle(Position at, string what, string? mend) => obstacles.Add(new Problem(at, what, mend));
}
