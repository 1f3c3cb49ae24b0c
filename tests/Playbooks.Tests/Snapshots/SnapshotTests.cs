using Xunit;
using Xunit.Sdk;

namespace Playbooks.Tests.Snapshots;

public sealed class SnapshotTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("snapshots");

    public void Dispose() => folder.Delete(recursive: true);

    private Task Verify(string text, string? parameters = null) =>
        Verifier.Verify(text, parameters, Path.Combine(folder.FullName, "SomeTests.cs"), "It_reads_well");

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    [Fact]
    public async Task An_accepted_text_passes_whatever_its_line_ends_and_removes_what_was_received()
    {
        File.WriteAllText(PathOf("SomeTests.It_reads_well.verified.txt"), "one\ntwo");
        File.WriteAllText(PathOf("SomeTests.It_reads_well.received.txt"), "old");
        await Verify("one\r\ntwo");
        Assert.False(File.Exists(PathOf("SomeTests.It_reads_well.received.txt")));
    }

    [Fact]
    public async Task A_new_snapshot_fails_and_leaves_what_was_received()
    {
        await Assert.ThrowsAsync<FailException>(() => Verify("one", "a/b"));
        Assert.Equal("one", File.ReadAllText(PathOf("SomeTests.It_reads_well_a-b.received.txt")));
    }

    [Fact]
    public async Task A_difference_is_shown_with_the_lines_around_it()
    {
        File.WriteAllText(PathOf("SomeTests.It_reads_well.verified.txt"), "one\ntwo\nthree\nfour\nfive");
        var failure = await Assert.ThrowsAsync<FailException>(() => Verify("one\ntwo\nTHREE\nfour\nfive"));
        Assert.EndsWith("\n  one\n  two\n- three\n+ THREE\n  four\n  five", failure.Message);
    }

    [Theory]
    [InlineData("a", "a\na", "  a\n+ a")]
    [InlineData("a\nb", "a", "  a\n- b")]
    [InlineData("", "a", "- \n+ a")]
    public void A_diff_never_counts_a_line_twice(string was, string now, string diff) => Assert.Equal(diff, LineDiff.Show(was, now));

    [Fact]
    public void Every_snapshot_still_has_its_test()
    {
        var orphans = from snapshot in Directory.EnumerateFiles(Repository.PathOf("tests"), "*.verified.txt", SearchOption.AllDirectories)
                      let names = Path.GetFileName(snapshot).Split('.')
                      let source = Path.Combine(Path.GetDirectoryName(snapshot)!, names[0] + ".cs")
                      where !File.Exists(source) || !TestNames(source).Any(test => names[1] == test || names[1].StartsWith(test + "_", StringComparison.Ordinal))
                      select Path.GetRelativePath(Repository.Root, snapshot);
        Assert.Empty(orphans);
    }

    private static IEnumerable<string> TestNames(string source) =>
        File.ReadLines(source).Select(line => line.Split('(')[0].Split(' ')[^1]).Where(name => name.Length > 0);
}
