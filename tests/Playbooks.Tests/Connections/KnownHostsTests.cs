using System.Diagnostics;
using Playbooks.Connections.Verifying;
using Xunit;

namespace Playbooks.Tests.Connections;

public sealed class KnownHostsTests : IDisposable
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIQ6h9nJZJf8zFJ0yXlE9H2dLw1k0bJx9rQF1VwqTn0x";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("known");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_file_is_read_again_when_it_has_changed_and_only_then()
    {
        var (known, file) = (new KnownHosts(), PathOf("a"));
        Assert.Empty(known.Keys([file], "web1"));
        File.WriteAllText(file, $"web1 {Key}\n");
        Assert.Single(known.Keys([file], "web1"));
        Assert.Same(known.Read(file), known.Read(file));
        File.AppendAllText(file, $"web2,web1 {Key}\n");
        Assert.Equal(["1", "2"], known.Keys([file], "web1").Select(line => $"{line.Number}"));
        File.Delete(file);
        Assert.Empty(known.Keys([file], "web1"));
    }

    [Fact]
    public void A_line_we_added_is_found_at_its_place_without_reading_again()
    {
        var (known, file) = (new KnownHosts(), PathOf("a"));
        File.WriteAllText(file, $"# first\nweb1 {Key}");
        known.Add(file, $"web2 {Key}");
        known.Add(file, $"{KnownHostLine.Hashed("web3")} {Key}");
        var before = known.Read(file);
        Assert.Equal([$"{file}:2", $"{file}:3", $"{file}:4"], new[] { "web1", "web2", "web3" }.SelectMany(name => known.Keys([file], name)).Select(line => line.Where));
        Assert.Same(before, known.Read(file));
        Assert.Equal([3, 4], new[] { "web2", "web3" }.SelectMany(name => new KnownHosts().Keys([file], name)).Select(line => line.Number));
    }

    [Fact]
    public void Lines_with_names_patterns_and_hashes_come_in_the_order_of_the_file()
    {
        var file = PathOf("a");
        File.WriteAllLines(file, [$"web* {Key}", $"web1 {Key}", $"{KnownHostLine.Hashed("web1")} {Key}", $"@revoked web1 {Key}", $"*,!web1 {Key}", $"WEB1 {Key}", $"web2 {Key}"]);
        var known = new KnownHosts();
        Assert.Equal([1, 2, 3, 6], known.Keys([file], "web1").Select(line => line.Number));
        Assert.Equal([4], known.Marked([file], KnownHostLine.Revoked, "web1").Select(line => line.Number));
        Assert.Equal([1, 5, 7], known.Keys([file], "web2").Select(line => line.Number));
    }

    /// <summary>Hashes are the dear part: one for each line and name. Ten thousand lines and 200 hosts are two million of them, 1.3 µs each where this was written, and twice that on a busy machine.</summary>
    [Theory, Trait("Category", "Long")]
    [InlineData(false, 0.5), InlineData(true, 12)]
    public void Ten_thousand_lines_and_two_hundred_hosts_are_quick(bool hashed, double seconds)
    {
        var file = PathOf("large");
        File.WriteAllLines(file, Enumerable.Range(0, 10_000).Select(i => $"h{i}.example.com" is var name ? $"{(hashed ? KnownHostLine.Hashed(name) : name)} {Key}" : ""));
        var known = new KnownHosts();
        known.Read(file);
        var begin = Process.GetCurrentProcess().TotalProcessorTime;
        for (var i = 0; i < 200; i++)
            for (var again = 0; again < 3; again++)
                Assert.Equal(i * 7 + 1, Assert.Single(known.Keys([file], $"h{i * 7}.example.com")).Number);
        var took = (Process.GetCurrentProcess().TotalProcessorTime - begin).TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"{took:0.00} s of CPU");
        Assert.InRange(took, 0, seconds);
    }

    private string PathOf(string name) => Path.Combine(folder.FullName, name);
}
