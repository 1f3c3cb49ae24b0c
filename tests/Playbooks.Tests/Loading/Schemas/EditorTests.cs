using System.Diagnostics;
using System.Text.Json.Nodes;
using Playbooks.Loading.Schemas;
using Playbooks.Tests.Journal;
using Xunit;

namespace Playbooks.Tests.Loading.Schemas;

/// <summary>yaml-language-server, as editors run it, with the schemas of this repository; `tests/editor/ask.mjs` asks it.</summary>
public sealed class EditorTests(EditorTests.Server server) : IClassFixture<EditorTests.Server>
{
    private const string Head = "# yaml-language-server: $schema=../schemas/playbook.schema.json\n";

    private static JsonObject File(string path) => new() { ["uri"] = $"file://{path}", ["text"] = System.IO.File.ReadAllText(path) };

    /// <summary>A playbook that is on no disk; a `▮` in it is where the editor stands.</summary>
    private static JsonObject Playbook(string text, string? ask = null)
    {
        text = Head + text;
        var before = text.Split('▮')[0];
        return new JsonObject
        {
            ["uri"] = $"file://{Repository.PathOf("playbooks", "new.yaml")}",
            ["text"] = text.Replace("▮", "", StringComparison.Ordinal),
            ["ask"] = ask,
            ["line"] = before.Count(c => c == '\n'),
            ["character"] = before.Length - before.LastIndexOf('\n') - 1,
        };
    }

    private async Task<List<string>> Completed(string text) =>
        [.. ((await server.Ask(Playbook(text, "completion")))[0]!["items"] ?? new JsonArray()).AsArray().Select(item => item!["label"]!.GetValue<string>())];

    private async Task<string> Hovered(string text) => (await server.Ask(Playbook(text, "hover")))[0]?["contents"]?["value"]?.GetValue<string>() ?? "";

    /// <summary>What is marked, and what is said about it.</summary>
    private static IEnumerable<string> Marked(JsonNode? diagnostics, string text) => diagnostics!.AsArray().Select(one =>
    {
        var (start, end) = (one!["range"]!["start"]!, one["range"]!["end"]!);
        var line = text.Split('\n')[start["line"]!.GetValue<int>()];
        var from = start["character"]!.GetValue<int>();
        var to = end["line"]!.GetValue<int>() == start["line"]!.GetValue<int>() ? end["character"]!.GetValue<int>() : line.Length;
        return $"{line[from..to]}: {one["message"]}";
    });

    [Fact]
    public async Task No_shipped_file_and_no_case_that_runs_has_a_squiggle()
    {
        var cases = Directory.EnumerateFiles(Repository.PathOf("tests/Playbooks.Tests/Cases/runs"), "*.yaml").Order(StringComparer.Ordinal)
            .Select(path => (Name: Path.GetFileName(path), Text: System.IO.File.ReadAllText(path)))
            // Actions of their own no schema of the repository knows.
            .Where(file => file.Text.Contains("\nsteps:", StringComparison.Ordinal) && !file.Text.Contains("use:", StringComparison.Ordinal))
            .Select(file => (file.Name, Question: Playbook(file.Text)));
        (string Name, JsonObject Question)[] files = [.. SchemaTests.Shipped.Select(file => (file.Path, File(file.Path))), .. cases];
        Assert.True(files.Length > 40);
        var answers = await server.Ask([.. files.Select(file => file.Question)]);
        Assert.Empty(files.Zip(answers).SelectMany(pair => Marked(pair.Second, pair.First.Question["text"]!.GetValue<string>()).Select(marked => $"{pair.First.Name}: {marked}")));
    }

    [Theory]
    [InlineData("steps:\n  - name: x\n    nestat: { listening: 4000 }\n", "nestat: There is no such key, kind or action here.")]
    [InlineData("steps:\n  - netstat: { listning: 4000 }\n", "listning: Property listning is not allowed.")]
    [InlineData("steps:\n  - command: x\n    on_failure: stopp\n", "stopp: Value is not accepted. Valid values: \"stop\", \"drop\", \"continue\".")]
    [InlineData("steps:\n  - command: x\n    timeout: 10x\n", "10x: This must be a duration such as 250ms, 10s or 1h30m.")]
    [InlineData("steps:\n  - http: { url: x, verify_tls: yes }\n", "yes: This must be a boolean, or a template that gives one.")]
    [InlineData("steps:\n  - wasstop: { runn: x }\n", "runn: Property runn is not allowed.")]
    [InlineData("steps:\n  - certificate_is_for: { names: [a] }\n", "certificate_is_for: Missing property \"wanted\".")]
    [InlineData("steps:\n  - undo: { comand: x }\n    command: y\n", "comand: There is no such key, kind or action here.")]
    [InlineData("steps:\n  - command: x\n    batch: 2\n", "command: x: Object is missing property block required by property batch.")]
    [InlineData("probes:\n  - http: https://www.example.com/\n    budget: { outge: 5s }\nsteps: [{ print: x }]\n", "outge: Property outge is not allowed.")]
    [InlineData("step: []\nsteps: [{ print: x }]\n", "step: Property step is not allowed.")]
    public async Task What_is_wrong_is_marked_where_it_stands(string text, string marked)
    {
        var found = Assert.Single(Marked((await server.Ask(Playbook(text)))[0], Head + text));
        Assert.StartsWith(marked, found);
    }

