using System.Diagnostics;
using Playbooks.Steps.Files;
using Xunit;

namespace Playbooks.Tests.Steps.Files;

/// <summary>The script that looks, under the shells and with the tools that hosts have.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ListScriptTests : FileFixture
{
    private const string SumOfX = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";

    [Theory]
    [InlineData("dash", false)]
    [InlineData("bash", false)]
    [InlineData("busybox", true)]
    public async Task Every_shell_tells_the_same(string shell, bool busybox)
    {
        Write("in/a b", "x");
        Write("in/back\\slash", "x");
        Write("in/new\nline", "");
        Write("in/-n", "x");
        Write("in/봄/it", "x");
        File.CreateSymbolicLink(PathOf("in/link"), "a b");
        File.CreateSymbolicLink(PathOf("in/chain"), PathOf("in/link"));
        File.CreateSymbolicLink(PathOf("in/broken"), "nowhere");
        SetMode(PathOf("in/a b"), "4751");
        SetMode(PathOf("in"), "0755");

        var tree = await Run(shell, busybox, "", "tree", PathOf("in"));
        Assert.Equal((PathOf("in"), HostFileType.Folder, 0x1ed), (tree.Files[0].Path, tree.Files[0].Type, tree.Files[0].Mode));
        Assert.Equal([".", "./-n", "./a b", "./back\\slash", "./broken", "./chain", "./link", "./new\nline", "./봄", "./봄/it"], tree.Files.Skip(1).Select(f => f.Path).Order(StringComparer.Ordinal));
        var byName = tree.Files.Skip(1).ToDictionary(f => f.Path);
        Assert.Equal((HostFileType.File, false, 0x9e9, 1L, SumOfX), Told(byName["./a b"]));
        Assert.Equal((HostFileType.File, true, 0x9e9, 1L, SumOfX), Told(byName["./chain"]));
        Assert.Equal(SumOfX, byName["./back\\slash"].Sha256);
        Assert.Equal(("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 0L), (byName["./new\nline"].Sha256, byName["./new\nline"].Size));
        Assert.Equal((HostFileType.BrokenLink, true, 0, 0L, ""), Told(byName["./broken"]));
        Assert.Equal(Environment.UserName, byName["./-n"].Owner);

        var names = await Run(shell, busybox, "./-n\0./none\0./new\nline\0", "below", PathOf("in"));
        Assert.Equal([HostFileType.Folder, HostFileType.File, HostFileType.None, HostFileType.File], names.Files.Select(f => f.Type));

        Assert.Equal(PathOf("in/a b"), (await Run(shell, busybox, "", "place", PathOf("in/chain"), "x")).Files[1].Path);
        Assert.Equal(PathOf("in/x"), (await Run(shell, busybox, "", "place", PathOf("in") + "/", "x")).Files[1].Path);
        var place = await Run(shell, busybox, "", "place", PathOf("in/broken"), "x");
        Assert.Equal((PathOf("in/nowhere"), HostFileType.Folder, HostFileType.None), (place.Files[1].Path, place.Files[0].Type, place.Files[1].Type));
    }

    [Fact]
    public void Half_an_answer_is_none()
    {
        var whole = System.Text.Encoding.UTF8.GetBytes($"left /.play-1\0d /\0f /a\0stat\041ed:4096:0:0:1:root:root\n81a4:1:0:0:1:root:root\n\0{SumOfX}\n\0end\0done\0");
        Assert.Equal(SumOfX, HostListing.Read(whole, out _)!.Files[1].Sha256);
        for (var length = 0; length < whole.Length - 1; length++) Assert.Null(HostListing.Read(whole.AsMemory(0, length), out _));
    }

    [Fact]
    public async Task No_record_that_is_lost_or_another_makes_it_fall()
    {
        Write("in/a", "x");
        Write("in/.play-1", "x");
        File.CreateSymbolicLink(PathOf("in/broken"), "nowhere");
        string[] others = ["", "x", "d", "umask 09zz", "left", "d /x", "- ./x", "zz /x", "stat", "end", "done", "nosum", "81a4:1:0:0:1:root:root\n", "81a4:-1:0:0:1:root:root\n", "zz:99999999999999999999:0:0:1::\n", ":::\n"];
        foreach (var words in new string[][] { ["place", PathOf("in/a"), "x"], ["below", PathOf("in")], ["tree", PathOf("in")] })
        {
            var records = System.Text.Encoding.UTF8.GetString(await Answer("sh", false, "./a\0./none\0", words)).Split('\0');
            Assert.NotNull(Read(records));
            for (var i = 0; i < records.Length; i++)
            {
                Read([.. records[..i], .. records[(i + 1)..]]);
                Read(records[..i]);
                foreach (var other in others) Read([.. records[..i], other, .. records[(i + 1)..]]);
            }
        }
        Assert.Null(Read(["done", ""]));

        static HostListing? Read(string[] records)
        {
            var listing = HostListing.Read(System.Text.Encoding.UTF8.GetBytes(string.Join('\0', records)), out _);
            if (listing is not null) Assert.DoesNotContain(listing.Files, file => file.Size < 0);
            if (listing is not null) Assert.NotEmpty(listing.Files);
            return listing;
        }
    }

    [Fact]
    public async Task What_find_could_not_list_is_an_error()
    {
        Write("tree/a", "x");
        Write("tree/b", "x");
        var path = Instead("find", "case $* in *-print0*) printf '.\\0./a\\0'; echo 'find: ./b: Input/output error' >&2; exit 1;; esac");
        Assert.Equal("the files could not be listed: find: ./b: Input/output error", Error(await Run("fetch", $"{{ src: {PathOf("tree")}, dest: {PathOf("here")}/ }}", path: path)));
        Assert.False(Directory.Exists(PathOf("here")));
    }

    [Theory]
    [InlineData("copy")]
    [InlineData("fetch")]
    public async Task What_xargs_did_not_come_to_is_not_taken_as_not_there(string kind)
    {
        for (var i = 0; i < 700; i++)
        {
            Write($"from/{i}", "x");
            Write($"to/{i}", "x");
        }
        foreach (var file in Directory.GetFiles(PathOf("to"))) SetMode(file, "0600");
        var path = Instead("xargs", "case $* in *'-n 500'*) head -z -n 500 | /usr/bin/xargs \"$@\"; kill -9 $$;; esac");
        Assert.StartsWith("the files could not be listed", Error(await Run(kind, $"{{ src: {PathOf("from")}, dest: {PathOf("to")} }}", path: path)), StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(PathOf("to")), file => Assert.Equal("0600", Mode(file)));
    }

    [Fact]
    public async Task Without_a_program_for_checksums_nothing_is_listed()
    {
        foreach (var tool in new[] { "sh", "stat", "xargs", "readlink", "find", "cat" }) File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(PathOf("bin")).FullName, tool), tool == "sh" ? "/bin/sh" : "/bin/busybox");
        var answer = await Answer("sh", false, "", ["place", PathOf("a"), "x"], script: ListScript.Text.Replace(":/usr/bin:/bin", "", StringComparison.Ordinal), path: PathOf("bin"));
        Assert.Null(HostListing.Read(answer, out var hasSum));
        Assert.False(hasSum);
    }

    /// <summary>A PATH on which a program does something else first.</summary>
    private string Instead(string program, string script)
    {
        SetMode(Write($"bin/{program}", $"#!/bin/sh\n{script}\nexec /usr/bin/{program} \"$@\"\n"), "0755");
        return $"{PathOf("bin")}:/usr/bin:/bin";
    }

    private static (HostFileType, bool, int, long, string) Told(HostFile file) => (file.Type, file.IsLink, file.Mode, file.Size, file.Sha256);

    private async Task<HostListing> Run(string shell, bool busybox, string input, params string[] words)
    {
        var listing = HostListing.Read(await Answer(shell, busybox, input, words), out _);
        Assert.NotNull(listing);
        return listing;
    }

    private async Task<byte[]> Answer(string shell, bool busybox, string input, string[] words, string? script = null, string? path = null)
    {
        var start = new ProcessStartInfo(shell, [.. busybox ? ["sh"] : Array.Empty<string>(), "-c", script ?? ListScript.Text, "sh", ListScript.Show, .. words]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (busybox && !Directory.Exists(PathOf("busybox"))) Busybox();
        if (busybox) start.Environment["PATH"] = $"{PathOf("busybox")}:/usr/bin:/bin";
        if (path is not null) start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        await process.StandardInput.BaseStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(input), Cancel);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, Cancel);
        await process.WaitForExitAsync(Cancel);
        return output.ToArray();
    }
}
