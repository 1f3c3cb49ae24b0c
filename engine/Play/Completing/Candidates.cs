using System.CommandLine;
using Playbooks.Journal;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Steps;

namespace Play.Completing;

/// <summary>What an option or an argument may have as its value, found in files: told by what the symbol is called.</summary>
internal static class Candidates
{
    private const int MostRuns = 30;

    /// <summary>All of a folder; nothing where it may not be read.</summary>
    private static readonly EnumerationOptions Readable = new() { AttributesToSkip = 0 };

    public static IEnumerable<Candidate> Of(Typed typed, Symbol symbol, string word) => symbol.Name switch
    {
        "file" => Playbooks(word),
        "path" or "--actions" => Files(word, FolderFiles.IsYaml),
        "--inventory" or "-i" or "--to" => Files(word, _ => true),
        "--state" => Files(word, _ => false),
        "pattern" or "--limit" or "-l" => Hosts(typed, word),
        "--extra" or "-e" => Values(typed, word),
        "--tags" or "-t" => Tags(typed, word),
        "--report" => Reports(word),
        "run" or "runs" => Runs(typed),
        "step" => StepKinds.All.Select(kind => new Candidate($"{kind.Name}:", kind.Summary)),
        "--time-zone" => TimeZoneInfo.GetSystemTimeZones().Select(zone => new Candidate(zone.Id)),
        _ => [],
    };

    /// <summary>Those in the folder that the word begins with; without one also those in `playbooks/`, where they are found too.</summary>
    public static IEnumerable<Candidate> Playbooks(string word) =>
        Files(word, FolderFiles.IsYaml).Concat(word.Contains('/', StringComparison.Ordinal) || !Directory.Exists("playbooks") ? [] : Directory.EnumerateFiles("playbooks", "*", Readable).Where(FolderFiles.IsYaml).Select(file => new Candidate(Path.GetFileName(file), "in playbooks/")).OrderBy(file => file.Text, StringComparer.Ordinal));

    /// <summary>Files, and folders to look into. What begins with a dot is there for who types the dot.</summary>
    private static IEnumerable<Candidate> Files(string word, Func<string, bool> isWanted)
    {
        var folder = word[..(word.LastIndexOf('/') + 1)];
        var place = folder.StartsWith("~/", StringComparison.Ordinal) ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + folder[1..] : folder.Length == 0 ? "." : folder;
        return !Directory.Exists(place) ? [] : new DirectoryInfo(place).EnumerateFileSystemInfos("*", Readable)
            .Where(entry => entry.Name.StartsWith('.') == word[folder.Length..].StartsWith('.') && (Directory.Exists(entry.FullName) || isWanted(entry.Name)))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => new Candidate(folder + entry.Name + (Directory.Exists(entry.FullName) ? "/" : "")));
    }

    /// <summary>The last name of a pattern.</summary>
    private static IEnumerable<Candidate> Hosts(Typed typed, string word)
    {
        var before = word[..(word.LastIndexOfAny([',', ' ']) + 1)];
        var inventory = Known(typed).Inventory;
        return inventory.Groups.Select(group => new Candidate(group.Key, $"{group.Value.Count} {(group.Value.Count == 1 ? "host" : "hosts")}"))
            .Concat(inventory.Hosts.Select(host => new Candidate(host.Name, host.Label == host.Name ? "" : host.Label)))
            .Append(new("all", "every host")).Append(new("localhost", "this machine"))
            .Select(name => name with { Text = before + name.Text });
    }

    private static IEnumerable<Candidate> Values(Typed typed, string word)
    {
        if (word.StartsWith('@')) return Files(word[1..], _ => true).Select(file => file with { Text = "@" + file.Text });
        var parameters = Known(typed).Playbook?.Params ?? [];
        return word.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals
            ? (parameters.FirstOrDefault(one => one.Name == word[..equals])?.Choices ?? []).Select(choice => new Candidate($"{word[..equals]}={choice}"))
            : parameters.Select(one => new Candidate($"{one.Name}=", one.Description ?? (one.Default is null ? "required" : "")));
    }

    private static IEnumerable<Candidate> Tags(Typed typed, string word)
    {
        var before = word[..(word.LastIndexOf(',') + 1)];
        return TagsOf(Known(typed).Playbook?.Steps ?? []).Distinct().Order(StringComparer.Ordinal).Select(tag => new Candidate(before + tag));
    }

    private static IEnumerable<string> TagsOf(IEnumerable<Step> steps) => steps.SelectMany(step => step.Tags.Concat(step.Work switch
    {
        Block block => TagsOf(block.All),
        Include include => TagsOf(include.Playbook.Steps),
        _ => [],
    }));

    private static IEnumerable<Candidate> Reports(string word) => word.Split('=', 2) is [var format, var path]
        ? Files(path, _ => true).Select(file => file with { Text = $"{format}={file.Text}" })
        : ReportFiles.Formats.Keys.Select(one => new Candidate($"{one}="));

    private static IEnumerable<Candidate> Runs(Typed typed)
    {
        using var journal = RunJournal.Find(typed.Given("--state") is [.., var folder] ? folder : RunJournal.UsualFolder, TimeProvider.System);
        return journal is null ? [] : [new("last", "the newest run"), .. journal.Runs(MostRuns).Select(run => new Candidate(run.Name, $"{Path.GetFileName(run.File)}, {run.StartedAt.ToLocalTime():yyyy-MM-dd HH:mm}{(run.ExitCode is { } code ? $", exit code {(int)code}" : "")}"))];
    }

    private static (Playbook? Playbook, Inventory Inventory) Known(Typed typed) => new PlanRequest { Inventories = [.. typed.Given("-i")] }
        .Known(typed.Command.Arguments is [{ Name: "file" }, ..] && typed.Arguments is [var file, ..] ? file : null);
}
