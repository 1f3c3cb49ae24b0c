using Playbooks.Model;

namespace Playbooks.Loading.Language;

/// <summary>The keys of steps: of any, and those that stand beside a block, a batch, an include or a probe.</summary>
public static class StepKeys
{
    private const Holders Inside = Holders.Action | Holders.Undo;

    /// <summary>Of any step; the kind's word comes beside them.</summary>
    public static KeyGroup Step { get; } = new("step", "a step", "A step does one thing, its kind, on the hosts it is about, and asserts what came of it. A step with `assert` or `capture` and no kind only does that.",
    [
        new("name", "text", "What people see of it: in the plan, while it runs, and in reports. Comparisons know a step by its name.") { IsFixed = true, Example = "name: Every member listens on its receiver port" },
        new("id", "text", "A word by which other steps speak of it: `steps.ID`, `since: ID`, `put_back: ID`. Unique in its file; not `play`, `beginning` or `last_run`.") { IsFixed = true, Example = "id: open" },
        new("hosts", "pattern", "Whom it is about: a pattern of hosts. Kinds that touch a machine need one, from the step, its block or the playbook; `localhost` is written out. `http`, `tls`, `tcp`, `wait`, `print` and `confirm` without any run once.") { NotOn = Inside, Example = "hosts: was" },
        new("at", "pattern", "Where it runs: `host`, `localhost`, or a pattern such as `web`: on the balancer, for this host. At several places it must hold at each. Unless said, `localhost` for `http`, `tls` and `tcp`, and `host` for all others.") { NotOn = Holders.Block, Example = "at: localhost" },
        new("run_once", "boolean", "On the first host of the pattern that still takes part, and on no other.") { IsFixed = true, Default = "false", NotOn = Holders.Block | Holders.Probe | Inside, Example = "run_once: true" },
        new("when", "expression", "Where it is false the step is skipped; what is skipped is not proven.") { NotOn = Holders.Probe, Example = "when: host.name != 'was1'" },
        new("loop", "values", "Does it once for each item: a list, or an expression such as `1..5`. In it stand `item` and `index`. The first item that fails ends it on that host, unless `on_failure` is `continue`.") { NotOn = Holders.Block | Holders.Probe, Example = "loop: [4000, 4001]" },
        new("as", "text", "Another name for the `item` of a `loop`.") { IsFixed = true, Default = "item", NotOn = Holders.Block | Holders.Probe, Example = "loop: [4000, 4001]\nas: port" },
        new("assert", "expressions", "What must hold: one expression or a list, over the fields of the step's own result. One that names a field which the kind asserts by itself takes that one's place. `any`: every result will do.") { NotOn = Holders.Block, Example = "assert: exit_code == 1" },
        new("capture", "map", "Names for parts of the result, each with an expression; later steps see them by these names.") { NotOn = Holders.Block | Holders.Probe, Example = "capture: { version: stdout }" },
        new("within", "duration", "Again and again until it passes or this time is up, counted from the first attempt, for each host and item. A step that may run only once needs `effect: repeatable` for it. On a block, the whole block again, after its undo.") { NotOn = Holders.Probe, Example = "within: 30s\neffect: repeatable" },
        new("every", "duration", "How long from one attempt to the next, beside `within`. Of a probe: from one sample to the next, from 50ms to 1h.") { Default = "1s", Example = "within: 30s\nevery: 5s\neffect: repeatable" },
        new("timeout", "duration", "The most that one attempt may take; then the work is ended on its host. Unless said, 5m where the effect is `none`, else 1h. Of a probe: 1s, or `every` where that is longer.") { Example = "timeout: 10s" },
        new("sudo", "user", "`true`: as root; a name: as that user.") { Default = "false", Example = "sudo: true" },
        new("on_failure", "text", "What follows where it fails. `stop`: the block ends, and what it did is put back. `drop`: this host is put back and takes no further part, the others go on. `continue`: it counts, and everything goes on.")
            { IsFixed = true, Choices = ["stop", "drop", "continue"], Default = "stop", NotOn = Holders.Probe | Inside, Example = "on_failure: continue" },
        new("undo", "undo", "A step or steps that put it back if anything later in its block goes wrong; on the hosts where it had started, in reverse order.") { NotOn = Holders.Block | Holders.Probe | Holders.Undo, Example = "undo: { command: wasstart }" },
        new("effect", "text", "What it does to a host. `none`: it only looks; on `copy`, `template` and `service` it only compares, and fails with the difference. `repeatable`: a second time changes nothing more. `once`: it must not run a second time unasked. Unless said, the kind's own.")
            { IsFixed = true, Choices = ["none", "repeatable", "once"], Example = "effect: none" },
        new("tags", "texts", "Words that `-t` chooses by: letters, digits, `_`, `-` and `.`.") { IsFixed = true, NotOn = Holders.Probe | Inside, Example = "tags: [quick, was]" },
        new("env", "map", "Names and values for the environment of commands. It is the way for values that no list of processes should show.") { Example = "env: { PGPASSWORD: secret }" },
        new("max_output", "size", "How much of each stream of a command is kept, up to 100MB. An expression that reads a stream that was cut is an error, not a guess.") { Default = "1MB", NotOn = Holders.Block, Example = "max_output: 10MB" },
        new("severity", "text", "`warning`: a failure is shown and reported, and nothing follows from it: no undo, no exit code.")
            { IsFixed = true, Choices = ["error", "warning"], Default = "error", NotOn = Holders.Block | Holders.Probe | Inside, Example = "severity: warning" },
    ]);