    [Fact]
    public async Task Kinds_keys_and_actions_complete_inside_a_step()
    {
        var offered = await Completed("steps:\n  - name: x\n    ▮\n");
        Assert.Subset(offered.ToHashSet(), new HashSet<string>([.. Playbooks.Steps.StepKinds.All.Select(kind => kind.Name), .. Playbooks.Loading.Language.StepKeys.Step.Names.Where(name => name != "name"), "block", "wasstop"]));
    }

    [Theory]
    [InlineData("steps:\n  - netstat: { l▮ }\n", "listening,not_listening,connected_to,process,only,protocol")]
    [InlineData("steps:\n  - netstat:\n      ▮\n", "listening,not_listening,connected_to,process,only,protocol")]
    [InlineData("steps:\n  - wasstop: { r▮ }\n", "run,ports,timeout")]
    [InlineData("steps:\n  - service: { name: x, state: s▮ }\n", "started,stopped,restarted,reloaded")]
    [InlineData("probes:\n  - http: https://www.example.com/\n    budget:\n      ▮\n", "outage,downtime,bad,p99")]
    public async Task Parameters_and_their_words_complete(string text, string offered) => Assert.Equal(offered, string.Join(',', await Completed(text)));

    [Theory]
    [InlineData("steps:\n  - net▮stat: { listening: 4000 }\n", "Asserts which ports a machine listens on")]
    [InlineData("steps:\n  - netstat: { listen▮ing: 4000 }\n", "something listens on each")]
    [InlineData("steps:\n  - command: x\n    on_fail▮ure: stop\n", "the block ends, and what it did is put back")]
    [InlineData("steps:\n  - was▮stop:\n", "Stop Tomcat and wait until its port is closed")]
    [InlineData("pro▮bes: []\nsteps: []\n", "looked at again and again")]
    public async Task A_word_is_explained(string text, string explained) => Assert.Contains(explained, await Hovered(text));

    [Fact]
    public async Task Actions_of_ones_own_are_known_by_a_schema_that_was_told_of_them()
    {
        using var folder = new PlayFolder();
        folder.Write("mine.yaml", "actions:\n  greet:\n    description: Says something.\n    params: { whom: { description: To whom. } }\n    steps: [{ print: \"{{ whom }}\" }]\n");
        var (code, output, errors) = await SchemaTests.Schema(folder, "--actions", "mine.yaml", "--to", ".");
        Assert.Equal((0, string.Concat(SchemaWriter.Names.Select(name => $"./{SchemaWriter.FileName(name)}\n")), ""), (code, output, errors));
        var text = "# yaml-language-server: $schema=playbook.schema.json\nsteps:\n  - greet: { whom: you }\n  - greet: { who: you }\n";
        var marked = Marked((await server.Ask(new JsonObject { ["uri"] = $"file://{folder.PathOf("x.yaml")}", ["text"] = text }))[0], text);
        Assert.Equal(["greet: Missing property \"whom\".", "who: Property who is not allowed."], marked.Order(StringComparer.Ordinal));
    }

    /// <summary>The server, installed once as its lock file says.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private Process? running;

        private static string Folder => Repository.PathOf("artifacts", "editor");

        public async ValueTask InitializeAsync()
        {
            var folder = Directory.CreateDirectory(Folder);
            var isThere = Directory.Exists(Path.Combine(Folder, "node_modules")) && Text("package-lock.json") == System.IO.File.ReadAllText(Repository.PathOf("tests", "editor", "package-lock.json"));
            foreach (var file in new[] { "package.json", "package-lock.json", "ask.mjs" }) System.IO.File.Copy(Repository.PathOf("tests", "editor", file), Path.Combine(folder.FullName, file), overwrite: true);
            if (!isThere) await Install();
            running = Start("node", "ask.mjs");
        }

        private static string Text(string name) => Path.Combine(Folder, name) is var path && System.IO.File.Exists(path) ? System.IO.File.ReadAllText(path) : "";

        /// <summary>An answer for each question.</summary>
        public async Task<JsonArray> Ask(params JsonObject[] questions)
        {
            await running!.StandardInput.WriteLineAsync(new JsonArray([.. questions]).ToJsonString());
            return await running.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line
                ? JsonNode.Parse(line)!.AsArray()
                : throw new InvalidOperationException(await running.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        private static Process Start(string program, params string[] arguments) =>
            Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

        private static async Task Install()
        {
            using var npm = Start("npm", "ci", "--no-audit", "--no-fund");
            var (output, errors) = (npm.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), npm.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await npm.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(npm.ExitCode == 0, $"npm ci ended with {npm.ExitCode}\n{await output}\n{await errors}");
        }

        /// <summary>It ends when it is asked nothing more.</summary>
        public async ValueTask DisposeAsync()
        {
            if (running is null) return;
            running.StandardInput.Close();
            await running.WaitForExitAsync(CancellationToken.None);
            running.Dispose();
        }
    }
}
