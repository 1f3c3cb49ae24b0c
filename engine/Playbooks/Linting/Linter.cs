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

    /// <summary>Nobody reads more of one line, and a report shows the whole line for each.</summary>
    private const int MostOfLine = 20;

    private readonly List<Finding> findings = [];
    private readonly HashSet<(string, int, int, string, string)> seen = [];

    /// <summary>Of all files.</summary>
    public ProblemList Problems { get; } = new();

    /// <summary>File by file, each from top to bottom. Each file is judged for itself: what it uses and includes is another one.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>How many files were looked at.</summary>
    public int Files { get; private set; }

    /// <summary>How many of them have problems, and so were not judged by the rules.</summary>
    public int Unjudged { get; private set; }

    /// <summary>How many more are executable inventories: a program is run by whoever names it with -i, and by nobody who only looks.</summary>
    public int Programs { get; private set; }

    /// <summary>How many files of folders are neither playbooks nor actions nor inventories.</summary>
    public int PassedOver { get; private set; }

    /// <param name="path">The file.</param>
    /// <param name="isNamed">Somebody named it, so it is judged whatever it looks like; else it was found in a folder.</param>
    public void Look(string path, bool isNamed)
    {
        if (InventoryFiles.IsProgram(path))
        {
            Programs++;
            return;
        }
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
        else if (problems.Count > 0) Unjudged++;
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
            inventory.Add(keys, FolderFiles.FolderOf(path));
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
        var byLine = allowances.Where(allowance => allowance.IsExact).ToLookup(allowance => allowance.Line);
        var told = new List<Finding>();
        var found = LintRules.All.SelectMany(rule => rule.Check(file)).ToList();
        // No finding shows a line with a secret, nor one of a step that has one.
        var secret = file.Secrets.SelectMany(step => step.Select(at => at.Line)).ToHashSet();
        var steps = file.Secrets.Select(step => step.Key.At.Line).ToHashSet();
        var hiding = new SourceText(file.Source.Name, file.Source.Text) { Hides = _ => true };
        foreach (var finding in found)
        {
            var allowing = byLine[finding.At.Line].Concat(finding.StepLine is { } line ? byLine[line] : []).Where(allowance => allowance.Rules.Contains(finding.Rule.Name)).ToList();
            allowing.ForEach(allowance => allowance.Used.Add(finding.Rule.Name));
            if (allowing.Count == 0) told.Add(finding);
        }
        told.AddRange(allowances.SelectMany(UselessAllow.Check));
        foreach (var line in told.GroupBy(finding => finding.At.Line).OrderBy(line => line.Key))
        {
            // What stands behind an alias is met twice.
            var once = line.OrderBy(finding => finding.At.Column).Where(finding => seen.Add((finding.At.Source.Name, finding.At.Line, finding.At.Column, finding.Rule.Name, finding.Message)))
                .Select(finding => secret.Contains(line.Key) || finding.StepLine is { } step && steps.Contains(step) ? finding with { At = finding.At with { Source = hiding } } : finding).ToList();
            findings.AddRange(once.Take(MostOfLine));
            if (once.Count > MostOfLine) findings[^1] = findings[^1] with { Message = $"{findings[^1].Message}; and there are {once.Count - MostOfLine} more in this line" };
        }
    }
}
