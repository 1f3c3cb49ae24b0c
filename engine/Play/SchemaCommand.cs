using System.CommandLine;
using Play.Terminal;
using Playbooks.Loading;
using Playbooks.Loading.Schemas;
using Playbooks.Model;
using Playbooks.Problems;

namespace Play;

/// <summary>`play schema`: the JSON schemas by which editors know the language, and the actions they are told of.</summary>
internal static class SchemaCommand
{
    public static Command Build()
    {
        var name = new Argument<string>("schema") { Description = $"Which one is written to standard output: {string.Join(", ", SchemaWriter.Names)}.", DefaultValueFactory = _ => SchemaWriter.Names[0] };
        name.AcceptOnlyFromAmong([.. SchemaWriter.Names]);
        var actions = new Option<string[]>("--actions") { Description = "Files with actions, or folders that are searched for them: they are known as kinds of steps.", HelpName = "path", AllowMultipleArgumentsPerToken = true };
        var to = new Option<string?>("--to") { Description = "Writes all of them into this folder instead.", HelpName = "folder" };
        var command = new Command("schema", "The JSON schemas (draft-07) by which editors complete, explain and check files; a file says with its first line `# yaml-language-server: $schema=PATH` which is its own.") { name, actions, to };
        command.SetAction(parsed => Write(parsed.GetRequiredValue(name), parsed.GetValue(actions) ?? [], parsed.GetValue(to)));
        return command;
    }

    private static int Write(string name, IReadOnlyList<string> paths, string? folder)
    {
        var problems = new ProblemList();
        var loader = new PlaybookLoader(problems);
        var files = paths.SelectMany(path => Directory.Exists(path) ? In(path) : loader.ReadFile(path) is { } root ? [root] : []);
        var schemas = new SchemaWriter(loader.LoadActions(files));
        if (problems.Count > 0) return Screen.Refuse(problems);
        if (folder is null) Console.Out.Write(schemas.Write(name));
        else
            foreach (var each in SchemaWriter.Names)
            {
                var path = Path.Combine(folder, SchemaWriter.FileName(each));
                try
                {
                    Directory.CreateDirectory(folder);
                    File.WriteAllText(path, schemas.Write(each));
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    problems.Add(Position.In(path), $"{path} cannot be written: {e.Message}");
                    return Screen.Refuse(problems);
                }
                Console.Out.WriteLine(path);
            }
        return 0;

        IReadOnlyList<Node> In(string folder)
        {
            var before = problems.Count;
            var found = FolderFiles.Of(folder, problems).Where(FolderFiles.IsYaml).Select(Actions).OfType<Node>().ToList();
            if (found.Count == 0 && problems.Count == before) problems.Add(Position.In(folder), "there is no file with `actions` in this folder");
            return found;
        }

        // What has them, and cannot be read as a whole, is not left out.
        Node? Actions(string file) => loader.ReadFileOf(file, "actions") ?? (MayHaveActions(file) ? loader.ReadFile(file) : null);
    }

    private static bool MayHaveActions(string file)
    {
        try
        {
            return File.ReadLines(file).Any(line => line.StartsWith("actions:", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is told by who reads it.
            return true;
        }
    }
}
