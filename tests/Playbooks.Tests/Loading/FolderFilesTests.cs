using Playbooks.Loading;
using Playbooks.Problems;
using Playbooks.Tests.Journal;
using Xunit;

namespace Playbooks.Tests.Loading;

public sealed class FolderFilesTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("p.yaml", ".")]
    [InlineData("", ".")]
    [InlineData("a\0b", ".")]
    [InlineData("a/b\0c/p.yaml", "a/bc")]
    [InlineData("/hosts.yaml", "/")]
    public void Each_path_is_in_a_folder(string path, string folderOf) => Assert.Equal(Path.GetFullPath(folderOf), FolderFiles.FolderOf(path));

    [Fact]
    public void A_link_to_a_folder_is_not_gone_into_and_what_cannot_be_listed_is_a_problem()
    {
        folder.Write("a/b/c.yaml", "");
        folder.Write("d.yaml", "");
        Directory.CreateSymbolicLink(folder.PathOf("a/back"), folder.Path);
        var problems = new ProblemList();
        Assert.Equal([folder.PathOf("a/b/c.yaml"), folder.PathOf("d.yaml")], FolderFiles.Of(folder.Path, problems));
        Assert.Empty(problems);
        // Of a file the system refuses a list, whoever asks: root may read all folders.
        Assert.Empty(FolderFiles.Of(folder.PathOf("d.yaml"), problems));
        Assert.StartsWith("this folder cannot be read: ", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    /// <summary>Who only looks runs none, and reading goes through links.</summary>
    [Fact]
    public void A_program_is_found_behind_a_link_too()
    {
        folder.Write("scripts/list", "#!/bin/sh\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder.PathOf("scripts/list"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        folder.Write("inventory/hosts.yaml", "groups: { was: { hosts: { was1: } } }\n");
        Assert.False(InventoryFiles.HasProgram(folder.PathOf("inventory")));
        Directory.CreateSymbolicLink(folder.PathOf("inventory/more"), folder.PathOf("scripts"));
        Assert.True(InventoryFiles.HasProgram(folder.PathOf("inventory")));
        Directory.CreateSymbolicLink(folder.PathOf("circle"), folder.Path);
        Assert.True(InventoryFiles.HasProgram(folder.PathOf("circle")));
    }

    [Theory, InlineData(""), InlineData("a\0b"), InlineData("a\0b/hosts")]
    public void An_inventory_that_no_path_can_be_is_a_problem(string path)
    {
        var problems = new ProblemList();
        new InventoryFiles(new PlaybookLoader(problems), new Dictionary<string, object?>(), problems).Add(path);
        Assert.NotEmpty(problems);
    }
}
