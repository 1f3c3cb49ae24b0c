using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Playbooks.Connections;
using Playbooks.Steps;
using Playbooks.Steps.Fetch;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Fetch;

/// <summary>Whatever a host answers, nothing is written but below the destination, and nothing there is anything but a file or a folder of ours.</summary>
[SupportedOSPlatform("linux")]
public sealed class HostileFetchTests(HostileHost host) : IClassFixture<HostileHost>, IAsyncLifetime
{
    private readonly ConnectionPool pool = host.Pool();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hostile");

    private string Outside => Path.Combine(folder.FullName, "outside");

    private string Here => Path.Combine(folder.FullName, "here");

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Outside);
        File.WriteAllText(Path.Combine(Outside, "canary"), "sings");
        File.WriteAllText(Path.Combine(folder.FullName, "canary"), "sings too");
        // Left there by somebody who may write to the destination.
        Directory.CreateDirectory(Path.Combine(Here, "evil1", "src", "d"));
        File.CreateSymbolicLink(Path.Combine(Here, "evil1", "src", "away"), Outside);
        File.CreateSymbolicLink(Path.Combine(Here, "evil1", "src", "d", "file"), Path.Combine(Outside, "canary"));
        File.CreateSymbolicLink(Path.Combine(Here, "evil1", "src", "new"), Path.Combine(Outside, "new"));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return pool.DisposeAsync();
    }

    [Theory]
    [InlineData("./../x", "the host gave a name that leads out of its folder, or is none: \"../x\"")]
    [InlineData("./a/../../x", "the host gave a name that leads out of its folder, or is none: \"a/../../x\"")]
    [InlineData(".//etc/passwd", "the host gave a name that leads out of its folder, or is none: \"/etc/passwd\"")]
    [InlineData("./a//b", "the host gave a name that leads out of its folder, or is none: \"a//b\"")]
    [InlineData("./.", "the host gave a name that leads out of its folder, or is none: \".\"")]
    [InlineData("./", "the host gave a name that leads out of its folder, or is none: \"\"")]
    [InlineData("./away/new", "HERE/evil1/src/away is a link, which is not followed")]
    [InlineData("./away/canary", "HERE/evil1/src/away is a link, which is not followed")]
    [InlineData("./d", "HERE/evil1/src/d is a folder, and a file would have its name")]
    [InlineData("./a\ufffd", "the name \"a\ufffd\" is not UTF-8")]
    public async Task A_name_that_leads_elsewhere_is_refused(string path, string message)
    {
        var result = await Fetch(Listing([("f ", path, "evil", null)]), Bytes(["evil"]), []);
        Assert.Equal((Outcome.Error, message.Replace("HERE", Here, StringComparison.Ordinal)), (result.Outcome, Assert.Single(result.Messages)));
        Untouched();
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("x")]
    public async Task What_was_not_asked_for_is_not_taken(string path)
    {
        var result = await Fetch(Listing([("f ", path, "evil", null)]), Bytes(["evil"]), []);
        Assert.Equal("[]", Data.Show(result.Fields["files"]));
        Untouched();
    }

    [Theory]
    [InlineData("./new")]
    [InlineData("./d/file")]
    public async Task A_link_that_was_left_there_is_replaced(string path)
    {
        var result = await Fetch(Listing([("f ", path, "fine", null)]), Bytes(["fine"]), []);
        Assert.Equal((Outcome.Passed, "fine"), (result.Outcome, File.ReadAllText(Path.Combine(Here, "evil1", "src", path))));
        Assert.Null(new FileInfo(Path.Combine(Here, "evil1", "src", path)).LinkTarget);
        Untouched();
    }

    [Theory]
    [InlineData("fine", "evil", "", "\"./a\" changed while it was fetched")]
    [InlineData("fine", "fin", "", "\"./a\" became shorter while it was fetched")]
    [InlineData("fine", "fine and more", "", "\"./a\" became shorter while it was fetched")]
    public async Task What_comes_is_held_against_what_was_listed(string listed, string comes, string sum, string message)
    {
        var result = await Fetch(Listing([("f ", "./a", listed, null)]), Bytes([comes]), Encoding.UTF8.GetBytes(sum));
        Assert.Equal((Outcome.Error, message), (result.Outcome, Assert.Single(result.Messages)));
        Assert.False(File.Exists(Path.Combine(Here, "evil1", "src", "a")));
        Assert.Empty(Directory.GetFiles(Path.Combine(Here, "evil1", "src"), ".play-*"));
        Untouched();
    }

    [Fact]
    public Task No_answer_writes_elsewhere() => Holds(15);

    [Fact, Trait("Category", "Long")]
    public Task No_answer_of_a_thousand_writes_elsewhere() => Holds(1000);

    [Fact]
    public void Parts_of_any_text_lead_down_or_are_refused() => Gen.String[0, 40].Sample(text =>
    {
        try
        {
            var parts = LocalTree.Parts(text);
            var path = Path.GetFullPath(new LocalTree("/r").PathOf(parts));
            Assert.Equal("/r/" + text, path);
        }
        catch (LocalTree.RefusedException)
        {
        }
    });

    private static Gen<T> One<T>(params T[] all) => Gen.Int[0, all.Length - 1].Select(i => all[i]);

    private async Task Holds(int times)
    {
        var part = One("..", ".", "", "a", "d", "away", "file", "new", "canary", "…", "a\nb", "-x", "~", "$(id)", new string('x', 300), "\ufffd", "\\", "/etc");
        var path = Gen.Select(One("./", "", "/", "../", "./../"), part.List[1, 5], (begin, parts) => begin + string.Join('/', parts));
        var entry = Gen.Select(One("f ", "fl", "f ", "d ", "o ", "b ", "- ", "u ", "zz"), path, One("", "evil", "more evil"), One<string?>(null, null, null, "-1", "99999999999999999999", "9223372036854775807", "4"));
        var listing = Gen.Frequency((8, entry.List[0, 6].Select(entries => Listing(entries))), (1, Gen.Byte.Array[0, 200]), (1, Gen.Select(entry.List[0, 4], Gen.Int[0, 200]).Select((entries, cut) => Listing(entries)[..Math.Min(cut, Listing(entries).Length)])));
        var bytes = Gen.Frequency((8, One("", "evil", "more evil").List[0, 6].Select(all => Bytes(all))), (1, Gen.Byte.Array[0, 100]));
        var samples = Gen.Select(listing, bytes, Gen.Byte.Array[0, 70]).Array[times].Single();
        foreach (var (what, content, sum) in samples)
        {
            await Fetch(what, content, sum);
            Untouched();
        }
    }

    private async Task<StepResult> Fetch(byte[] listing, byte[] bytes, byte[] sum)
    {
        host.Answers(listing, bytes, sum);
        var work = KindHarness.Bound("fetch", $"{{ src: /srv/src, dest: {Here}/ }}");
        return await work.Run(new StepContext
        {
            Scope = Scope.Empty,
            Machine = host.Host,
            Connections = pool,
            Jars = new CookieJars(),
            Timeout = TimeSpan.FromSeconds(30),
            Time = TimeProvider.System,
            Claim = new Claim("test", "test"),
        }, TestContext.Current.CancellationToken);
    }

    /// <summary>As the listing script would print it, were it honest: the folder, then what is said to be in it.</summary>
    private static byte[] Listing(IEnumerable<(string Type, string Path, string Content, string? Size)> entries)
    {
        var all = entries.Prepend(("d ", ".", "", null)).ToList();
        static string Stat((string Type, string Path, string Content, string? Size) e) => $"81a4:{e.Size ?? Encoding.UTF8.GetByteCount(e.Content).ToString(System.Globalization.CultureInfo.InvariantCulture)}:0:0:1:root:root\n";
        var exists = all.Where(e => e.Item1[0] is not ('-' or 'b'));
        var text = $"d /srv/src\0stat\041ed:4096:0:0:1:root:root\n\0\0end\0{string.Concat(all.Select(e => e.Item1 + e.Item2 + "\0"))}stat\0{string.Concat(exists.Select(Stat))}\0{string.Concat(all.Where(e => e.Item1[0] == 'f').Select(e => Sum(e.Item3) + "\n"))}\0end\0done\0";
        return Encoding.UTF8.GetBytes(text);
    }

    private static byte[] Bytes(IEnumerable<string> contents) => Encoding.UTF8.GetBytes(string.Concat(contents.Select(content => $"bytes\0{content}end\0")) + "done\0");

    private static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void Untouched()
    {
        Assert.Equal(["canary", "here", "outside"], Directory.GetFileSystemEntries(folder.FullName).Select(Path.GetFileName).Order());
        Assert.Equal(["canary"], Directory.GetFileSystemEntries(Outside).Select(Path.GetFileName));
        Assert.Equal(("sings", "sings too"), (File.ReadAllText(Path.Combine(Outside, "canary")), File.ReadAllText(Path.Combine(folder.FullName, "canary"))));
    }
}
