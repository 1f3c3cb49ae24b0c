using System.CommandLine;
using Play.Terminal;
using Playbooks.Loading;
using Playbooks.Planning;
using Playbooks.Problems;

namespace Play;

/// <summary>`play lint PATH…`: all problems of playbooks, actions and inventories. No host is touched.</summary>
internal static class LintCommand
{
    public static Command Build()
    {
        var paths = new Argument<string[]>("path") { Description = "Files, or folders that are searched for *.yaml and *.yml.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("lint", "Finds all problems of playbooks, actions and inventories, and touches no host.") { paths };
        command.SetAction(parsed => Lint(parsed.GetRequiredValue(paths)));
        return command;
    }

    private static int Lint(IEnumerable<string> paths)
    {
        var problems = new ProblemList();
        var files = paths.SelectMany(path => Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is ".yaml" or ".yml" && !InventoryFiles.IsVariables(f)).Order(StringComparer.Ordinal)
            : (IEnumerable<string>)[PlanRequest.Find(path)]).ToList();
        if (files.Count == 0) problems.Add(Position.In(string.Join(' ', paths)), "there is no *.yaml or *.yml file here");
        foreach (var file in files) One(file, problems);

        if (problems.Count > 0) return Screen.Refuse(problems);
        Console.Out.WriteLine($"{files.Count} {(files.Count == 1 ? "file" : "files")}, no problems");
        return 0;
    }

    private static void One(string file, ProblemList problems)
    {
        // What kind of file it is shows in its keys; only a playbook is what has neither of the others' words.
        var loader = new PlaybookLoader(problems);
        // A program is run by whoever names it with -i, and by nobody who only looks.
        if (InventoryFiles.IsProgram(file)) return;
        var keys = loader.ReadFileOf(file, "actions", "groups", "ssh", "steps");
        if (keys is null && InventoryFiles.IsAnsible(file))
        {
            var inventory = new InventoryFiles(loader, PlanRequest.EnvironmentValues(), problems);
            inventory.Add(file);
            inventory.Build();
        }
        else if (keys?["actions"] is not null) loader.LoadActions(keys);
        else if (keys?["groups"] is not null)
        {
            var inventory = new InventoryLoader(problems);
            inventory.Add(keys, Path.GetFullPath(Path.GetDirectoryName(file) is { Length: > 0 } folder ? folder : "."));
            inventory.Build();
        }
        else if (loader.Load(file, keys ?? loader.ReadFile(file)) is { } playbook)
            new Planner(null, PlanRequest.EnvironmentValues(), problems).Plan(playbook, new Planner.Wishes());
    }
}
