using System.Text.RegularExpressions;
using CsCheck;
using Play;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting.Origins;
using Playbooks.Running;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Reporting;

/// <summary>What has changed since a run began, and whether it may go on with that. The cases are files: what there was, what there is now, and what is said of it.</summary>
public sealed partial class ChangesTests : IDisposable
{
    private static readonly string Folder = Repository.PathOf("tests/Playbooks.Tests/Cases/changes");

    private readonly Sources sources = new();

    public void Dispose() => sources.Dispose();

    public static TheoryData<string> Cases => new(Directory.EnumerateFiles(Folder, "*.txt").Where(path => !path.EndsWith(".verified.txt", StringComparison.Ordinal) && !path.EndsWith(".received.txt", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension)!);

    /// <summary>A case has parts that begin with `=== before FILE`, `=== now FILE` and `=== first KEY`, which asks whether the run may go on from that step; `now` may leave out what stays.</summary>
    [Theory, MemberData(nameof(Cases))]
    public async Task What_has_changed_is_said_for_a_narrow_terminal(string name)
    {
        var parts = Parts().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, name + ".txt"), TestContext.Current.CancellationToken)).ToLookup(part => part.Groups["what"].Value, part => (Name: part.Groups["name"].Value, Text: part.Groups["text"].Value));
        foreach (var (file, text) in parts["before"]) sources.Write(file, text);
        var before = await sources.Origin();
        foreach (var (file, text) in parts["now"])
            if (text.Length > 0) sources.Write(file, text);
            else sources.Remove(file);
        var changes = new Changes(before, await sources.Origin());

        var lines = changes.All.Count == 0 ? ["nothing has changed"] : changes.Lines(40).Select(line => line.Text).ToList();
        List<string> last = [];
        foreach (var (first, _) in parts["first"])
        {
            List<string> said = changes.Before(first == "-" ? null : new StepKey(first)) is { } change ? [.. Changes.Lines(change, 40).Select(line => line.Text)] : ["may go on"];
            lines.Add($"=== from {first}");
            lines.AddRange(last.Count > 0 && said.SequenceEqual(last) ? ["the same"] : said);
            last = said;
        }
        Assert.All(lines, line => Assert.True(DisplayText.Width(line) <= 40, line));
        Assert.Empty(new Changes(before, before).All);
        await Verifier.Verify(string.Join('\n', lines), name);
    }

    [Fact]
    public async Task It_is_the_same_after_it_was_kept()
    {
        sources.Write("p.yaml", "hosts: localhost\nsteps:\n  - print: a\n  - print: b\n");
        var origin = await sources.Origin();
        var kept = RunOrigin.Of(origin.Texts)!;
        Assert.Equal(origin.Texts, kept.Texts);
        Assert.Empty(new Changes(origin, kept).All);
        Assert.Null(RunOrigin.Of([.. origin.Texts.Where(text => text.Kind != "plan")]));
    }

    [Fact]
    public async Task No_secret_stands_in_what_is_kept()
    {
        sources.Write("secret", "hunter2-hunter2");
        sources.Write("hosts.yaml", "groups: { g: { hosts: { a: { ssh: 192.0.2.1, note: hunter2-hunter2 } } } }");
        sources.Write("p.yaml", """
            hosts: g
            params: { given: {}, hidden: { secret: true } }
            secrets: { pw: { command: [cat, secret] } }
            steps:
              - print: "hunter2-hunter2 {{ given }}"
              - command: cat
                env: { PW: "{{ secret.pw }}", HIDDEN: "{{ hidden }}" }
            """);
        var origin = await sources.Origin(new PlanRequest { Values = ["given=x-hunter2-hunter2", "hidden=very-hidden"] });
        Assert.All(origin.Texts, text =>
        {
            Assert.DoesNotContain("hunter2-hunter2", text.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("very-hidden", text.Text, StringComparison.Ordinal);
        });
        Assert.Contains("\"***", origin.Files[0].Text, StringComparison.Ordinal);
        Assert.Equal(["given", "hidden"], KeptRequest.FromJson(origin.Request)!.Hidden);
    }

    /// <summary>A playbook of blocks in blocks: each leaf is one number, each list a block.</summary>
    private sealed record Tree(int? Leaf, IReadOnlyList<Tree> Inside)
    {
        public IEnumerable<Tree> All => Inside.SelectMany(tree => tree.All).Prepend(this);

        public string Yaml(string indent) => Leaf is { } leaf
            ? $"{indent}- {{ name: s{leaf}, print: x, undo: {{ print: undo }} }}\n"
            : $"{indent}- name: block\n{indent}  block:\n{string.Concat(Inside.Select(tree => tree.Yaml(indent + "    ")))}{indent}  rescue: [{{ print: rescue }}]\n";

        public Tree With(Tree old, Tree now) => ReferenceEquals(this, old) ? now : this with { Inside = [.. Inside.Select(tree => tree.With(old, now))] };
    }

    private static readonly Gen<Tree> Leaf = Gen.Int[0, 99].Select(number => new Tree(number, []));

    private static readonly Gen<Tree> Trees = Gen.Recursive<Tree>((depth, tree) => depth == 3 ? Leaf : Gen.Frequency((3, Leaf), (1, tree.List[1, 3].Select(inside => new Tree(null, inside)))));

    [Fact]
    public async Task A_change_is_acceptable_where_it_comes_after_the_first_step_that_has_not_passed()
    {
        var playbooks = from roots in Trees.List[1, 4] from changed in Gen.Int[0, 100] from first in Gen.Int[0, 100] select (Root: new Tree(null, roots), changed, first);
        await playbooks.SampleAsync(async given =>
        {
            var leaves = given.Root.All.Where(tree => tree.Leaf is not null).ToList();
            var (changed, first) = (given.changed % leaves.Count, given.first % leaves.Count);
            var before = await Origin(given.Root);
            var now = await Origin(given.Root.With(leaves[changed], new Tree(leaves[changed].Leaf + 100, [])));
            var keys = new KeptPlan(before.Plan).Steps.Where(step => step.Key.Split('/') is [.., "steps" or "block", _] && step.Title.Contains("\"s", StringComparison.Ordinal)).Select(step => step.Key).ToList();
            Assert.Equal(leaves.Count, keys.Count);
            Assert.NotEmpty(new Changes(before, now).All);
            Assert.Equal(changed >= first, new Changes(before, now).Before(new StepKey(keys[first])) is null);
            Assert.NotNull(new Changes(before, now).Before(null));
        }, iter: 60, threads: 1);
    }

    private async Task<RunOrigin> Origin(Tree root)
    {
        sources.Write("p.yaml", "steps:\n" + string.Concat(root.Inside.Select(tree => tree.Yaml("  "))));
        return await sources.Origin();
    }

    [GeneratedRegex(@"^=== (?<what>before|now|first) (?<name>\S+)\n(?<text>(?:(?!===).*\n?)*)", RegexOptions.Multiline)]
    private static partial Regex Parts();
}
