using System.Globalization;
using System.Text;
using Playbooks.Loading.Ansible;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Loading.Ansible;

/// <summary>Inventories, in `Inventories/` and generated, and values of every form, are read as Debian's Ansible reads them.</summary>
public sealed class AsAnsibleTests
{
    private static IReadOnlyList<string> Sources(string folder) => File.Exists(Path.Combine(folder, "sources.txt"))
        ? [.. File.ReadAllLines(Path.Combine(folder, "sources.txt")).Select(line => line == "." ? folder : line.Contains(',', StringComparison.Ordinal) ? line : Path.Combine(folder, line))]
        : [Directory.EnumerateFiles(folder, "inventory*").Single()];

    [Fact]
    public async Task Inventories_of_every_form_are_read_as_Ansible_reads_them()
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(AnsibleInventory.Folder, "Inventories")).Order(StringComparer.Ordinal).ToList();
        Assert.True(folders.Count >= 30);
        var listed = await AnsibleInventory.Listed([.. folders.Select(Sources)]);
        var wrong = folders.Zip(listed).SelectMany(pair =>
        {
            var (inventory, problems) = AnsibleInventory.Read(Sources(pair.First));
            return problems.Select(ProblemPrinter.Print).Concat(AnsibleInventory.Differences(inventory, pair.Second)).Select(line => $"{Path.GetFileName(pair.First)}: {line}");
        });
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_program_itself_says_the_same()
    {
        var sources = Sources(Path.Combine(AnsibleInventory.Folder, "Inventories", "group-vars"));
        var said = await AnsibleInventory.Run("/usr/bin/ansible-inventory", ["-i", sources[0], "--list"]);
        Assert.Empty(AnsibleInventory.Differences(AnsibleInventory.Read(sources).Inventory, Data.FromJson(said)));
    }

    private static string Any(Random random, string[] pieces, int most) => string.Concat(Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => pieces[random.Next(pieces.Length)]));

    /// <summary>Most are right, and in some something stands that may not.</summary>
    private static string Literal(Random random, string[] pieces, int depth)
    {
        string Inner() => Literal(random, pieces, depth - 1);
        return random.Next(depth > 0 ? 14 : 8) switch
        {
            0 => "1",
            1 => "-2.5",
            2 => "'a'",
            3 => "\"b\\n\"",
            4 => "True",
            5 => "0x1f",
            6 => "None",
            7 => pieces[random.Next(pieces.Length)],
            8 => $"[{Inner()}, {Inner()}]",
            9 => $"({Inner()},)",
            10 => $"{{{Inner()}: {Inner()}, 'k': {Inner()}}}",
            11 => $"{Inner()} , {Inner()}",
            12 => $"( {Inner()} )",
            _ => $"[{Inner()},]",
        };
    }

    [Fact]
    public async Task Values_of_INI_files_are_typed_as_Python_types_them()
    {
        string[] pieces = ["1", "0", "12", "-", "+", ".", ",", " ", "(", ")", "[", "]", "{", "}", ":", "'", "\"", "'a'", "\"b\"", "True", "None", "x", "_", "e", "e5", "0x1f", "0o7", "0b1", "j", "#", "\\n", "\\", "r'", "b'c'", "u", "'''", "...", "set()", "1.5", "'k': 1", "[1, 2]", "()", "é"];
        var random = new Random(5);
        var values = Enumerable.Range(0, 6_000).Select(i => (i % 2 == 0 ? Any(random, pieces, 7) : Literal(random, pieces, 3)).Trim()).Where(v => v.Length > 0).Distinct().ToList();
        var script = Path.Combine(AnsibleInventory.Folder, "type-values.py");
        var lines = await AnsibleInventory.Python(script, string.Concat(values.Select(v => Convert.ToHexString(Encoding.UTF8.GetBytes(v)) + "\n")));
        Assert.Equal(values.Count, lines.Count);
        var wrong = values.Zip(lines).Where(pair => pair.Second != "?").Select(pair =>
        {
            var ours = PythonLiteral.Read(pair.First, out var strange);
            return strange ? $"{pair.First}: strange, and to Python {pair.Second}" : AnsibleInventory.IsSame(ours, Data.FromJson(pair.Second)) ? null : $"{pair.First}: {Data.ToJson(ours)}, and to Python {pair.Second}";
        }).OfType<string>().ToList();
        Assert.Empty(wrong);
        // Else nothing was compared.
        Assert.True(lines.Count(line => line is not ("?" or ['"', ..])) > 300);
    }

    [Fact]
    public async Task Plain_values_of_YAML_files_are_typed_as_PyYAML_types_them()
    {
        string[] pieces = ["1", "0", "12", "6", "08", "-", "+", ".", "_", ":", "e", "E", "+5", "0x", "0b", "0o", "1f", "yes", "No", "ON", "true", "null", "~", "a", ".inf", "1.5", "30"];
        var random = new Random(6);
        var values = Enumerable.Range(0, 6_000).Select(_ => Any(random, pieces, 3)).Distinct().ToList();
        var lines = await AnsibleInventory.Python(Path.Combine(AnsibleInventory.Folder, "type-scalars.py"), string.Concat(values.Select(v => v + "\n")));
        Assert.Equal(values.Count, lines.Count);
        Assert.Empty(values.Zip(lines).Where(pair => pair.Second != "?" && !AnsibleInventory.IsSame(AnsibleScalar.Read(pair.First), Data.FromJson(pair.Second))).Select(pair => $"{pair.First}: {Data.ToJson(AnsibleScalar.Read(pair.First))}, and to PyYAML {pair.Second}"));
        Assert.True(lines.Count(line => line is not ("?" or ['"', ..])) > 100);
    }

    [Fact]
    public async Task Words_of_a_line_are_parted_as_shlex_parts_them()
    {
        string[] pieces = ["a", "b=", " ", "\t", "'", "\"", "\\", "#", "é", "x y", "\\\"", "''"];
        var random = new Random(7);
        var values = Enumerable.Range(0, 6_000).Select(_ => Any(random, pieces, 8)).Distinct().ToList();
        var lines = await AnsibleInventory.Python(Path.Combine(AnsibleInventory.Folder, "part-words.py"), string.Concat(values.Select(v => Convert.ToHexString(Encoding.UTF8.GetBytes(v)) + "\n")));
        Assert.Equal(values.Count, lines.Count);
        Assert.Empty(values.Zip(lines).Where(pair => Data.ToJson(IniWords.Split(pair.First)?.Select(w => (object?)w.Text).ToList()) != Data.ToJson(Data.FromJson(pair.Second))).Select(pair => $"{pair.First} → {pair.Second}"));
    }

    [Fact, Trait("Category", "Long")]
    public async Task Generated_inventories_are_read_as_Ansible_reads_them()
    {
        var folder = Directory.CreateTempSubdirectory("play-generated-");
        try
        {
            var random = new Random(8);
            var all = Enumerable.Range(0, 400).Select(i => (IReadOnlyList<string>)[Generate(random, Path.Combine(folder.FullName, i.ToString("000", CultureInfo.InvariantCulture)))]).ToList();
            var listed = await AnsibleInventory.Listed(all);
            var wrong = all.Zip(listed).SelectMany(pair =>
            {
                var (inventory, problems) = AnsibleInventory.Read(pair.First);
                // What Ansible refuses is a problem here too, and the other way round.
                return pair.Second is DataMap { Count: > 1 } listing && ((DataMap)((DataMap)listing["_meta"]!)["hostvars"]!).Count > 0
                    ? problems.Select(ProblemPrinter.Print).Concat(AnsibleInventory.Differences(inventory, pair.Second)).Select(line => $"{Path.GetFileName(Path.GetDirectoryName(pair.First[0]))}: {line}")
                    : problems.Count == 0 && inventory.Hosts.Any(h => h.Variables.Count > 0) ? [$"{pair.First[0]}: Ansible reads nothing"] : [];
            }).Take(20).ToList();
            Assert.Empty(wrong);
            Assert.True(listed.Count(l => l is DataMap { Count: > 3 }) > 200);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static readonly string[] GroupNames = ["web", "db", "app", "site", "north", "Zeta", "with-dash"];
    private static readonly string[] VariableNames = ["x", "y", "port", "color", "ansible_user", "ansible_host", "list", "flag"];
    private static readonly string[] IniValues = ["1", "True", "two", "'3'", "[1,2]", "0644", "1.5", "None", "a=b"];
    private static readonly string[] YamlValues = ["1", "yes", "two", "'3'", "[1, no]", "0644", "1.5", "~", "{ a: 0x10 }"];
    private static readonly string[] Names = ["h1", "h2", "h3", "n[1:3]", "10.0.0.[8:10]", "p:2200", "lone"];

    private static string Generate(Random random, string folder)
    {
        Directory.CreateDirectory(folder);
        string One(string[] of) => of[random.Next(of.Length)];
        var text = new StringBuilder();
        var isYaml = random.Next(2) == 0;
        var groups = GroupNames.OrderBy(_ => random.Next()).Take(random.Next(2, 6)).ToArray();
        IEnumerable<string> Variables(int most) => Enumerable.Range(0, random.Next(most + 1)).Select(_ => One(VariableNames)).Distinct().ToList();
        if (isYaml)
        {
            foreach (var (group, i) in groups.Select((g, i) => (g, i)))
            {
                text.Append(group).Append(":\n  hosts:\n");
                foreach (var name in Names.Where(_ => random.Next(3) == 0)) text.Append("    \"").Append(name).Append("\": { ").AppendJoin(", ", Variables(3).Select(v => $"{v}: {One(YamlValues)}")).Append(" }\n");
                text.Append("  vars:\n").AppendJoin("", Variables(3).Select(v => $"    {v}: {One(YamlValues)}\n"));
                if (random.Next(4) == 0) text.Append("    ansible_group_priority: ").Append(random.Next(5)).Append('\n');
                text.Append("  children:\n").AppendJoin("", groups.Skip(i + 1).Where(_ => random.Next(3) == 0).Select(c => $"    {c}:\n"));
            }
            text.Append("all:\n  vars:\n    base: 1\n").AppendJoin("", Variables(2).Select(v => $"    {v}: {One(YamlValues)}\n"));
        }
        else
        {
            text.Append("first\n");
            foreach (var (group, i) in groups.Select((g, i) => (g, i)).OrderBy(_ => random.Next()))
            {
                text.Append('[').Append(group).Append("]\n");
                foreach (var name in Names.Where(_ => random.Next(3) == 0)) text.Append(name).Append(' ').AppendJoin(' ', Variables(3).Select(v => $"{v}={One(IniValues)}")).Append('\n');
                if (random.Next(2) == 0) text.Append('[').Append(group).Append(":vars]\n").AppendJoin("", Variables(3).Select(v => $"{v}={One(IniValues)}\n"));
                if (random.Next(2) == 0) text.Append('[').Append(group).Append(":children]\n").AppendJoin("", groups.Skip(i + 1).Where(_ => random.Next(2) == 0).Select(c => c + "\n"));
            }
            text.Append("[all:vars]\nbase=1\n");
        }
        var path = Path.Combine(folder, isYaml ? "inventory.yaml" : One(["inventory", "inventory.ini"]));
        File.WriteAllText(path, text.ToString());
        foreach (var (kind, names) in new[] { ("group_vars", (string[])["all", .. groups]), ("host_vars", (string[])["h1", "n2", "10.0.0.9"]) })
            foreach (var name in names.Where(_ => random.Next(4) == 0))
            {
                var isFolder = random.Next(4) == 0;
                var file = Path.Combine(folder, kind, isFolder ? $"{name}/{One(["a.yml", "b", "c.json"])}" : name + One(["", ".yml", ".yaml", ".json"]));
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, file.EndsWith(".json", StringComparison.Ordinal) ? """{"x": 1e2, "port": "json"}""" : string.Concat(Variables(4).Select(v => $"{v}: {One(YamlValues)}\n")));
            }
        return path;
    }
}
