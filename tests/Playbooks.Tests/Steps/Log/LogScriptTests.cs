using System.Diagnostics;
using System.Text;
using Playbooks.Steps.Log;
using Xunit;

namespace Playbooks.Tests.Steps.Log;

/// <summary>The script under the shells and with the tools that hosts have.</summary>
public sealed class LogScriptTests : LogFixture
{
    [Theory]
    [InlineData("dash", false)]
    [InlineData("bash", false)]
    [InlineData("busybox", true)]
    public async Task Every_shell_lists_and_reads_the_same(string shell, bool busybox)
    {
        Write("a b.log", "0123456789");
        Write("a b.log.1", "");
        Write("a b\n.log", new string('x', 1000) + "y");
        Directory.CreateDirectory(PathOf("dir.log"));
        if (busybox)
        {
            Directory.CreateDirectory(PathOf("bin"));
            foreach (var tool in new[] { "stat", "dd", "head", "xargs", "id", "printf" }) File.CreateSymbolicLink(PathOf($"bin/{tool}"), "/bin/busybox");
        }

        var listing = LogListing.Read(await Run(shell, busybox, "list", Folder, "", "*.log", ""));
        Assert.Equal((false, PathOf("dir.log")), (listing.Torn, listing.Other));
        Assert.Equal([(PathOf("a b\n.log"), 1001L, false), (PathOf("a b.log"), 10L, false), (PathOf("a b.log.1"), 0L, true)], listing.Files.Select(f => (f.Path, f.Size, f.IsMore)));
        Assert.All(listing.Files, f => Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", f.Changed));

        var one = LogListing.Read(await Run(shell, busybox, "list", Folder, "a b.log", "", ""));
        Assert.Equal([PathOf("a b.log"), PathOf("a b.log.1")], one.Files.Select(f => f.Path));
        LogRange[] ranges = [new(PathOf("a b\n.log"), listing.Files[0].Id, 1, 489), new(PathOf("a b.log"), listing.Files[0].Id, 0, 10), new(PathOf("a b.log"), listing.Files[1].Id, 0, 5), new(PathOf("none"), listing.Files[1].Id, 0, 5)];
        var read = LogRange.Read(ranges, await Run(shell, busybox, [.. ranges.SelectMany(r => new[] { r.Path, $"{r.Id}", $"{r.Block}", $"{r.Count}" }).Prepend("read")]));
        Assert.Equal([new string('x', 488) + "y", null, "01234", null], read!.Select(r => r is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null));
    }

    private async Task<byte[]> Run(string shell, bool busybox, params string[] words)
    {
        var start = new ProcessStartInfo(shell, [.. busybox ? ["sh"] : Array.Empty<string>(), "-c", LogScript.Text, "sh", .. words]) { RedirectStandardOutput = true };
        if (busybox) start.Environment["PATH"] = $"{PathOf("bin")}:/usr/bin:/bin";
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.ToArray();
    }
}