    /// <summary>What a step does that is no kind: the runner itself does it.</summary>
    public static IReadOnlyList<Key> Nodes { get; } =
    [
        new("block", "steps", "Steps that belong together. When one fails, what they did is put back in reverse order; then `rescue` runs, then `always`. A block that ended well has forgotten its undos.") { IsFixed = true, Example = "block:\n  - command: wasstop" },
        new("parallel", "steps", "As `block`, its steps side by side: none sees what another captures, what comes after sees all.") { IsFixed = true, Example = "parallel:\n  - command: uptime\n  - command: free" },
        new("include", "text", "The path of another playbook: its steps are told one by one, have names and `hosts` of their own, and run in this run's inventory. `steps.ID.outcome` says how it ended. Beside it go only `name`, `id`, `tags`, `when`, `on_failure`, `effect` and `params`.") { IsFixed = true, Example = "include: verify-hosts.yaml" },
        new("put_back", "text", "The id of a step in this block: its undo, now, as a step of its own. Beside it go only `name`, `id`, `tags`, `when` and `on_failure`.") { IsFixed = true, Example = "put_back: leave" },
    ];

    /// <summary>Beside a `block` or a `parallel`.</summary>
    public static KeyGroup Block { get; } = new("block", "a block", "A block takes `name id tags when hosts env sudo timeout on_failure effect within every` of a step, which hold for the steps inside it where these say nothing themselves, and these.",
    [
        new("rescue", "steps", "Steps that run where the block failed, after its undo; they see `failed.step`, `failed.hosts` and `failed.message`. Where they pass, the block has passed and its failures count nothing.") { IsFixed = true, Example = "rescue:\n  - print: It went wrong" },
        new("always", "steps", "Steps that run at the end of it, however that came, also after Ctrl-C. Where one fails: exit code 6.") { IsFixed = true, Example = "always:\n  - print: The end" },
        new("probes", "probes", "What is looked at again and again while the block runs.") { IsFixed = true, Example = "probes:\n  - id: site\n    http: https://www.example.com/" },
    ]);

    /// <summary>Beside a `block`.</summary>
    public static KeyGroup Batch { get; } = new("batch", "a block in batches", "The block's hosts go through it some at a time. Inside, `batch` is a group and the default of `hosts`, and the default of `on_failure` is `drop`.",
    [
        new("batch", "batches", "How many hosts at a time: a number, a percentage (rounded down, at least 1), or a list of these whose last repeats.") { Example = "batch: [1, 50%]" },
        new("order", "order", "In which order the hosts go: `inventory`, `reverse`, `shuffle`, or a list of their names.") { Default = "inventory", Example = "batch: 1\norder: reverse" },
        new("pause", "duration", "How long to wait between two batches.") { Example = "batch: 1\npause: 10s" },
        new("max_failed", "number", "So many hosts may be failed, unreachable or unknown over the whole block. After a batch with more no further one starts, and the run ends with exit code 5: hosts that failed were put back, what the block did on the others stays.") { Default = "0", Example = "batch: 1\nmax_failed: 1" },
    ]);

    /// <summary>Beside an `include`.</summary>
    public static KeyGroup Include { get; } = new("include", "an include", "An `include` runs another playbook as one step.",
    [
        new("params", "map", "Values for the params of the playbook that is included.") { Example = "params: { max_disk: 80 }" },
    ]);

    /// <summary>Of a probe, beside those of any step.</summary>
    public static KeyGroup Probe { get; } = new("probe", "a probe", "A probe is a step of one kind that only looks, again and again beside the other steps. What it finds is held against its budget.",
    [
        new("budget", "budget", "What may be found at the most.") { IsFixed = true, Example = "budget: { outage: 5s }" },
        new("on_exceeded", "text", "What follows where `outage` or `downtime` are more than the budget allows. `stop`: the run ends at once, and what was done is put back (exit code 5). `report`: it is judged at the end, as the others are (exit code 1).")
            { IsFixed = true, Choices = ["stop", "report"], Default = "stop", Example = "budget: { outage: 5s }\non_exceeded: report" },
    ]);

    public static KeyGroup Budget { get; } = new("budget", "a budget", "What a probe may find at the most. The first two end the run as soon as they are exceeded, the others are judged at the end.",
    [
        new("outage", "duration", "The longest outage: from the due time of its first bad sample to that of the next good one.") { Example = "outage: 5s" },
        new("downtime", "duration", "All outages together.") { Example = "downtime: 10s" },
        new("bad", "percentage", "How many of a hundred samples may be bad.") { Example = "bad: 1%" },
        new("p99", "duration", "The time that 99 of a hundred good samples stay below.") { Example = "p99: 800ms" },
    ]);
}
