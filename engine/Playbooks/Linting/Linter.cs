using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;

namespace Playbooks.Linting;

/// <summary>Looks at files: all their problems, and in those that have none what the rules find. No host is touched, and no program is run.</summary>
/// <param name="environment">The control machine's, as expressions see it.</param>
public sealed class Linter(IReadOnlyDictionary<string, object?> environment)
{
    /// <summary>Keys that say of a file what it is.</summary>
    private static readonly string[] OfPlaybooks = ["steps", "use", "params", "probes", "always"];

    private readonly List<Finding> findings = [];
    private readonly HashSet<(string, int, int, string, string)> seen = [];

    /// <summary>Of all files.</summary>
    public ProblemList Problems { get; } = new();

    /// <summary>File by file, each from top to bottom. Each file is judged for itself: what it uses and includes is another one.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>How many files were looked at.</summary>
    public int Files { get; private set; }

    /// <summary>How many files of folders are neither playbooks nor actions nor inventories.</summary>
    public int PassedOver { get; private set; }

    /// <param name="path">The file.</param>
    /// <param name="isNamed">Somebody named it, so it is judged whatever it looks like; else it was found in a folder.</param>
    public void Look(string path, bool isNamed)
    {
        var problems = new ProblemList();
        LintedFile? file = null;
        try
        {
            if (!IsOne(path, isNamed, problems, out file))
            {
                PassedOver++;
                return;
            }
        }
        catch (TooMuchException)
        {
            // It is told already.
        }
        Files++;
        if (problems.Count == 0 && file is not null) Judge(file);
        try
        {
            foreach (var problem in problems) Problems.Add(problem);
        }
        catch (TooMuchException)
        {
            // There are enough.
        }
    }

    private bool IsOne(string path, bool isNamed, ProblemList problems, out LintedFile? file)
    {
        file = null;
        // A program is run by whoever names it with -i, and by nobody who only looks.
        if (InventoryFiles.IsProgram(path)) return true;
        var loader = new PlaybookLoader(problems);
        // What kind of file it is shows in its keys; only a playbook is what has neither of the others' words.
        var keys = loader.ReadFileOf(path, "actions", "groups", "ssh", "steps");
        if (keys is null && InventoryFiles.IsAnsible(path))
        {
            var inventory = new InventoryFiles(loader, environment, problems);
            inventory.Add(path);
            inventory.Build();
        }
        else if (keys?["actions"] is not null)
        {
            var actions = loader.LoadActions(keys);
            if (problems.Count == 0) new Planner(null, environment, problems).Check(actions);
            file = LintedFile.Of(keys, actions);
        }
        else if (keys?["groups"] is not null)
        {
            var inventory = new InventoryLoader(problems);
            inventory.Add(keys, Path.GetFullPath(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : "."));
            inventory.Build();
            file = LintedFile.OfInventory(keys);
        }
        else
        {
            var root = keys ?? loader.ReadFile(path);
            if (!isNamed && root is MapNode map && !OfPlaybooks.Any(key => map[key] is not null)) return false;
            if (loader.Load(path, root) is not { } playbook) return true;
            new Planner(null, environment, problems).Plan(playbook, new Planner.Wishes());
            file = LintedFile.Of(root!, playbook);
        }
        return true;
    }

    private void Judge(LintedFile file)
    {
        var allowances = Allowance.In(file.Source);
        var byLine = allowances.ToLookup(allowance => allowance.Line);
        var told = new List<Finding>();
        var found = LintRules.All.SelectMany(rule => rule.Check(file)).ToList();
        var secret = found.Where(finding => finding.Rule is SecretOnCommandLine).Select(finding => finding.At.Line).ToHashSet();
        var hiding = new SourceText(file.Source.Name, file.Source.Text) { Hides = _ => true };
        foreach (var finding in found.Select(finding => secret.Contains(finding.At.Line) ? finding with { At = finding.At with { Source = hiding } } : finding))
        {
            var allowing = byLine[finding.At.Line].Concat(finding.StepLine is { } line ? byLine[line] : []).Where(allowance => allowance.Rules.Contains(finding.Rule.Name)).ToList();
            allowing.ForEach(allowance => allowance.Used.Add(finding.Rule.Name));
            if (allowing.Count == 0) told.Add(finding);
        }
        told.AddRange(allowances.SelectMany(UselessAllow.Check));
        foreach (var finding in told.OrderBy(finding => finding.At.Line).ThenBy(finding => finding.At.Column))
            // What stands behind an alias is met twice.
            if (seen.Add((finding.At.Source.Name, finding.At.Line, finding.At.Column, finding.Rule.Name, finding.Message))) findings.Add(finding);
    }
}
