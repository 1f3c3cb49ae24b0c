using System.Globalization;
using Playbooks.Connections;
using Playbooks.Steps;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Files;

/// <summary>Whatever ends a copy, and whenever: the old file is there or the new one, and the next run leaves nothing but the new one.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class InterruptionTests(Sshd sshd) : FileFixture
{
    private readonly Random random = new();

    public enum Blow { KillSession, KillScript, Cancel, LoseConnection }

    [Theory]
    [InlineData(Blow.KillSession), InlineData(Blow.KillScript), InlineData(Blow.Cancel), InlineData(Blow.LoseConnection)]
    public Task A_file_is_always_the_old_or_the_new_one(Blow blow) => Rounds(blow, 1, OneFile);

    [Theory, Trait("Category", "Long")]
    [InlineData(Blow.KillSession), InlineData(Blow.KillScript), InlineData(Blow.Cancel), InlineData(Blow.LoseConnection)]
    public Task A_file_is_always_the_old_or_the_new_one_many_times(Blow blow) => Rounds(blow, 100, OneFile);

    [Theory]
    [InlineData(Blow.KillSession), InlineData(Blow.KillScript)]
    public Task Each_file_of_a_folder_is_always_the_old_or_the_new_one(Blow blow) => Rounds(blow, 1, ManyFiles);

    [Theory, Trait("Category", "Long")]
    [InlineData(Blow.KillSession), InlineData(Blow.KillScript), InlineData(Blow.Cancel), InlineData(Blow.LoseConnection)]
    public Task Each_file_of_a_folder_is_always_the_old_or_the_new_one_many_times(Blow blow) => Rounds(blow, 100, ManyFiles);

    private (string Yaml, int Count) OneFile(int round)
    {
        Write("src", new string((char)('a' + round % 26), 3_000_000));
        return ($"{{ src: {PathOf("src")}, dest: {PathOf("dest")} }}", 1);
    }

    private (string Yaml, int Count) ManyFiles(int round)
    {
        for (var i = 0; i < 40; i++) Write($"src/d{i % 4}/f{i}", new string((char)('a' + round % 26), 20_000));
        return ($"{{ src: {PathOf("src")}, dest: {PathOf("dest")} }}", 40);
    }

    private async Task Rounds(Blow blow, int rounds, Func<int, (string Yaml, int Count)> prepare)
    {
        await using (var pool = sshd.Pool()) Passed(await Run(KindHarness.Bound("copy", prepare(0).Yaml), pool, sshd.Host()));
        for (var round = 1; round <= rounds; round++)
        {
            var before = Contents();
            var (yaml, count) = prepare(round);
            await Struck(blow, yaml);
            var now = Contents();
            Assert.Equal(count, now.Count);
            foreach (var (path, content) in now) Assert.True(content == before[path] || content == $"{(char)('a' + round % 26)}", $"{path} is neither the old nor the new one");
            await using var pool = sshd.Pool();
            await Eventually.Holds(() => !Writers().Any() && !Holders().Any(), "nobody writes any more");
            var after = await Run(KindHarness.Bound("copy", yaml), pool, sshd.Host());
            Passed(after);
            Assert.Equal("", string.Join('\n', after.Notes));
            Assert.All(Contents().Values, content => Assert.Equal($"{(char)('a' + round % 26)}", content));
            Assert.Empty(Temporary());
        }
    }

    private async Task Struck(Blow blow, string yaml)
    {
        await using var pool = sshd.Pool();
        var server = await LinkTests.ServerOf(await pool.Get(sshd.Host(), Cancel));
        using var stop = new CancellationTokenSource();
        var running = Run(KindHarness.Bound("copy", yaml), pool, sshd.Host(), cancel: stop.Token);
        var began = System.Diagnostics.Stopwatch.StartNew();
        // A half of the blows fall while the script writes, the others anywhere.
        if (random.Next(2) == 0) await Eventually.Holds(() => running.IsCompleted || Temporary().Length > 0, "it writes");
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 60)), TimeProvider.System, Cancel);
        switch (blow)
        {
            case Blow.KillSession: LinkTests.Signal("KILL", server); break;
            case Blow.KillScript:
                foreach (var writer in Writers()) LinkTests.Signal("KILL", writer);
                break;
            case Blow.Cancel: await stop.CancelAsync(); break;
            default: await pool.DisposeAsync(); break;
        }
        try
        {
            var result = await running;
            // What it says is true: passed, it is there; an error, it is not.
            if (result.Outcome == Outcome.Passed) Assert.All(Contents().Values, content => Assert.Equal(File.Exists(PathOf("src")) ? $"{(char)File.ReadAllBytes(PathOf("src"))[0]}" : $"{(char)File.ReadAllBytes(PathOf("src/d0/f0"))[0]}", content));
            else Assert.Contains(result.Outcome, new[] { Outcome.Error, Outcome.Unknown, Outcome.Unreachable });
        }
        catch (Exception e) when (e is HostUnreachableException || blow == Blow.Cancel && e is OperationCanceledException || blow == Blow.LoseConnection && e is OperationCanceledException or ObjectDisposedException)
        {
        }
        Assert.InRange(began.Elapsed.TotalSeconds, 0, 30);
    }

    /// <summary>The letter that each file consists of; longer where it is not whole.</summary>
    private Dictionary<string, string> Contents() => (File.Exists(PathOf("dest")) ? [PathOf("dest")] : Directory.EnumerateFiles(PathOf("dest"), "*", SearchOption.AllDirectories))
        .Where(path => !path.Contains("/.play-", StringComparison.Ordinal))
        .ToDictionary(path => path, path => File.ReadAllText(path) is var text && text.Length == (File.Exists(PathOf("dest")) ? 3_000_000 : 20_000) && text.AsSpan().IndexOfAnyExcept(text[0]) < 0 ? text[..1] : $"{text.Length} bytes");

    /// <summary>The processes that have our folder on their command line: scripts of the host's side.</summary>
    private IEnumerable<int> Writers()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit)))
        {
            var line = "";
            try
            {
                line = File.ReadAllText($"/proc/{process}/cmdline");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
            if (line.Contains(PathOf("dest"), StringComparison.Ordinal)) yield return int.Parse(process!, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Those who are in our folder, or write there: a tar whose shell was killed ends a moment later.</summary>
    private IEnumerable<string> Holders() => Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[6])).Where(path =>
    {
        try
        {
            return Directory.EnumerateFiles($"{path}/fd").Prepend($"{path}/cwd").Any(link => new FileInfo(link).LinkTarget?.StartsWith(Folder, StringComparison.Ordinal) == true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
