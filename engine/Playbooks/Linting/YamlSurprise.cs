using System.Text.RegularExpressions;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Linting;

/// <summary>A value that is not what its reader takes it for.</summary>
internal sealed partial class YamlSurprise : LintRule
{
    public override string Name => "yaml-surprise";

    public override string Summary => "A value of a param or a variable that YAML reads otherwise than people do.";

    public override string Explanation => """
        Unquoted, `version: 1.10` is the number 1.1; `1e3` is 1000 and `0x1F` is 31; `~` is nothing, and not the home directory. `yes`, `no`, `on`,
        `off`, `True` are texts here, where YAML 1.1, and so Ansible, has booleans: `when: enabled` then is an error about a text. `010` and
        `1_000` are texts here and the numbers 8 and 1000 there.

        Quote what is meant as it is written: `version: "1.10"`. Write `true` and `false` for booleans, and a number as it will be shown: `31`.

        Looked at are `params`, `vars` and the variables of an inventory. Dates and times (`2024-01-31`, `12:30:00`) are not told: they are
        text here, as they look; nor is `0644`, which is just what a file's mode wants to be.
        """;

    internal override IEnumerable<Finding> Check(LintedFile file) => Values(file).SelectMany(Scalars).OfType<ScalarNode>()
        .Where(scalar => scalar.Plain).Select(scalar => (scalar, Why: Why(scalar))).Where(one => one.Why is not null).Select(one => Found(one.scalar.At with { Length = one.scalar.Text.Value.Length }, one.Why!.Value.Message, one.Why.Value.Mend));

    private static IEnumerable<Node> Values(LintedFile file)
    {
        var root = (MapNode)file.Root;
        if (file.IsInventory) return ((root["groups"] as MapNode)?.Entries ?? []).SelectMany(entry => Group(entry.Value));
        var actions = ((root["actions"] as MapNode)?.Entries ?? []).Select(entry => entry.Value as MapNode);
        var parameters = actions.Append(root).SelectMany(map => (map?["params"] as MapNode)?.Entries ?? []).Select(entry => entry.Value).OfType<MapNode>();
        return parameters.Where(map => map["type"] is not ScalarNode { Value: "number" }).SelectMany(map => ((Node?[])[map["default"], map["choices"]]).OfType<Node>())
            .Concat(((root["vars"] as MapNode)?.Entries ?? []).Select(entry => entry.Value));
    }

    private static IEnumerable<Node> Group(Node node) => node is not MapNode group ? [] : ((group["vars"] as MapNode)?.Entries ?? []).Select(entry => entry.Value)
        .Concat(((group["hosts"] as MapNode)?.Entries ?? []).Select(entry => entry.Value).OfType<MapNode>().SelectMany(host => host.Entries).Where(entry => entry.Name is not ("ssh" or "local")).Select(entry => entry.Value));

    private static IEnumerable<Node> Scalars(Node node) => node switch
    {
        ListNode list => list.Items.SelectMany(Scalars),
        MapNode map => map.Entries.SelectMany(entry => Scalars(entry.Value)),
        _ => [node],
    };

    private static (string Message, string Mend)? Why(ScalarNode scalar)
    {
        var text = scalar.Text.Value;
        return scalar.Value switch
        {
            null when text == "~" => ("`~` is nothing (null) here, and no home directory", "write `null` where nothing is meant, or quote it"),
            string when Booleans().IsMatch(text) => ($"`{text}` is a text here, and a boolean to YAML 1.1", $"write `{(Yes().IsMatch(text) ? "true" : "false")}`, or quote it"),
            string when text.Length is 2 or 3 or > 5 && Octal().IsMatch(text) => ($"`{text}` is a text here, and the number {Convert.ToInt64(text, 8)} to YAML 1.1", "quote it"),
            string when Underscores().IsMatch(text) => ($"`{text}` is a text here, and a number to YAML 1.1", "write the number without `_`, or quote it"),
            long or double when Data.ToText(scalar.Value) is var read && read != text =>
                ($"`{text}` is the number {read} here, and is written so from here on", $"quote it, or write {read}"),
            _ => null,
        };
    }

    [GeneratedRegex(@"^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|True|TRUE|False|FALSE)\z")]
    private static partial Regex Booleans();

    [GeneratedRegex(@"^(?i:yes|on|true)\z")]
    private static partial Regex Yes();

    [GeneratedRegex(@"^0[0-7]{1,20}\z")]
    private static partial Regex Octal();

    [GeneratedRegex(@"^[1-9][0-9]*(?:_[0-9]+)+\z")]
    private static partial Regex Underscores();
}
