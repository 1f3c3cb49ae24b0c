using System.Diagnostics;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Loading.Ansible;

/// <summary>Asks Debian's Ansible what an inventory says, and compares that with what we read.</summary>
internal static class AnsibleInventory
{
    private const string Password = "correct horse";

    public static string Folder => Repository.PathOf("tests/Playbooks.Tests/Loading/Ansible");

    /// <summary>What we read, and the problems.</summary>
    public static (Inventory Inventory, IReadOnlyList<Problem> Problems) Read(IEnumerable<string> sources, string? playbookFolder = null, string? password = Password)
    {
        var problems = new ProblemList();
        var files = new InventoryFiles(new PlaybookLoader(problems), password is null ? new Dictionary<string, object?>() : new Dictionary<string, object?> { ["PLAY_VAULT_PASSWORD"] = password }, problems);
        foreach (var source in sources) files.Add(source);
        return (files.Build(playbookFolder), [.. problems]);
    }

    /// <summary>The text as one file of that name, read as an inventory.</summary>
    public static (Inventory Inventory, string Problems) ReadText(string name, string text)
    {
        var folder = Directory.CreateTempSubdirectory("play-inventory-");
        try
        {
            var path = Path.Combine(folder.FullName, name);
            File.WriteAllText(path, text);
            var (inventory, problems) = Read([path]);
            return (inventory, string.Concat(problems.Select(ProblemPrinter.Print)).Replace(folder.FullName + "/", "", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What `ansible-inventory --list` says of each.</summary>
    public static async Task<IReadOnlyList<object?>> Listed(IReadOnlyList<IReadOnlyList<string>> inventories)
    {
        var lines = await Python(Path.Combine(Folder, "list-inventories.py"), string.Concat(inventories.Select(sources => string.Join('\t', sources) + "\n")));
        Assert.Equal(inventories.Count, lines.Count);
        return [.. lines.Select(Data.FromJson)];
    }

    /// <summary>The lines that a script for Debian's own Python prints.</summary>
    public static async Task<IReadOnlyList<string>> Python(string script, string input)
    {
        var output = await Run("/usr/bin/python3", [script], input);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static async Task<string> Run(string program, IReadOnlyList<string> arguments, string input = "")
    {
        var home = Directory.CreateTempSubdirectory("play-ansible-");
        try
        {
            File.WriteAllText(Path.Combine(home.FullName, "ansible.cfg"), "");
            File.WriteAllText(Path.Combine(home.FullName, "vault"), Password);
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment.Clear();
            foreach (var (name, value) in new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = home.FullName, ["LC_ALL"] = "C.UTF-8", ["ANSIBLE_CONFIG"] = Path.Combine(home.FullName, "ansible.cfg"), ["ANSIBLE_VAULT_PASSWORD_FILE"] = Path.Combine(home.FullName, "vault") })
                start.Environment[name] = value;
            using var process = Process.Start(start)!;
            var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var output = await said;
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await wrong);
            return output;
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    /// <summary>In what the two differ.</summary>
    public static IEnumerable<string> Differences(Inventory ours, object? theirs)
    {
        if (theirs is not DataMap listed) return ["Ansible reads nothing"];
        var groups = listed.Where(g => g.Key != "_meta").ToDictionary(g => g.Key, g => (DataMap)g.Value!);
        var variables = (DataMap)((DataMap)listed["_meta"]!)["hostvars"]!;
        var tree = ours.Tree.ToDictionary(g => g.Name);
        List<string> Of(string group, string part) => groups.GetValueOrDefault(group) is { } map && map.TryGetValue(part, out var items) ? [.. ((IReadOnlyList<object?>)items!).Cast<string>()] : [];
        var hosts = groups.Keys.SelectMany(g => Of(g, "hosts")).Concat(variables.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        return
        [
            .. Same("hosts", string.Join(' ', hosts), string.Join(' ', ours.Hosts.Select(h => h.Name).Order(StringComparer.Ordinal))),
            .. groups.Keys.Concat(tree.Keys).Distinct().Where(g => g != "all").SelectMany(g => Same($"hosts of {g}", string.Join(' ', Of(g, "hosts")), string.Join(' ', tree.GetValueOrDefault(g)?.Hosts ?? []))),
            .. groups.Keys.Concat(tree.Keys).Distinct().Where(g => g != "all").SelectMany(g => Same($"children of {g}", string.Join(' ', Of(g, "children")), string.Join(' ', tree.GetValueOrDefault(g)?.Children ?? []))),
            .. ours.Hosts.SelectMany(host => Differences(host, variables.TryGetValue(host.Name, out var of) ? (DataMap)of! : DataMap.Empty)),
        ];
    }

    private static IEnumerable<string> Differences(Host host, DataMap theirs)
    {
        var names = theirs.Keys.Concat(host.Variables.Keys).Distinct();
        var values = names.SelectMany(name => !theirs.ContainsKey(name) ? [$"{host.Name}: {name} is not there for Ansible"] : !host.Variables.ContainsKey(name) ? [$"{host.Name}: {name} is missing"]
            : IsSame(host.Variables[name], theirs[name]) ? (string[])[] : [$"{host.Name}: {name} is {Describe(host.Variables[name])}, and to Ansible {Describe(theirs[name])}"]);
        string? First(params string[] aliases) => aliases.Select(a => theirs.TryGetValue(a, out var value) && value is not null ? Data.ToText(value) : null).FirstOrDefault(v => v is not null);
        var arguments = string.Join(' ', First("ansible_ssh_common_args"), First("ansible_ssh_extra_args"));
        var jump = System.Text.RegularExpressions.Regex.Match(arguments, @"(?:-J\s*|ProxyJump=)(\S+)");
        if (host.Local || host.Obstacles.Count > 0) return values;
        return
        [
            .. values,
            .. Same($"{host.Name}: address", First("ansible_ssh_host", "ansible_host"), host.Ssh.HostName),
            .. Same($"{host.Name}: port", First("ansible_ssh_port", "ansible_port"), host.Ssh.Port?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            .. Same($"{host.Name}: user", First("ansible_ssh_user", "ansible_user"), host.Ssh.User),
            .. Same($"{host.Name}: key", First("ansible_ssh_private_key_file", "ansible_private_key_file"), host.Ssh.Key),
            .. Same($"{host.Name}: jump", jump.Success ? jump.Groups[1].Value : null, host.Ssh.Jump),
        ];
    }

    private static IEnumerable<string> Same(string what, string? theirs, string? ours) => theirs == ours ? [] : [$"{what}: {ours ?? "none"}, and to Ansible {theirs ?? "none"}"];

    private static string Describe(object? value) => value is null ? "null" : $"{value.GetType().Name} {(value is Absent or Secret ? value : Data.ToJson(value))}";

    /// <summary>Also in their types: 1 is not 1.0.</summary>
    public static bool IsSame(object? ours, object? theirs) => (ours, theirs) switch
    {
        (Absent, _) => Texts(theirs).Any(text => text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal)) || theirs is IReadOnlyList<object?> list && list.Any(item => item is DataMap map && map.ContainsKey("__ansible_vault")),
        (Secret { Source: SecretSource.Held held }, string or long or double) => held.Value == Data.ToText(theirs),
        (Secret { Source: SecretSource.VaultText vaulted }, DataMap map) => map["__ansible_vault"] is string text && text.Trim() == vaulted.Text.Trim(),
        (string text, DataMap { Count: 1 } map) => map.TryGetValue("__ansible_unsafe", out var plain) && Equals(plain, text),
        (DataMap a, DataMap b) => a.Count == b.Count && a.All(e => b.TryGetValue(e.Key, out var value) && IsSame(e.Value, value)),
        (IReadOnlyList<object?> a, IReadOnlyList<object?> b) => a.Count == b.Count && a.Zip(b).All(pair => IsSame(pair.First, pair.Second)),
        (null, null) => true,
        (null, _) or (_, null) => false,
        _ => ours.GetType() == theirs.GetType() && Equals(ours, theirs),
    };

    private static IEnumerable<string> Texts(object? value) => value switch
    {
        string text => [text],
        DataMap map => map.Values.SelectMany(Texts),
        IReadOnlyList<object?> list => list.SelectMany(Texts),
        _ => [],
    };
}
