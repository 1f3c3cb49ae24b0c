using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Steps;
using Playbooks.Templating;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Fetch;

[SupportedOSPlatform("linux")]
public sealed class FetchTests : IAsyncLifetime
{
    private readonly Sshd sshd;
    private readonly KindHarness harness;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fetch");
    private readonly string there, here;

    public FetchTests(Sshd sshd)
    {
        this.sshd = sshd;
        harness = new KindHarness { Connections = sshd.Pool(), Machine = sshd.Host() };
        there = folder.CreateSubdirectory("there").FullName;
        here = Path.Combine(folder.FullName, "here");
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        return harness.DisposeAsync();
    }

    [Fact]
    public async Task A_file_goes_to_a_folder_that_has_one_for_each_host()
    {
        Write("app.conf", "one\n");
        var fields = await Passes($"{{ src: {there}/app.conf, dest: {here}/ }}");
        var path = $"{here}/web1/app.conf";
        Assert.Equal("one\n", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(Sum("one\n"), fields["checksum"]);
        Assert.Equal([(path, 4L, Sum("one\n"))], Files(fields));
    }

    [Fact]
    public async Task A_file_goes_to_the_very_file_that_is_named_and_replaces_it()
    {
        Write("app.conf", "new");
        Directory.CreateDirectory(here);
        File.WriteAllText($"{here}/copy", "old");
        Assert.Equal([($"{here}/copy", 3L, Sum("new"))], Files(await Passes($"{{ src: {there}/app.conf, dest: {here}/copy }}")));
        Assert.Equal("new", File.ReadAllText($"{here}/copy"));
        Assert.Equal([$"{here}/copy"], Directory.GetFileSystemEntries(here));
    }

    [Theory]
    [InlineData("/", "/web1/tree")]
    [InlineData("", "")]
    public async Task A_folder_goes_with_all_its_files(string end, string place)
    {
        Write("tree/a", "1");
        Write("tree/b c/d\n'e\\", "2");
        Write("tree/b c/empty", "");
        Write("tree/한글", "3");
        Write("tree/-n", "4");
        Write("tree/.hidden", "5");
        Directory.CreateDirectory($"{there}/tree/nothing");
        File.CreateSymbolicLink($"{there}/tree/link", "a");
        var fields = await Passes($"{{ src: {there}/tree, dest: {here}{end} }}");
        Assert.Equal(
            [("-n", "4"), (".hidden", "5"), ("a", "1"), ("b c/d\n'e\\", "2"), ("b c/empty", ""), ("link", "1"), ("한글", "3")],
            Files(fields).Select(file => (file.Path[$"{here}{place}/".Length..], File.ReadAllText(file.Path))).OrderBy(file => file.Item1, StringComparer.Ordinal));
        Assert.All(Files(fields), file => Assert.Null(new FileInfo(file.Path).LinkTarget));
        Assert.Equal(Sum(string.Concat(new[] { ("-n", "4"), (".hidden", "5"), ("a", "1"), ("b c/d\n'e\\", "2"), ("b c/empty", ""), ("link", "1"), ("한글", "3") }.Select(f => $"{Sum(f.Item2)}  {f.Item1}\n"))), fields["checksum"]);
    }

    [Fact]
    public async Task What_is_no_file_is_left_out_and_named()
    {
        Write("tree/a", "1");
        Process.Start("mkfifo", [$"{there}/tree/pipe"]).WaitForExit();
        File.CreateSymbolicLink($"{there}/tree/broken", "nowhere");
        File.CreateSymbolicLink($"{there}/tree/away", "/etc");
        File.CreateSymbolicLink($"{there}/tree/null", "/dev/null");
        var result = await harness.Run("fetch", $"{{ src: {there}/tree, dest: {here} }}");
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Equal([$"{here}/a"], Directory.GetFileSystemEntries(here));
        Assert.StartsWith("left out: ", Assert.Single(result.Notes), StringComparison.Ordinal);
        foreach (var part in new[] { "\"pipe\" (a device, a pipe or a socket)", "\"broken\" (a link that leads nowhere)", "\"away\" (a link to a folder)", "\"null\" (a device, a pipe or a socket)" })
            Assert.Contains(part, result.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Much_comes_in_pieces_and_whole()
    {
        var bytes = new byte[(9 << 20) + 12345];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes($"{there}/big", bytes);
        var fields = await Passes($"{{ src: {there}/big, dest: {here}/big }}");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), fields["checksum"]);
        Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes($"{here}/big")));
    }

    [Fact]
    public async Task More_files_come_than_one_command_brings()
    {
        harness.Timeout = TimeSpan.FromMinutes(2);
        for (var i = 0; i < 310; i++) Write($"tree/{i % 7}/{i}", $"content {i}");
        var fields = await Passes($"{{ src: {there}/tree, dest: {here} }}");
        Assert.Equal(310, Files(fields).Count());
        Assert.All(Files(fields), file => Assert.Equal($"content {Path.GetFileName(file.Path)}", File.ReadAllText(file.Path)));
    }

    [Fact]
    public async Task A_log_that_grows_meanwhile_comes_as_it_was_listed()
    {
        var path = $"{there}/app.log";
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 400_000).Select(i => $"line {i:D8}\n")));
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 400_000; !stop.IsCancellationRequested; i++)
            {
                File.AppendAllText(path, $"line {i:D8}\n");
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
            }
        }, TestContext.Current.CancellationToken);
        var fields = await Passes($"{{ src: {path}, dest: {here}/app.log }}");
        await stop.CancelAsync();
        await writing;
        var (whole, part) = (File.ReadAllText(path), File.ReadAllText($"{here}/app.log"));
        Assert.True(whole.Length > part.Length && whole.StartsWith(part, StringComparison.Ordinal) && part.Length >= 400_000 * 14);
        Assert.Equal(Sum(part), fields["checksum"]);
    }

    [Fact]
    public async Task A_link_that_stands_below_the_destination_is_not_followed()
    {
        Write("tree/in/a", "1");
        var outside = folder.CreateSubdirectory("outside").FullName;
        Directory.CreateDirectory($"{here}/web1/tree");
        File.CreateSymbolicLink($"{here}/web1/tree/in", outside);
        await Fails($"{{ src: {there}/tree, dest: {here}/ }}", $"{here}/web1/tree/in is a link, which is not followed");
        Assert.Empty(Directory.GetFileSystemEntries(outside));
        // A file takes the place of a link, and is not written through it.
        File.Delete($"{here}/web1/tree/in");
        Directory.CreateDirectory($"{here}/web1/tree/in");
        File.WriteAllText($"{outside}/canary", "sings");
        File.CreateSymbolicLink($"{here}/web1/tree/in/a", $"{outside}/canary");
        await Passes($"{{ src: {there}/tree, dest: {here}/ }}");
        Assert.Equal(("sings", "1"), (File.ReadAllText($"{outside}/canary"), File.ReadAllText($"{here}/web1/tree/in/a")));
        Assert.Null(new FileInfo($"{here}/web1/tree/in/a").LinkTarget);
    }

    [Fact]
    public async Task What_has_the_name_of_a_folder_here_or_of_a_file_is_an_error()
    {
        Write("tree/a/b", "1");
        Directory.CreateDirectory(here);
        await Fails($"{{ src: {there}/tree/a/b, dest: {here} }}", $"{here} is a folder, and a file would have its name");
        File.WriteAllText($"{here}/a", "");
        var result = await harness.Run("fetch", $"{{ src: {there}/tree, dest: {here} }}");
        Assert.StartsWith("it could not be written on this machine: ", Assert.Single(result.Messages), StringComparison.Ordinal);
        Assert.Equal([$"{here}/a"], Directory.GetFileSystemEntries(here));
    }

    [Fact]
    public async Task What_is_not_there_or_no_file_is_an_error()
    {
        await Fails($"{{ src: {there}/none, dest: {here}/ }}", $"there is no {there}/none there");
        Process.Start("mkfifo", [$"{there}/pipe"]).WaitForExit();
        await Fails($"{{ src: {there}/pipe, dest: {here}/ }}", $"{there}/pipe is no file or folder there, but a device, a pipe or a socket, which is not read");
        await Fails($"{{ src: /dev/zero, dest: {here}/ }}", "/dev/zero is no file or folder there, but a device, a pipe or a socket, which is not read");
        File.CreateSymbolicLink($"{there}/broken", "nowhere");
        await Fails($"{{ src: {there}/broken, dest: {here}/ }}", $"{there}/broken is a link there that leads nowhere");
        Assert.False(Directory.Exists(here));
    }

    [Fact]
    public async Task What_may_not_be_read_is_an_error_and_not_left_out()
    {
        Write("tree/a", "1");
        Write("tree/closed/b", "2");
        harness.Machine = Playbooks.Model.Host.Control;
        using (new Stranger(harness, $"{there}/tree/closed"))
            Assert.Equal($"\"./closed\" in {there}/tree may not be read there by {harness.Sudo ?? "that user"}", Assert.Single((await harness.Run("fetch", $"{{ src: {there}/tree, dest: {here}/ }}")).Messages));
        using (new Stranger(harness, $"{there}/tree/a"))
            Assert.Equal($"\"./a\" in {there}/tree may not be read there by {harness.Sudo ?? "that user"}", Assert.Single((await harness.Run("fetch", $"{{ src: {there}/tree, dest: {here}/ }}")).Messages));
        Assert.False(Directory.Exists(here));
    }

    [Fact]
    public async Task Two_hosts_do_not_write_the_same_file()
    {
        Write("a", "1");
        var work = KindHarness.Bound("fetch", $"{{ src: {there}/a, dest: {here}/a }}");
        Assert.Equal(Outcome.Passed, (await harness.Run(work)).Outcome);
        Assert.Equal(Outcome.Passed, (await harness.Run(work)).Outcome);
        harness.Machine = sshd.Host() with { Name = "web2" };
        Assert.Equal([$"{here}/a holds web1:{there}/a already, fetched by this step"], (await harness.Run(work)).Messages);
    }

    [Theory]
    [InlineData("{ src: etc/x, dest: x }", "`src` is a path of the host and must be absolute, but is \"etc/x\"")]
    [InlineData("{ src: /, dest: x }", "`src` names no file or folder: \"/\"")]
    [InlineData("{ src: /etc/.., dest: x }", "`src` names no file or folder: \"/etc/..\"")]
    [InlineData("{ src: /etc/x, dest: '' }", "`dest` names no file: it is empty")]
    [InlineData("{ src: /etc/x, dest: .. }", "`dest` names no file: a folder ends in `/`: ../")]
    [InlineData("{ src: /etc/x }", "`fetch` needs `dest` → Where it goes on this machine; the path starts at this file's folder. With a `/` at its end it is a folder that has one for each host: DEST/HOST/NAME. Without, the file or folder itself.")]
    public void A_mistake_is_found_before_the_run(string yaml, string problem) => Assert.Equal([problem], KindHarness.Problems("fetch", yaml));

    [Fact, Trait("Category", "Long"), Trait("Category", "Alone")]
    public async Task A_file_of_more_than_4_GB_comes_whole_and_costs_little_memory()
    {
        const long Size = (4L << 30) + (70L << 20) + 7;
        await using (var big = File.Create($"{there}/big"))
        {
            big.SetLength(Size);
            foreach (var at in new[] { 0L, 4L << 30, Size - 5 })
            {
                big.Position = at;
                await big.WriteAsync("play!"u8.ToArray(), TestContext.Current.CancellationToken);
            }
        }
        harness.Timeout = TimeSpan.FromHours(1);
        var before = Process.GetCurrentProcess().PeakWorkingSet64;
        var (watch, fields) = (Stopwatch.StartNew(), await Passes($"{{ src: {there}/big, dest: {here}/big }}"));
        TestContext.Current.SendDiagnosticMessage($"{Size >> 20} MiB in {watch.Elapsed.TotalSeconds:F0} s, {(Process.GetCurrentProcess().PeakWorkingSet64 - before) >> 20} MiB more memory");
        Assert.Equal(Size, new FileInfo($"{here}/big").Length);
        await using var brought = File.OpenRead($"{there}/big");
        Assert.Equal(Convert.ToHexStringLower(await SHA256.HashDataAsync(brought, TestContext.Current.CancellationToken)), fields["checksum"]);
        Assert.True(Process.GetCurrentProcess().PeakWorkingSet64 - before < 200 << 20);
    }

    private void Write(string name, string content)
    {
        var path = Path.Combine(there, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static IEnumerable<(string Path, long Size, string Sha256)> Files(DataMap fields) =>
        ((IReadOnlyList<object?>)fields["files"]!).Cast<DataMap>().Select(file => ((string)file["path"]!, (long)file["size"]!, (string)file["sha256"]!));

    private async Task<DataMap> Passes(string yaml)
    {
        var result = await harness.Run("fetch", yaml);
        Assert.True(result.Outcome == Outcome.Passed, string.Join('\n', result.Messages));
        return result.Fields;
    }

    private async Task Fails(string yaml, string message)
    {
        var result = await harness.Run("fetch", yaml);
        Assert.Equal((Outcome.Error, message), (result.Outcome, Assert.Single(result.Messages)));
    }
}
