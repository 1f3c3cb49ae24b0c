using Play.Pages;
using Playbooks.Linting;
using Playbooks.Loading.Language;
using Playbooks.Model;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Tests.Docs;

/// <summary>The pages of docs/reference, each by its path there.</summary>
internal static class Reference
{
    public static IReadOnlyDictionary<string, string> Pages { get; } = new Dictionary<string, string>(
    [
        KeyValuePair.Create("kinds/index.md", Kinds()),
        .. StepKinds.All.Select(kind => KeyValuePair.Create($"kinds/{kind.Name}.md", Kind(kind))),
        .. StepKeys.Nodes.Select(node => KeyValuePair.Create($"kinds/{node.Name}.md", Node(node))),
        KeyValuePair.Create("kinds/actions.md", Actions()),
        KeyValuePair.Create("steps.md", Steps()),
        KeyValuePair.Create("playbook.md", Playbook()),
        KeyValuePair.Create("inventory.md", Inventory()),
        KeyValuePair.Create("functions.md", Functions()),
        KeyValuePair.Create("exit-codes.md", Codes()),
        KeyValuePair.Create("rules.md", Rules()),
        KeyValuePair.Create("commands.md", Commands()),
    ]);

    private static string Kinds() => new ReferencePage("Kinds of steps")
        .Add("A step does one thing: it has exactly one of these words. Beside it go [the keys of any step](../steps.md).")
        .List(StepKinds.All.Select(kind => $"[`{kind.Name}`]({kind.Name}.md): {kind.Summary}"))
        .Section("What the run itself does")
        .List(StepKeys.Nodes.Select(node => $"[`{node.Name}`]({node.Name}.md): {node.Summary.Split(". ")[0].TrimEnd('.')}."))
        .Section("Kinds of your own")
        .Add("[Actions](actions.md) are kinds written in YAML.").ToString();

    private static string Kind(StepKind kind)
    {
        var page = new ReferencePage($"`{kind.Name}`").Add(kind.Summary).List(new[]
        {
            $"Effect: {kind.EffectText}.",
            kind.RunsAt == PlaceKind.Host ? "Runs on each of its `hosts`, unless `at` says otherwise." : $"Runs on this machine: once, or for each of its `hosts`{(kind.AllowsAt ? "; `at` has another machine do it" : "")}.",
            kind.CanProbe ? "May be a probe, where it only looks." : "Is no probe.",
            kind.BareParameter is { } bare ? $"`{kind.Name}: …` alone is short for `{kind.Name}: {{ {bare}: … }}`." : null,
        }.OfType<string>()).Section("Parameters").Keys(kind.Parameters);
        page.Section("Result", kind.Fields.Count == 0 ? "What every step has: `outcome`, `attempts`, `duration`, `started_at`, `error`." : "Beside `outcome`, `attempts`, `duration`, `started_at` and `error`, which every step has:");
        if (kind.Fields.Count > 0) page.List(kind.Fields.Select(field => $"`{field.Name}` ({field.Type}): {field.Summary}"));
        if (kind.OwnAssertions.Count > 0)
            page.Section("What it asserts by itself").List(kind.OwnAssertions.Select(own => $"`{own.Expression}`, unless an `assert` names `{own.Field}`."));
        return page.Section("Example").Example($"{kind.Name}.yaml", "../").ToString();
    }

    private static string Node(Key node)
    {
        var page = new ReferencePage($"`{node.Name}`").Add(node.Summary);
        if (node.Name is "block" or "parallel") page.Section("Beside it", StepKeys.Block.Summary).Keys(StepKeys.Block.Keys);
        if (node.Name == "block") page.Section("In batches", StepKeys.Batch.Summary).Keys(StepKeys.Batch.Keys).Example("batch.yaml", "../");
        if (node.Name == "include") page.Section("Beside it").Keys(StepKeys.Include.Keys);
        return page.Section("Example").Example($"{node.Name}.yaml", "../").ToString();
    }

    private static string Actions() => new ReferencePage("Actions")
        .Add(PlaybookKeys.ActionFile.Summary)
        .Add("`- flag:` or `- flag: { message: hello }` uses one, with every key that a plain step takes. On each of its hosts it runs as one step. It may not call itself, nor take the name of a kind or a key.")
        .Example("actions.yaml", "../").Example("action.yaml", "../")
        .Section("In an editor", "The schemas of this repository know the actions of `playbooks/actions` and no others: under a step that uses another one an editor puts a squiggle, while `play lint` says nothing. Write schemas that know yours, too:")
        .Add("```\nplay schema --actions playbooks/actions my/actions --to my/schemas\n```")
        .Add("and name them in the first line of your playbooks: `# yaml-language-server: $schema=schemas/playbook.schema.json`, the path as it is from the playbook. Files of actions have `actions.schema.json`, inventories `inventory.schema.json`.")
        .Section("A file of actions").Keys(PlaybookKeys.ActionFile.Keys)
        .Section("An action", PlaybookKeys.Action.Summary).Keys(PlaybookKeys.Action.Keys)
        .Section("A parameter", PlaybookKeys.Param.Summary).Keys(PlaybookKeys.Param.Keys).ToString();

    private static string Steps() => new ReferencePage("Steps")
        .Add(StepKeys.Step.Summary).Add("The kinds are [on pages of their own](kinds/index.md).").Example("step.yaml")
        .Section("Keys of a step").Keys(StepKeys.Step.Keys)
        .Section("Blocks", StepKeys.Block.Summary).Keys(StepKeys.Block.Keys).Example("block.yaml")
        .Section("Batches", StepKeys.Batch.Summary).Keys(StepKeys.Batch.Keys).Example("batch.yaml")
        .Section("Includes", StepKeys.Include.Summary).Keys(StepKeys.Include.Keys).Example("include.yaml")
        .Section("Probes", StepKeys.Probe.Summary).Keys(StepKeys.Probe.Keys).Example("probe.yaml")
        .Section("Budgets", StepKeys.Budget.Summary).Keys(StepKeys.Budget.Keys).ToString();

