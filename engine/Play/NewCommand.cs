using System.CommandLine;
using Play.Terminal;
using Playbooks.Loading;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Recording;

namespace Play;

/// <summary>`play new`: a playbook and an inventory to start from, asked for in a terminal or said by flags.</summary>
internal static class NewCommand
{
    public static Command Build()
    {
        var file = new Argument<string?>("file") { Description = "The playbook to write, such as first.yaml.", Arity = ArgumentArity.ZeroOrOne };
        var hosts = new Option<string?>("--hosts") { Description = "The hosts, with commas between them: web1,web2; a name that ssh does not know has its address behind it: web1=192.0.2.10, web2=192.0.2.11:2202.", HelpName = "names" };
        var user = new Option<string?>("--user") { Description = "Who logs in on them (as ssh would).", HelpName = "user" };
        var key = new Option<string?>("--key") { Description = "The private key to log in with (as ssh would).", HelpName = "file" };
        var name = new Option<string?>("--name") { Description = "What the playbook is called (First look).", HelpName = "name" };
        var inventory = new Option<string?>("--inventory") { Description = "The inventory to write (hosts.yaml beside the playbook).", HelpName = "file" };
        var command = new Command("new", "Writes a playbook and an inventory to start from, and never over a file.") { file, hosts, user, key, name, inventory };
        command.SetAction(async (parsed, cancel) =>
        {
            using var screen = new Screen(OutputMode.Plain);
            var path = parsed.GetValue(file) ?? await screen.AskText("The playbook to write", "first.yaml", cancel);
            if (path is null) return Refuse("which file?");
            var beside = parsed.GetValue(inventory) ?? Path.Combine(Path.GetDirectoryName(path) ?? "", "hosts.yaml");
            // Before anything else is asked, which would have been answered for nothing.
            if (WhyNot(path, beside) is { } why) return Screen.Refuse(why);
            var list = parsed.GetValue(hosts) ?? await screen.AskText("Hosts, with commas between them (web1, web2=192.0.2.11:2202)", "", cancel);
            if (list is null) return Refuse("which hosts?");
            // Who has said all that is needed is asked nothing.
            var asks = parsed.GetValue(hosts) is null;
            var login = parsed.GetValue(user) ?? (asks ? await screen.AskText("Who logs in there (nothing: as ssh would)", "", cancel) : null);
            var title = parsed.GetValue(name) ?? (asks ? await screen.AskText("What the playbook is called", "First look", cancel) : null) ?? "First look";
            return Write(path, beside, new StarterFiles { Name = title, Hosts = [.. Split(list)], User = login is { Length: > 0 } ? login : null, Key = KeyFrom(parsed.GetValue(key), beside) });
        });
        return command;
    }

    private static int Refuse(string what) => Screen.Refuse($"{what} There is no terminal to ask in", "play new FILE.yaml --hosts web1,web2 [--user USER] [--key FILE] [--name NAME] [--inventory FILE]");

    private static IEnumerable<(string Name, string? Address)> Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(host => host.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var address] ? (name, address) : (host, (string?)null));

    /// <summary>As the inventory names it, whose folder its paths start at.</summary>
    private static string? KeyFrom(string? key, string inventory) => key is null || key.StartsWith('~') || Path.IsPathRooted(key) ? key : Path.GetRelativePath(FolderFiles.FolderOf(inventory), Path.GetFullPath(key));

    /// <summary>Null: both can be written, as far as is seen.</summary>
    private static string? WhyNot(string path, string inventory) =>
        Path.GetFullPath(path) == Path.GetFullPath(inventory) ? $"playbook and inventory cannot both be {path}: --inventory names another file"
        : !FolderFiles.IsYaml(path) && !Directory.Exists(path) ? $"a playbook is a *.yaml or *.yml file, and {path} is none"
        : NewFiles.WhyNot(inventory) ?? NewFiles.WhyNot(path);

    private static int Write(string path, string inventory, StarterFiles files)
    {
        if (files.Hosts.Count == 0) return Screen.Refuse("there is no host among the hosts", "--hosts web1,web2");
        var (hosts, steps) = (files.Inventory(NewFiles.Modeline(inventory, "inventory")), files.Playbook(NewFiles.Modeline(path, "playbook")));
        var problems = new ProblemList();
        if (!Check(path, steps, inventory, hosts, problems)) return Screen.Refuse(problems);
        if (!NewFiles.Write([(inventory, hosts), (path, steps)])) return 2;
        var found = Path.GetFileName(inventory) == "hosts.yaml" && FolderFiles.FolderOf(inventory) == FolderFiles.FolderOf(path);
        Console.Out.WriteLine($"{DisplayText.Safe(path)} and {DisplayText.Safe(inventory)} are written.\nNext: play {DisplayText.Safe(NewFiles.Quoted(path))}{(found ? "" : $" -i {DisplayText.Safe(NewFiles.Quoted(inventory))}")}");
        return 0;
    }

    /// <summary>By those who will read them.</summary>
    private static bool Check(string path, string steps, string inventory, string hosts, ProblemList problems)
    {
        var loader = new InventoryLoader(problems);
        if (Yaml.Read(new SourceText(inventory, hosts), problems) is { } root) loader.Add(root, FolderFiles.FolderOf(inventory));
        var built = loader.Build();
        if (Yaml.Read(new SourceText(path, steps), problems) is not { } text || new PlaybookLoader(problems).Load(path, text) is not { } playbook || problems.Count > 0) return false;
        return new Planner(built, PlanRequest.EnvironmentValues(), problems).Plan(playbook, new Planner.Wishes()) is not null;
    }
}
