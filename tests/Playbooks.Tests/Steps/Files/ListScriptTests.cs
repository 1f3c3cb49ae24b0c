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
        Assert.Equal(0x12, tree.Umask);
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

        Assert.Equal(PathOf("in/a b"), (await Run(shell, busybox, "", "place", PathOf("in/chain"), "x")).Path);
        Assert.Equal(PathOf("in/x"), (await Run(shell, busybox, "", "place", PathOf("in") + "/", "x")).Path);
        var place = await Run(shell, busybox, "", "place", PathOf("in/broken"), "x");
        Assert.Equal((PathOf("in/nowhere"), HostFileType.Folder, HostFileType.None), (place.Path, place.Files[0].Type, place.Files[1].Type));
    }

    [Fact]
    public void Half_an_answer_is_none()
    {
        var whole = System.Text.Encoding.UTF8.GetBytes($"umask 0022\0path /a\0d /\0f /a\0stat\041ed:4096:0:0:1:root:root\n81a4:1:0:0:1:root:root\n\0{SumOfX}\n\0end\0done\0");
        Assert.Equal(SumOfX, HostListing.Read(whole, out _)!.Files[1].Sha256);
        for (var length = 0; length < whole.Length - 1; length++) Assert.Null(HostListing.Read(whole.AsMemory(0, length), out _));
    }

    private static (HostFileType, bool, int, long, string) Told(HostFile file) => (file.Type, file.IsLink, file.Mode, file.Size, file.Sha256);

    private async Task<HostListing> Run(string shell, bool busybox, string input, params string[] words)
    {
        var start = new ProcessStartInfo(shell, [.. busybox ? ["sh"] : Array.Empty<string>(), "-c", ListScript.Text, "sh", ListScript.Show, .. words]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (busybox && !Directory.Exists(PathOf("busybox"))) Busybox();
        if (busybox) start.Environment["PATH"] = $"{PathOf("busybox")}:/usr/bin:/bin";
        using var process = Process.Start(start)!;
        await process.StandardInput.BaseStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(input), Cancel);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, Cancel);
        await process.WaitForExitAsync(Cancel);
        var listing = HostListing.Read(output.ToArray(), out _);
        Assert.NotNull(listing);
        return listing;
    }
}
