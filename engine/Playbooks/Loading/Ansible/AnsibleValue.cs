using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Loading.Ansible;

/// <summary>The value of a variable: typed as Ansible types it, what is vaulted as a secret, and what only Ansible could fill in as absent.</summary>
internal static class AnsibleValue
{
    /// <summary>Of a piece of YAML or JSON.</summary>
    /// <param name="name">The variable's.</param>
    /// <param name="node">What stands there.</param>
    /// <param name="isVaulted">It stands in a file that is vaulted as a whole.</param>
    public static AnsibleVariable Of(string name, Node node, bool isVaulted = false) => Of(name, Read(name, node, isVaulted), node.At);

    /// <summary>Of a value that was typed already.</summary>
    public static AnsibleVariable Of(string name, object? value, Position at) => AnsibleVariable.Of(name, Checked(name, value, at), at);

    private static object? Read(string name, Node node, bool isVaulted)
    {
        switch (node)
        {
            case ScalarNode { Text.Value: var text } when text.StartsWith(Secrets.Vault.Sign, StringComparison.Ordinal):
                return new Secret(name, new SecretSource.VaultText(text), node.At);
            case ScalarNode { Tag: "!unsafe" } scalar:
                return isVaulted ? AnsibleVariable.Held(name, scalar.Text.Value, node.At) : new Plain(scalar.Text.Value);
            case ScalarNode scalar:
                var value = scalar.Plain ? AnsibleScalar.Read(scalar.Text.Value) : scalar.Text.Value;
                return isVaulted && value is not (null or bool) && !(value is string template && AnsibleVariable.IsTemplate(template)) ? AnsibleVariable.Held(name, value, node.At) : value;
            case MapNode { Entries: [{ Name: "__ansible_vault", Value: ScalarNode { Text.Value: var vaulted } }] }:
                return new Secret(name, new SecretSource.VaultText(vaulted), node.At);
            case MapNode { Entries: [{ Name: "__ansible_unsafe", Value: ScalarNode { Text.Value: var plain } }] }:
                return new Plain(plain);
            case MapNode map:
                return new DataMap(map.Entries.Select(e => KeyValuePair.Create(KeyOf(e.Key), Read(name, e.Value, isVaulted))));
            case ListNode list:
                return list.Items.Select(item => Read(name, item, isVaulted)).ToList();
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>A text that is never a template.</summary>
    private sealed record Plain(string Text);

    /// <summary>Templates become absent; so does a list with one in it, or with a secret: its items have no names by which the plan could know them.</summary>
    private static object? Checked(string name, object? value, Position at)
    {
        switch (value)
        {
            case Plain plain: return plain.Text;
            case string text when AnsibleVariable.IsTemplate(text): return AnsibleVariable.Template(name, at);
            case DataMap map: return new DataMap(map.Select(e => KeyValuePair.Create(e.Key, Checked(name, e.Value, at))));
            case IReadOnlyList<object?> list:
                var items = list.Select(item => Checked(name, item, at)).ToList();
                return items.Any(HoldsAbsent) ? AnsibleVariable.Template(name, at)
                    : items.Any(AnsibleVariable.HoldsSecret) ? new Absent($"`{name}` is a list with vaulted values ({at}), which only a single value or a value of a map can be", "give it as a map, or as values of their own")
                    : items;
            default: return value;
        }
    }

    private static bool HoldsAbsent(object? value) => value is Absent || value is DataMap map && map.Values.Any(HoldsAbsent);

    /// <summary>As JSON writes the keys that YAML types.</summary>
    public static string KeyOf(ScalarNode key) => !key.Plain ? key.Text.Value : AnsibleScalar.Read(key.Text.Value) switch
    {
        null => "null",
        var typed => Data.ToText(typed),
    };
}
