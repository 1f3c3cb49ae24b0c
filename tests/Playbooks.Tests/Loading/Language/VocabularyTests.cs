using Playbooks.Loading;
using Playbooks.Loading.Language;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Tests.Steps.Http;
using Xunit;

namespace Playbooks.Tests.Loading.Language;

/// <summary>The catalogue of keys and the loaders say the same: each key that one knows the other takes, and no other.</summary>
public sealed class VocabularyTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vocabulary");

    private const string Nonsense = "qqqqqqqqqqqqqq";

    /// <summary>Where the keys of a group stand, in a file that has nothing else; `KEYS` is replaced.</summary>
    private static readonly Dictionary<string, (string File, string[] Beside)> places = new()
    {
        ["playbook"] = ("KEYS", []),
        ["param"] = ("params:\n  x:\n    KEYS\nsteps: [{ print: x }]", []),
        ["secret"] = ("secrets:\n  x:\n    KEYS\nsteps: [{ print: x }]", []),
        ["actions"] = ("KEYS", []),
        ["action"] = ("actions:\n  hello:\n    KEYS", []),
        ["step"] = ("steps:\n  - command: x\n    KEYS", [.. StepKinds.All.Select(kind => kind.Name), .. StepKeys.Nodes.Select(node => node.Name)]),
        ["block"] = ("steps:\n  - parallel: [{ command: x }]\n    KEYS", []),
        ["batch"] = ("steps:\n  - block: [{ command: x }]\n    hosts: was\n    KEYS", []),
        ["include"] = ("steps:\n  - include: verify-hosts.yaml\n    KEYS", []),
        ["probe"] = ("probes:\n  - command: x\n    id: site\n    hosts: was\n    effect: none\n    KEYS\nsteps: [{ print: x }]", []),
        ["budget"] = ("probes:\n  - http: https://www.example.com/\n    budget:\n      KEYS\nsteps: [{ print: x }]", []),
        ["notify"] = ("notify:\n  - \n    KEYS\nsteps: [{ print: x }]", []),
        ["webhook"] = ("notify:\n  - webhook:\n      KEYS\nsteps: [{ print: x }]", []),
        ["email"] = ("notify:\n  - email:\n      KEYS\nsteps: [{ print: x }]", []),
        ["notify_command"] = ("notify:\n  - command:\n      KEYS\nsteps: [{ print: x }]", []),
        ["inventory"] = ("KEYS", []),
        ["group"] = ("groups:\n  was: { hosts: { was1: {} } }\n  web:\n    KEYS", []),
        ["host"] = ("groups:\n  web:\n    hosts:\n      web1:\n        KEYS", []),
        ["ssh"] = ("groups:\n  web:\n    hosts:\n      web1:\n        ssh:\n          KEYS", []),
    };

    /// <summary>The files that examples name are there.</summary>
    public VocabularyTests()
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "actions"));
        foreach (var file in new[] { "actions/tomcat.yaml", "verify-hosts.yaml" }) File.Copy(Repository.PathOf("playbooks", file), Path.Combine(folder.FullName, file));
        using var certificate = Certificate.SelfSigned("www.example.com");
        File.WriteAllText(Path.Combine(folder.FullName, "ca.pem"), certificate.ExportCertificatePem());
    }

    public void Dispose() => folder.Delete(recursive: true);

    public static TheoryData<string> Groups => new(Vocabulary.Groups.Select(group => group.Name));

    private static KeyGroup Group(string name) => Vocabulary.Groups.Single(group => group.Name == name);

    private List<Problem> Read(string group, string text)
    {
        var problems = new ProblemList();
        var path = Path.Combine(folder.FullName, "some.yaml");
        var root = Yaml.Read(new SourceText(path, text), problems);
        if (group is "inventory" or "group" or "host" or "ssh")
        {
            var inventory = new InventoryLoader(problems);
            inventory.Add(root, folder.FullName);
            inventory.Build();
        }
        else if (group is "actions" or "action") new PlaybookLoader(problems).LoadActions(root!);
        else new PlaybookLoader(problems).Load(path, root);
        return [.. problems];
    }

    private static string Filled(string file, params string[] lines) => string.Join('\n', file.Split('\n').SelectMany(line =>
        line.TrimStart() == "KEYS" ? lines.SelectMany(l => l.Split('\n')).Select(l => line[..^"KEYS".Length] + l) : [line]));

    /// <summary>All that must be there, but for what the example has itself.</summary>
    private static string[] With(KeyGroup group, string example)
    {
        var there = example.Split('\n').Select(line => line.Split(':')[0]).ToHashSet();
        return [example, .. group.Keys.Where(key => key.Required && !there.Contains(key.Name)).Select(key => key.Example!)];
    }

    private static string Told(IEnumerable<Problem> problems) => string.Join('\n', problems.Select(problem => $"{problem.Message} | {problem.Mend}"));

    [Theory, MemberData(nameof(Groups))]
    public void An_unknown_key_is_told_which_there_are_and_the_catalogue_has_just_these(string name)
    {
        if (name == "host") return;   // Any other key of a host is a variable.
        var (file, beside) = places[name];
        var unknown = Assert.Single(Read(name, Filled(file, $"{Nonsense}: 1")), problem => problem.Message.Contains($"no key `{Nonsense}`", StringComparison.Ordinal));
        var keys = name switch
        {
            "block" or "include" or "probe" => StepKeys.Step.Names.Concat(Group(name).Names).Concat(places["step"].Beside),
            "batch" => StepKeys.Step.Names.Concat(Group(name).Names).Concat(StepKeys.Block.Names).Concat(places["step"].Beside),
            _ => Group(name).Names.Concat(beside),
        };
        // `key` stands beside `vault` only.
        keys = keys.Where(key => (name, key) != ("secret", "key")).Distinct();
        // Of many only the commonest are named.
        if (unknown.Mend!.Contains('…', StringComparison.Ordinal)) Assert.Subset(keys.Concat(places["step"].Beside).ToHashSet(), unknown.Mend["it may have ".Length..].Replace("and one kind: ", "", StringComparison.Ordinal).Split(", ").Where(word => word is not "…").ToHashSet());
        else Assert.Equal("it may have " + string.Join(", ", keys.Order(StringComparer.Ordinal)), unknown.Mend);
    }

    [Theory, MemberData(nameof(Groups))]
    public void Each_key_is_taken_as_its_example_has_it(string name)
    {
        var file = name == "notify" ? "notify:\n  -\n    KEYS\nsteps: [{ print: x }]" : places[name].File;
        foreach (var key in Group(name).Keys)
        {
            Assert.True(key.Example?.Split('\n').Any(line => line.StartsWith($"{key.Name}:", StringComparison.Ordinal)), $"the example of `{key.Name}` does not have it");
            Assert.True(Read(name, Filled(file, With(Group(name), key.Example!))) is [], $"{name}: {key.Name}\n{Told(Read(name, Filled(file, With(Group(name), key.Example!))))}");
        }
    }

    [Fact]
    public void What_a_step_does_that_is_no_kind_is_taken_as_its_example_has_it() =>
        Assert.All(StepKeys.Nodes, node => Assert.Equal("", Told(Read("step", Filled("steps:\n  -\n    KEYS", node.Example!)))));

    [Theory]
    [InlineData(Holders.Block, "steps:\n  - block: [{ command: x }]\n    KEYS")]
    [InlineData(Holders.Probe, "probes:\n  - command: x\n    KEYS\nsteps: [{ print: x }]")]
    [InlineData(Holders.Action, "actions:\n  hello:\n    steps:\n      - command: x\n        KEYS")]
    [InlineData(Holders.Undo, "steps:\n  - command: x\n    undo:\n      command: y\n      KEYS")]
    public void A_key_is_refused_where_the_catalogue_says_so_and_nowhere_else(Holders holder, string file)
    {
        foreach (var key in StepKeys.Step.Keys)
        {
            // What it needs beside it a probe has by itself, and a block has an effect of its own.
            var example = holder == Holders.Probe ? key.Example!.Split('\n').Single(line => line.StartsWith($"{key.Name}:", StringComparison.Ordinal)) : key.Example!;
            var problems = Read(holder == Holders.Action ? "action" : "step", Filled(file, example));
            Assert.True(problems.Count > 0 == key.NotOn.HasFlag(holder), $"{key.Name} on {holder}: {Told(problems)}");
        }
    }

    [Fact]
    public void A_wrong_word_is_told_which_there_are_and_the_catalogue_has_just_these()
    {
        foreach (var group in Vocabulary.Groups)
            foreach (var key in group.Keys.Where(key => key.Choices.Count > 0 && key is { Name: not "kex" }))
            {
                var file = group.Name == "notify" ? "notify:\n  -\n    KEYS\nsteps: [{ print: x }]" : places[group.Name].File;
                var lines = With(group, key.Example!).SelectMany(text => text.Split('\n')).Select(line => line.StartsWith($"{key.Name}:", StringComparison.Ordinal) ? $"{key.Name}: {Nonsense}" : line);
                Assert.Contains("one of " + string.Join(", ", key.Choices), Told(Read(group.Name, Filled(file, [.. lines]))));
            }
    }
}
