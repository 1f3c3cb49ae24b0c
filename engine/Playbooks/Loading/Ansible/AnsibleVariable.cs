using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Loading.Ansible;

/// <summary>A variable of a group or a host. In its value a <see cref="Secret"/> stands for what is vaulted, and an <see cref="Absent"/> for what cannot be used.</summary>
internal sealed record AnsibleVariable(object? Value, Position At)
{
    /// <summary>A value that is no text of a file any more. What is a password by its name is a secret, also where it is written out.</summary>
    public static AnsibleVariable Of(string name, object? value, Position at) => new(IsPassword(name) && value is string or long or double or bool ? Held(name, value, at) : value, at);

    /// <summary>A secret that the file itself holds.</summary>
    public static Secret Held(string name, object value, Position at) => new(name, new SecretSource.Held(Data.ToText(value)), at);

    /// <summary>Ansible fills in templates when it uses a value: to us they are not the value.</summary>
    public static Absent Template(string name, Position at) => new($"`{name}` holds a template of Ansible ({at}), and what that gives is not known", "give it a plain value in the inventory");

    public static bool IsTemplate(string text) => text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal) || text.Contains("{#", StringComparison.Ordinal);

    /// <summary>A secret stands in the value, alone or in a map.</summary>
    public static bool HoldsSecret(object? value) => value is Secret || value is DataMap map && map.Values.Any(HoldsSecret);

    private static bool IsPassword(string name) =>
        name.StartsWith("ansible_", StringComparison.Ordinal) && (name.EndsWith("pass", StringComparison.Ordinal) || name.EndsWith("password", StringComparison.Ordinal) || name.EndsWith("passphrase", StringComparison.Ordinal) || name == "ansible_ssh_private_key");
}