    private static string Playbook() => new ReferencePage("Playbooks")
        .Add(PlaybookKeys.Playbook.Summary).Example("playbook.yaml")
        .Section("Keys of a playbook").Keys(PlaybookKeys.Playbook.Keys)
        .Section("Params", PlaybookKeys.Param.Summary).Keys(PlaybookKeys.Param.Keys)
        .Section("Secrets", PlaybookKeys.Secret.Summary).Keys(PlaybookKeys.Secret.Keys).Example("secrets.yaml")
        .Section("Telling people", NotifyKeys.Notify.Summary).Keys(NotifyKeys.Notify.Keys).Example("notify.yaml")
        .Section("A webhook", NotifyKeys.Webhook.Summary).Keys(NotifyKeys.Webhook.Keys)
        .Section("An email", NotifyKeys.Email.Summary).Keys(NotifyKeys.Email.Keys)
        .Section("A command that is told", NotifyKeys.Command.Summary).Keys(NotifyKeys.Command.Keys).ToString();

    private static string Inventory() => new ReferencePage("Inventories")
        .Add(InventoryKeys.Inventory.Summary).Example("hosts.yaml")
        .Section("Keys of an inventory").Keys(InventoryKeys.Inventory.Keys)
        .Section("Groups", InventoryKeys.Group.Summary).Keys(InventoryKeys.Group.Keys)
        .Section("Hosts", InventoryKeys.Host.Summary).Keys(InventoryKeys.Host.Keys)
        .Section("How a host is reached", InventoryKeys.Ssh.Summary).Keys(InventoryKeys.Ssh.Keys)
        .Section("Patterns", "A pattern says which hosts are meant. It is parsed before templates are filled in: a `{{ }}` stands for one name or one value, so a value can never widen it. A pattern that names or selects nothing is an error, unless `--allow-empty`.")
        .Example("patterns.yaml").ToString();

    private static string Functions()
    {
        var page = new ReferencePage("Functions").Add("What expressions may call, always with brackets: `count(x)`. Regexes stand in backquotes. What is not there is not there on purpose: nothing here reads the clock, leaves something to chance, or makes code of a value.");
        foreach (var family in BuiltIns.Functions.GroupBy(function => function.Name.Contains('.', StringComparison.Ordinal) ? $"`{function.Name.Split('.')[0]}.`" : "Of our own"))
        {
            page.Section(family.Key);
            foreach (var function in family)
            {
                var (call, value) = Parts(function.Example);
                page.Add($"### `{function.Usage}`").Add(function.Summary).Add($"```\n{call}\n  → {value}\n```");
            }
        }
        return page.ToString();
    }

    internal static (string Call, string Value) Parts(string example) => example.Split(" → ") is [var call, var value] ? (call, value) : throw new FormatException(example);

    private static string Codes()
    {
        var page = new ReferencePage("Exit codes").Add("What a program that calls `play` is told. The gravest one wins; they stand here from light to grave, but for 2, which stands alone: then nothing was run. Failures that a `rescue` made good count nothing.");
        foreach (var (code, meaning) in ExitCodes.All) page.Section($"{(int)code}", $"{char.ToUpperInvariant(meaning[0])}{meaning[1..]}.");
        return page.Section("Example").Example("failure.yaml").ToString();
    }

    private static string Commands()
    {
        var page = new ReferencePage("The command line").Add("`play COMMAND --help` says the same in a terminal, and `play man` as a manual page. [Completion](../guide/completion.md) is there for bash, zsh and fish.");
        foreach (var command in CommandPage.All(Play.CommandLine.Root()))
        {
            page.Section($"`{command.Name}`", command.Summary).Add($"```\n{string.Join('\n', command.Usage)}\n```");
            foreach (var entries in new[] { command.Arguments, command.Options.Where(option => option.Label != "-h, --help").ToList() })
                if (entries.Count > 0) page.List(entries.Select(entry => $"`{entry.Label}`: {Prose(entry.Text)}"));
            if (command.Examples.Count > 0) page.Add($"```\n{string.Join('\n', command.Examples.SelectMany(example => new[] { example.Line, $"  # {example.Text}" }))}\n```");
        }
        return page.Section("Environment").List(Manual.Environment.Select(entry => $"`{entry.Label}`: {entry.Text}"))
            .Section("Files").List(Manual.Files.Select(entry => $"`{entry.Label}`: {entry.Text}")).ToString();
    }

    /// <summary>What Markdown would take for its own: `*.yaml`.</summary>
    private static string Prose(string text) => text.Replace("*", "\\*", StringComparison.Ordinal);

    private static string Rules()
    {
        var page = new ReferencePage("Rules of lint").Add("What a file may say and better would not, although it can be run. `play lint` tells of it in files that have no problems. `# lint: allow RULE, RULE why` lets it be: at the end of the line that is named, or of the line with the step's kind (`shell:`, `http:` …), or on a line of its own above either; what comes behind the last rule is the reason.");
        foreach (var rule in LintRules.All)
            page.Section($"`{rule.Name}`", rule.Summary).Add(rule.Explanation).Add(Case(rule, "bad", "It is found here:")).Add(Case(rule, "good", "And nothing here:"));
        return page.ToString();
    }

    private static string Case(LintRule rule, string which, string lead) =>
        $"{lead}\n\n```yaml\n{File.ReadAllText(Repository.PathOf("tests", "Playbooks.Tests", "Cases", "lint", rule.Name, $"{which}.yaml")).TrimEnd()}\n```";
}
