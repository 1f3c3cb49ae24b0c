namespace Playbooks.Loading;

/// <summary>What a YAML file may hold beside what the language has.</summary>
public enum YamlDialect
{
    /// <summary>Nothing.</summary>
    Own,

    /// <summary>Values that ansible-vault encrypted, each behind the tag `!vault`.</summary>
    Vault,

    /// <summary>What Ansible's own files hold: vaulted values, `!unsafe`, and merge keys.</summary>
    Ansible,
}
