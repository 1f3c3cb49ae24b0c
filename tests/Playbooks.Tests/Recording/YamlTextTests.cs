using CsCheck;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Recording;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Recording;

/// <summary>Whatever a host printed is read back as just that text, and is no structure, template or expression.</summary>
public sealed class YamlTextTests
{
    /// <summary>What means something to YAML, to templates, to Jinja or to a terminal, mixed with anything.</summary>
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[Gen.Char["aZ7 \"'\\{}%[],:#-?&*!|>@`~=<\n\r\t\u001b\u0007\u0085\u00a0\u2028\u202e\ufeff가"], 0, 30],
        Gen.OneOf<string>([.. new[]
        {
            "{{ host.name }}", "{{{", "{{ '{{' }}", "{% if x %}", "null", "~", "true", "yes", "Off", "0x1f", "007", "1.5", "12:30:00", ".inf", "", " ", "- a", "a: b", "a #b", "a:", "x\n- name: y",
            "...", "---", "<<", "!!int 5", "𝄞 \U000e0001", "192.0.2.1", "key: {{ a",
        }.Select(text => (IGen<string>)Gen.Const(text))]),
        Gen.String).Select(text => string.Concat(text.EnumerateRunes()).Replace("\0", "0", StringComparison.Ordinal));

    [Fact]
    public void Whatever_is_written_is_read_again() => Texts.Sample(text =>
    {
        var map = Assert.IsType<MapNode>(Read(Written(text)));
        Assert.Equal(["block", "list", "flow", "deep", "end"], map.Entries.Select(e => e.Name));
        foreach (var scalar in Scalars(map).SkipLast(1)) Assert.Equal(text, Evaluated(scalar));
        var key = Assert.Single(Assert.IsType<MapNode>(map["deep"]).Entries);
        Assert.Equal(text, key.Name);
    });

    [Fact]
    public void Our_own_words_are_read_again_as_they_are_written() => Texts.Sample(text =>
    {
        var map = Assert.IsType<MapNode>(Read(YamlTree.Map(("block", YamlTree.Code(text)), ("flow", YamlTree.List([YamlTree.Code(text), YamlTree.Code("b")])), ("end", YamlTree.Number(1))).OnLines().Write()));
        Assert.All(Scalars(map).SkipLast(1).Where((_, at) => at < 2), scalar => Assert.Equal(text, scalar.Value));
    });

    [Fact]
    public void A_comment_and_a_name_stay_on_their_lines() => Texts.Sample(text =>
    {
        var written = new System.Text.StringBuilder();
        YamlTree.Note(written, "", text);
        Assert.All(written.ToString().TrimEnd('\n').Split('\n'), line => Assert.StartsWith("#", line, StringComparison.Ordinal));
        var map = Assert.IsType<MapNode>(Read($"{written}{YamlTree.Map(("name", YamlTree.Code(YamlText.Title(text))), ("end", YamlTree.Number(1))).OnLines().Under("x").Write()}"));
        Assert.Equal(["name", "end"], map.Entries.Select(e => e.Name));
        Assert.DoesNotContain("{{", ((ScalarNode)map["name"]!).Text.Value, StringComparison.Ordinal);
    });

    [Fact]
    public void What_is_short_stands_on_one_line_and_plain_words_without_quotes() => Assert.Equal("""
        name: sshd listens on 22, and nobody else
        hosts: was
        listening: ["*:22", 198.51.100.10, a word]
        assert:
          - names == certificate.names
          # why
          - count(lines) > 0

        """.ReplaceLineEndings("\n"), YamlTree.Map(
            ("name", YamlTree.Code("sshd listens on 22, and nobody else")), ("hosts", YamlTree.Code("was")),
            ("listening", YamlTree.List([YamlTree.Code("*:22"), YamlTree.Code("198.51.100.10"), YamlTree.Code("a word")])),
            ("assert", YamlTree.List([YamlTree.Code("names == certificate.names"), YamlTree.Code("count(lines) > 0").Under("why")]))).Write());

    private static string Written(string text) => YamlTree.Map(
        ("block", YamlTree.Data(text)),
        ("list", YamlTree.List([YamlTree.Data(text), YamlTree.Map(("a", YamlTree.Data(text)), ("b", YamlTree.Data(text))).OnLines()]).OnLines()),
        ("flow", YamlTree.List([YamlTree.Data(text), YamlTree.Map(("a", YamlTree.Data(text)))])),
        ("deep", YamlTree.Map((text, YamlTree.Data(text)))),
        ("end", YamlTree.Number(1))).OnLines().Write();

    private static IEnumerable<ScalarNode> Scalars(Node node) => node switch
    {
        ScalarNode scalar => [scalar],
        ListNode list => list.Items.SelectMany(Scalars),
        MapNode map => map.Entries.SelectMany(entry => Scalars(entry.Value)),
        _ => [],
    };

    private static Node? Read(string yaml)
    {
        var problems = new ProblemList();
        var node = Yaml.Read(new SourceText("x.yaml", yaml), problems);
        Assert.True(problems.Count == 0, $"{string.Join('\n', problems.Select(ProblemPrinter.Print))}\n{yaml}");
        return node;
    }

    private static object? Evaluated(Node node)
    {
        var problems = new ProblemList();
        var value = DataTemplate.Parse(node, problems)?.Evaluate(Scope.Empty);
        Assert.Empty(problems.Select(ProblemPrinter.Print));
        return value;
    }
}
