using CsCheck;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Files;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FolderTests(Sshd sshd) : FileFixture
{
    private string Yaml(string more = "") => $"{{ src: {Quoted(PathOf("src"))}, dest: {Quoted(PathOf("dest"))}{more} }}";

    private static Dictionary<string, string> Tree(string folder) => Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .ToDictionary(path => Path.GetRelativePath(folder, path), path => Directory.Exists(path) ? "a folder" : Convert.ToHexString(File.ReadAllBytes(path)));

    [Fact]
    public async Task A_folder_comes_to_be_what_dest_names_and_what_else_is_there_stays()
    {
        Write("src/one", "1\n");
        Write("src/sub/run", "#!/bin/sh\n");
        SetMode(PathOf("src/sub/run"), "0755");
        Directory.CreateDirectory(PathOf("src/empty"));
        Assert.Equal((true, $"""
            {PathOf("dest")}: not there → a folder
            {PathOf("dest/empty")}: not there → a folder
            {PathOf("dest/sub")}: not there → a folder
            --- /dev/null
            +++ {PathOf("dest/one")}
            @@ -0,0 +1 @@
            +1
            --- /dev/null
            +++ {PathOf("dest/sub/run")}
            @@ -0,0 +1 @@
            +#!/bin/sh
            """), Passed(await Run("copy", Yaml())));
        Assert.Equal(Tree(PathOf("src")), Tree(PathOf("dest")));
        Assert.Equal(("0644", "0755", "0755"), (Mode(PathOf("dest/one")), Mode(PathOf("dest/sub/run")), Mode(PathOf("dest/sub"))));
        Assert.InRange(File.GetLastWriteTimeUtc(PathOf("dest/one")), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
        Assert.Equal((false, ""), Passed(await Run("copy", Yaml())));

        Write("dest/own", "stays");
        Write("dest/one", "2\n");
        SetMode(PathOf("dest/one"), "0600");
        Write("src/two", "two");
        var differs = await Run("copy", Yaml(), compares: true);
        Assert.Equal((Outcome.Failed, $"{PathOf("dest/one")} has another content; there is no {PathOf("dest/two")}"), (differs.Outcome, string.Join("; ", differs.Messages)));
        Assert.Equal("2\n", File.ReadAllText(PathOf("dest/one")));
        Assert.True(Passed(await Run("copy", Yaml())).Changed);
        Assert.Equal(("1\n", "0600", "stays"), (File.ReadAllText(PathOf("dest/one")), Mode(PathOf("dest/one")), File.ReadAllText(PathOf("dest/own"))));

        Assert.Equal((true, $"{PathOf("dest/one")}: mode 0600 → 0640\n{PathOf("dest/sub/run")}: mode 0755 → 0640\n{PathOf("dest/two")}: mode 0644 → 0640"), Passed(await Run("copy", Yaml(", mode: 0640"))));
        Assert.Equal(("0640", "0755"), (Mode(PathOf("dest/sub/run")), Mode(PathOf("dest/sub"))));
        Assert.Empty(Temporary());
    }

    [Theory, InlineData(4)]
    public Task Any_folder_arrives_as_it_is(int cases) => Law(cases);

    [Theory, InlineData(100), Trait("Category", "Long")]
    public Task Any_folder_arrives_as_it_is_many_times(int cases) => Law(cases);

    private async Task Law(int cases)
    {
        var busybox = Busybox();
        await using var ssh = sshd.Pool();
        await using var local = new ConnectionPool(TimeProvider.System);
        var part = Gen.OneOf(One("-n", "a b", "it's", "new\nline", "봄 여름", "back\\slash", "*", "..hidden", ".h", "x", new string('n', 200), new string('봄', 60)), Gen.String[Gen.Char['!', '~'].Where(c => c != '/'), 1, 30].Where(n => n is not ("." or "..")));
        var path = part.Array[1, 4].Select(parts => string.Join('/', parts));
        var content = Gen.Int[0, 40_000].Select(n => { var bytes = new byte[n]; new Random(n).NextBytes(bytes); return bytes; });
        await Gen.Select(Gen.Select(path, content).Array[1, 30], Gen.Int[0, 2], Gen.Bool).SampleAsync(async (files, where, isOld) =>
        {
            var run = PathOf(Guid.NewGuid().ToString("N"));
            var (src, dest) = (Path.Combine(run, "src"), Path.Combine(run, "dest -x"));
            Directory.CreateDirectory(src);
            foreach (var (name, bytes) in files) Make(src, name, bytes);
            if (isOld) foreach (var (name, bytes) in files.Take(files.Length / 2)) Make(dest, name, bytes.Length % 2 == 0 ? bytes : [1, 2, 3]);
            var work = KindHarness.Bound("copy", $"{{ src: {Quoted(src)}, dest: {Quoted(dest)} }}");
            Task<StepResult> Once(bool compares = false) => where switch
            {
                0 => Run(work, local, Host.Control, compares),
                1 => Run(work, local, Host.Control, compares, busybox),
                _ => Run(work, ssh, sshd.Host(), compares),
            };
            var isSame = Directory.Exists(dest) && Tree(dest).Count == Tree(src).Count && Tree(src).All(Tree(dest).Contains);
            var first = await Once();
            Assert.Equal("", string.Join(' ', first.Messages));
            Assert.Equal(!isSame, Passed(first).Changed);
            Assert.Equal(Tree(src), Tree(dest));
            Assert.False(Passed(await Once()).Changed);
            Assert.Equal(Outcome.Passed, (await Once(compares: true)).Outcome);
            Assert.Equal(2, Directory.GetFileSystemEntries(run).Length);
        }, iter: cases, threads: 1);

        // A name may be a file in one path and a folder in another: then it is left out.
        static void Make(string root, string name, byte[] bytes)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, name))!);
                File.WriteAllBytes(Path.Combine(root, name), bytes);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    [Fact]
    public async Task Links_are_copied_as_what_they_lead_to_and_others_are_refused()
    {
        Write("src/sub/real", "real");
        File.CreateSymbolicLink(PathOf("src/link"), "sub/real");
        Passed(await Run("copy", Yaml()));
        Assert.Equal((null, "real"), (new FileInfo(PathOf("dest/link")).LinkTarget, File.ReadAllText(PathOf("dest/link"))));

        Write("outside", "x");
        File.CreateSymbolicLink(PathOf("src/out"), "../outside");
        Assert.Equal([$"{PathOf("src/out")} is a link that leads out of the folder, to {PathOf("outside")}"], KindHarness.Problems("copy", Yaml()));
        File.Delete(PathOf("src/out"));
        File.CreateSymbolicLink(PathOf("src/out"), "nowhere");
        Assert.Equal([$"{PathOf("src/out")} is a link that leads nowhere, to nowhere"], KindHarness.Problems("copy", Yaml()));
        File.Delete(PathOf("src/out"));
        File.CreateSymbolicLink(PathOf("src/folder"), "sub");
        Assert.Equal([$"{PathOf("src/folder")} is a link to a folder, which is not copied"], KindHarness.Problems("copy", Yaml()));
        File.Delete(PathOf("src/folder"));
        await using (var local = new LocalConnection(TimeProvider.System)) await local.Run(new RemoteCommand { Words = ["mkfifo", PathOf("src/pipe")] }, Cancel);
        Assert.Equal([$"{PathOf("src/pipe")} is no file but a device, a pipe or a socket"], KindHarness.Problems("copy", Yaml()));
        Assert.Equal(["/dev/null is no file but a device, a pipe or a socket"], KindHarness.Problems("copy", $"{{ src: /dev/null, dest: {PathOf("dest")} }}"));
    }

    [Fact]
    public async Task What_stands_in_the_way_is_an_error_and_nothing_is_changed()
    {
        Write("src/a", "new");
        Write("src/b/c", "new");
        Write("dest/a", "old");
        Write("dest/b", "a file");
        Assert.Equal($"{PathOf("dest/b")} is a file, and a folder is to be there", Error(await Run("copy", Yaml())));
        File.Delete(PathOf("dest/b"));
        Directory.CreateDirectory(PathOf("dest/b/c"));
        Assert.Equal($"{PathOf("dest/b/c")} is a folder, and a file is to be there", Error(await Run("copy", Yaml())));
        var compared = await Run("copy", Yaml(), compares: true);
        Assert.Equal((Outcome.Failed, $"{PathOf("dest/b/c")}: a folder → a file"), (compared.Outcome, compared.Fields["diff"]));
        Directory.Delete(PathOf("dest/b/c"));
        Write("elsewhere", "old");
        File.CreateSymbolicLink(PathOf("dest/b/c"), PathOf("elsewhere"));
        Assert.Equal($"{PathOf("dest/b/c")} is a link there, and what it leads to differs from what is copied", Error(await Run("copy", Yaml())));
        Assert.Equal(("old", "old"), (File.ReadAllText(PathOf("dest/a")), File.ReadAllText(PathOf("elsewhere"))));
        Assert.Equal($"{PathOf("src/a")} is a file, and a folder is to be there", Error(await Run("copy", $"{{ src: {PathOf("src")}, dest: {PathOf("src/a")} }}")));
        Assert.StartsWith($"{PathOf("no/such")}: the folder could not be made: ", Error(await Run("copy", $"{{ src: {PathOf("src")}, dest: {PathOf("no/such")} }}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_may_be_made_beside_the_folder_it_is_made_inside()
    {
        Write("src/a", "new");
        Directory.CreateDirectory(PathOf("dest"));
        for (var above = Folder; above.StartsWith(Path.GetTempPath(), StringComparison.Ordinal) && above.Length > Path.GetTempPath().Length; above = Path.GetDirectoryName(above)!) SetMode(above, "0755");
        SetMode(PathOf("dest"), "0777");
        // The folder above belongs to root, and it is not root who writes.
        Assert.True(Passed(await Run("copy", Yaml(), sudo: Environment.IsPrivilegedProcess ? "nobody" : null)).Changed);
        Assert.Equal("new", File.ReadAllText(PathOf("dest/a")));
        Assert.Empty(Temporary());
    }

    /// <summary>The figures that the issue asks for: against tar and sftp, in turn, connections included.</summary>
    [Fact, Trait("Category", "Long"), Trait("Category", "Alone")]
    public async Task A_thousand_small_files_come_within_three_times_the_time_of_tar_and_sftp()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++) Write($"src/d{i % 20}/f{i}", [.. Enumerable.Range(0, random.Next(100, 4000)).Select(_ => (byte)random.Next(32, 126))]);
        var ssh = $"-q -F none -p {sshd.Port} -i {sshd.Key} -o UserKnownHostsFile={sshd.KnownHosts} 127.0.0.1";
        var batch = Write("batch", $"put -r {PathOf("src")} {PathOf("by-sftp")}\n");
        await using var shell = new LocalConnection(TimeProvider.System);
        var best = new Dictionary<string, double>();
        for (var round = 0; round < 5; round++)
        {
            foreach (var by in new[] { "by-tar", "by-sftp", "dest" }) if (Directory.Exists(PathOf(by))) Directory.Delete(PathOf(by), recursive: true);
            Directory.CreateDirectory(PathOf("by-sftp"));
            await Take("tar | ssh tar", async () => Assert.Equal(0, (await shell.Run(new RemoteCommand { Script = $"mkdir {PathOf("by-tar")} && tar -C {PathOf("src")} -cf - . | ssh {ssh} tar -C {PathOf("by-tar")} -xf -" }, Cancel)).ExitCode));
            await Take("sftp -b", async () => Assert.Equal(0, (await shell.Run(new RemoteCommand { Script = $"sftp -s /usr/lib/openssh/sftp-server -b {batch} {ssh.Replace("-p ", "-P ", StringComparison.Ordinal)}" }, Cancel)).ExitCode));
            await using var pool = sshd.Pool();
            await Take("play copy", async () => Assert.True(Passed(await Run(KindHarness.Bound("copy", Yaml()), pool, sshd.Host())).Changed));
            await Take("play copy, nothing to change", async () => Assert.False(Passed(await Run(KindHarness.Bound("copy", Yaml()), pool, sshd.Host())).Changed));
        }
        foreach (var (what, took) in best) TestContext.Current.TestOutputHelper!.WriteLine($"{what}: {took:F0} ms");
        Assert.Equal(Tree(PathOf("src")), Tree(PathOf("dest")));
        Assert.InRange(best["play copy"], 0, 3 * Math.Min(best["tar | ssh tar"], best["sftp -b"]));

        async Task Take(string what, Func<Task> work)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            await work();
            best[what] = Math.Min(best.GetValueOrDefault(what, double.MaxValue), watch.Elapsed.TotalMilliseconds);
        }
    }

    /// <summary>Neither in memory nor much slower than ssh itself, which encrypts in C.</summary>
    [Fact, Trait("Category", "Long"), Trait("Category", "Alone")]
    public async Task A_large_file_is_sent_without_holding_it()
    {
        const long Size = 100_000_000;
        var bytes = new byte[1_000_000];
        new Random(1).NextBytes(bytes);
        await using (var file = File.Create(PathOf("large")))
            for (var i = 0; i < Size / bytes.Length; i++) await file.WriteAsync(bytes, Cancel);
        await using var shell = new LocalConnection(TimeProvider.System);
        await using var pool = sshd.Pool();
        await pool.Get(sshd.Host(), Cancel);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var by = await shell.Run(new RemoteCommand { Script = $"cat {PathOf("large")} | ssh -q -F none -p {sshd.Port} -i {sshd.Key} -o UserKnownHostsFile={sshd.KnownHosts} 127.0.0.1 'cat >{PathOf("by-ssh")}'" }, Cancel);
        Assert.Equal(0, by.ExitCode);
        var ssh = watch.Elapsed;
        GC.Collect();
        var before = Environment.WorkingSet;
        var most = 0L;
        watch.Restart();
        var copying = Run(KindHarness.Bound("copy", $"{{ src: {PathOf("large")}, dest: {PathOf("there")} }}"), pool, sshd.Host());
        while (await Task.WhenAny(copying, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel)) != copying) most = Math.Max(most, Environment.WorkingSet - before);
        Assert.True(Passed(await copying).Changed);
        TestContext.Current.TestOutputHelper!.WriteLine($"cat | ssh cat: {Size / ssh.TotalSeconds / 1e6:F0} MB/s; play copy: {Size / watch.Elapsed.TotalSeconds / 1e6:F0} MB/s, {most / 1e6:F0} MB more in memory");
        Assert.InRange(most, 0, Size / 2);
    }
}
