using System.Text;
using CsCheck;
using Playbooks.Linting;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Xunit;

namespace Playbooks.Tests.Loading;

/// <summary>Whatever stands in a file, as a playbook, actions, an inventory or values: problems or a plan, and never an exception.</summary>
public sealed class AnyFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("any");

    public AnyFileTests()
    {
        folder.CreateSubdirectory("actions");
        File.Copy(Repository.PathOf("playbooks/actions/tomcat.yaml"), Path.Combine(folder.FullName, "actions", "tomcat.yaml"));
        File.Copy(Repository.PathOf("tests/Playbooks.Tests/Cases/runs/actions.yaml"), Path.Combine(folder.FullName, "actions.yaml"));
        File.WriteAllText(Path.Combine(folder.FullName, "all.yaml"), "hosts: all\nsteps: [{ command: echo }]");
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static readonly string[] Shipped =
    [
        .. Files("playbooks", "*.yaml"), .. Files("examples", "*.yaml"), .. Files("tests/Playbooks.Tests/Cases", "*.yaml"), .. Files("tests/Playbooks.Tests/Cases", "*.hosts"),
    ];

    private static string[] Files(string under, string like) => Directory.GetFiles(Repository.PathOf(under), like, SearchOption.AllDirectories);

    private static readonly Dictionary<string, byte[]> Contents = Shipped.ToDictionary(file => file, File.ReadAllBytes);

    private static readonly Inventory[] Inventories = [.. new[] { "tests/Playbooks.Tests/Cases/runs/hosts.yaml", "examples/lab/hosts.yaml" }.Select(Real)];

    private static Inventory Real(string path)
    {
        var problems = new ProblemList();
        var loader = new InventoryLoader(problems);
        loader.Add(new PlaybookLoader(problems).ReadFile(Repository.PathOf(path)), "/");
        var inventory = loader.Build();
        Assert.Empty(problems);
        return inventory;
    }

    private static Gen<string> One(params string[] of) => Gen.Int[0, of.Length - 1].Select(i => of[i]);

    private static readonly Gen<string> Pieces = Gen.OneOf(
        One("{", "}", "[", "]", "\"", "'", "{{", "}}", "\n", "  ", ": ", "- ", "&a ", "*a", "!", "|", ">", "\t", "\0", "#", "`", "한", "\u202e", "\u001b[31m", "\r", "? ", "<<", "---\n", "%", "@"),
        One("hosts: all\n", "block:\n", "loop: 1..5", "when: ", "always:\n", "undo:\n", "put_back: leave", "item", "host.", "steps.", "since: leave", "was[route=", "1..1000000000", "\n  - wait: 1s\n", "raw(", "default("),
        Gen.String[0, 5]);

    private static readonly Gen<(string File, (int, int, string)[])> Mutations =
        Gen.Select(One(Shipped), Gen.Select(Gen.Int[0, 8000], Gen.Int[0, 30], Pieces).Array[1, 4]);

    private void Mutated((string File, (int At, int Remove, string Insert)[] Changes) mutation)
    {
        var text = new StringBuilder(Encoding.UTF8.GetString(Contents[mutation.File]));
        foreach (var (at, remove, insert) in mutation.Changes)
        {
            var start = at % (text.Length + 1);
            text.Remove(start, Math.Min(remove, text.Length - start)).Insert(start, insert);
        }
        Everything(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>All that `play FILE -i INVENTORY -e @FILE` and `play lint` do with a file before anything runs.</summary>
    private void Everything(byte[] bytes)
    {
        var path = Path.Combine(folder.FullName, $"any-{Environment.CurrentManagedThreadId}.yaml");
        File.WriteAllBytes(path, bytes);
        var linter = new Linter(new Dictionary<string, object?> { ["HOME"] = "/" });
        linter.Look(path, isNamed: true);
        Assert.DoesNotContain(string.Concat(LintText.Findings(linter)) + LintJson.Write(linter) + LintSarif.Write(linter, "1"), c => c != '\n' && (char.IsControl(c) || c is '\u202e'));
        foreach (var inventory in Inventories.Append(null)) Shown(problems => AsPlaybook(path, inventory, problems));
        Shown(problems => new PlaybookLoader(problems).LoadActions(new PlaybookLoader(problems).ReadFile(path) ?? new MapNode(Position.In("none"), [])));
        Shown(problems =>
        {
            var loader = new InventoryLoader(problems);
            loader.Add(new PlaybookLoader(problems).ReadFile(path), "/");
            AsPlaybook(Path.Combine(folder.FullName, "all.yaml"), loader.Build(), problems);
        });
    }

    private static void AsPlaybook(string path, Inventory? inventory, ProblemList problems)
    {
        if (new PlaybookLoader(problems).Load(path) is not { } playbook) return;
        var given = playbook.Params.Take(2).ToDictionary(p => p.Name, p => new GivenValue("x", true, p.At));
        new Planner(inventory, new Dictionary<string, object?> { ["HOME"] = "/" }, problems).Plan(playbook, new Planner.Wishes { Params = given });
    }

    private static void Shown(Action<ProblemList> read)
    {
        var problems = new ProblemList();
        read(problems);
        foreach (var problem in problems)
            Assert.DoesNotContain(ProblemPrinter.Print(problem), c => c != '\n' && (char.IsControl(c) || c is '\u202e'));
    }

    [Fact]
    public void A_mutated_file_gives_problems_or_a_plan_and_never_an_exception() => Mutations.Sample(Mutated, iter: 500, threads: 1);

    [Fact]
    public void Any_bytes_give_problems_or_a_plan_and_never_an_exception() => Gen.OneOf(Gen.Byte.Array[0, 200], Pieces.Array[0, 60].Select(p => Encoding.UTF8.GetBytes(string.Concat(p)))).Sample(Everything, iter: 500, threads: 1);

    [Fact, Trait("Category", "Long")]
    public void A_hundred_thousand_mutated_files_never_give_an_exception() => Mutations.Sample(Mutated, iter: 100_000);
}
