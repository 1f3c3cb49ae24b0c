using Playbooks.Model;

namespace Playbooks.Loading;

/// <summary>What to write here for what Ansible has another word for.</summary>
internal static class AnsibleWords
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["register"] = "here a result is kept by `capture: { NAME: stdout }`",
        ["become"] = "here it is `sudo: true`",
        ["become_user"] = "here it is `sudo: USER`",
        ["become_method"] = "here `sudo` is the only one: leave it out",
        ["remote_user"] = "here it stands in the inventory: `ssh: USER@ADDRESS`",
        ["connection"] = "here it stands in the inventory: `ssh: USER@ADDRESS`, or `local: true`",
        ["ignore_errors"] = "here it is `on_failure: continue`, or `severity: warning`",
        ["any_errors_fatal"] = "here it is `on_failure: stop`",
        ["failed_when"] = "here it is the other way round: `assert` says what must hold",
        ["changed_when"] = "here `effect: none` says that a step only looks",
        ["with_items"] = "here it is `loop`",
        ["with_dict"] = "here it is `loop`",
        ["with_list"] = "here it is `loop`",
        ["with_sequence"] = "here it is `loop: 1..5`",
        ["loop_control"] = "here `as: NAME` names the item of a `loop`",
        ["delegate_to"] = "here it is `at`",
        ["local_action"] = "here it is `at: localhost` beside the step's kind",
        ["until"] = "here `assert` says what must hold, and `within: 30s` how long it is tried",
        ["retries"] = "here it is `within: 30s`, with `every: 2s`",
        ["delay"] = "here it is `every: 2s`, with `within: 30s`",
        ["environment"] = "here it is `env`",
        ["args"] = "here parameters stand inside: `command: { run: …, in: /tmp }`",
        ["serial"] = "here it is `batch` beside a `block`",
        ["max_fail_percentage"] = "here it is `max_failed` beside a `batch`",
        ["strategy"] = "here all hosts finish a step before the next begins; an action runs on each at its own pace",
        ["vars_files"] = "here values come with `-e @FILE`, or from `vars`",
        ["vars_prompt"] = "here it is `params`, or `ask` of a secret",
        ["gather_facts"] = "here nothing is gathered: leave it out",
        ["set_fact"] = "here it is `capture`, or `vars` of the playbook",
        ["debug"] = "here it is `print`",
        ["fail"] = "here it is `assert`",
        ["pause"] = "here it is `wait: 10s`, or `confirm`",
        ["stat"] = "here it is `command: test -e FILE`",
        ["uri"] = "here it is `http`",
        ["get_url"] = "here it is `http`, or `command: curl …`",
        ["wait_for"] = "here it is `tcp` or `netstat`, with `within: 30s`",
        ["wait_for_connection"] = "here it is `command: 'true'`, with `effect: none` and `within: 5m`",
        ["systemd"] = "here it is `service`",
        ["raw"] = "here it is `shell`",
        ["file"] = "here it is `command: mkdir …`, chmod, ln or rm",
        ["lineinfile"] = "here a whole file is put there by `template` or `copy`",
        ["blockinfile"] = "here a whole file is put there by `template` or `copy`",
        ["replace"] = "here a whole file is put there by `template` or `copy`; or `command: sed …`",
        ["unarchive"] = "here it is `command: tar …`",
        ["user"] = "here it is `command: useradd …`",
        ["group"] = "here it is `command: groupadd …`",
        ["cron"] = "here it is `command: crontab …`",
        ["git"] = "here it is `command: git …`",
        ["package"] = "here it is `command: apt-get …`",
        ["apt"] = "here it is `command: apt-get …`",
        ["yum"] = "here it is `command: yum …`",
        ["dnf"] = "here it is `command: dnf …`",
        ["pip"] = "here it is `command: pip …`",
        ["notify"] = "here it is a later step with `when`",
        ["handlers"] = "here it is a later step with `when`",
        ["tasks"] = "here it is `steps`",
        ["pre_tasks"] = "here it is `steps`",
        ["post_tasks"] = "here it is `steps`, or `always`",
        ["roles"] = "here it is `use: [actions.yaml]`",
        ["import_playbook"] = "here it is `include: FILE` in `steps`",
        ["include_tasks"] = "here it is `include: FILE`",
        ["import_tasks"] = "here it is `include: FILE`",
        ["include_role"] = "here it is an action: `use` brings its file in",
        ["import_role"] = "here it is an action: `use` brings its file in",
    };

    /// <summary>The mend for a word that is none here, also as `ansible.builtin.WORD`; null: it is not Ansible's.</summary>
    public static string? Mend(string word) => Words.GetValueOrDefault(word.Replace("ansible.builtin.", "", StringComparison.Ordinal))
        ?? (word.StartsWith("ansible.builtin.", StringComparison.Ordinal) && word.Split('.')[^1] is var kind && Steps.StepKinds.Find(kind) is not null ? $"here it is `{kind}`"
        : word.StartsWith("with_", StringComparison.Ordinal) ? Words["with_items"] : null);

    /// <summary>A list of plays.</summary>
    public static bool IsPlaybook(Node root) => root is ListNode { Items: [MapNode play, ..] } && (play["tasks"] ?? play["roles"] ?? play["import_playbook"] ?? (play["hosts"] is not null && !play.Entries.Any(e => Steps.StepKinds.Find(e.Name) is not null) ? play : null)) is not null;
}
