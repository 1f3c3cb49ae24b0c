using CsCheck;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Files;

/// <summary>A folder of this machine, of which one part is copied and the other is what a host has; and how a kind is run on it.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public abstract class FileFixture : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("files");

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected string Folder => folder.FullName;

    public void Dispose()
    {
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string PathOf(string name) => Path.Combine(Folder, name);

    protected string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    protected string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    /// <summary>A text as YAML has it, whatever is in it.</summary>
    protected static string Quoted(string text) => "\"" + string.Concat(text.Select(c => c switch { '"' or '\\' => $"\\{c}", < ' ' => $"\\x{(int)c:x2}", _ => $"{c}" })) + "\"";

    protected static async Task<StepResult> Run(KindWork work, ConnectionPool pool, Host host, bool compares = false, string? path = null, Scope? scope = null, string? sudo = null, CancellationToken? cancel = null)
    {
        var context = new StepContext
        {
            Scope = scope ?? Scope.Empty,
            Machine = host,
            Connections = pool,
            Jars = new CookieJars(),
            Timeout = TimeSpan.FromSeconds(60),
            Time = TimeProvider.System,
            Claim = new Claim("test", "test"),
            Sudo = sudo,
            Compares = compares,
            Environment = path is null ? null : new Dictionary<string, string> { ["PATH"] = path },
        };
        return await work.Run(context, cancel ?? Cancel);
    }

    protected static async Task<StepResult> Run(string kind, string yaml, bool compares = false, string? path = null, Scope? scope = null, string? sudo = null)
    {
        await using var pool = new ConnectionPool(TimeProvider.System);
        return await Run(KindHarness.Bound(kind, yaml), pool, Host.Control, compares, path, scope, sudo);
    }

    /// <summary>It passed; whether it changed something, and the difference.</summary>
    protected static (bool Changed, string Diff) Passed(StepResult result)
    {
        Assert.Equal((Outcome.Passed, ""), (result.Outcome, string.Join("; ", result.Messages)));
        return ((bool)result.Fields["changed"]!, (string)result.Fields["diff"]!);
    }

    protected static string Error(StepResult result)
    {
        Assert.Equal(Outcome.Error, result.Outcome);
        return Assert.Single(result.Messages);
    }

    protected static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8).PadLeft(4, '0');

    protected static void SetMode(string path, string mode) => File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(mode, 8));

    protected static Gen<T> One<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>Nothing of ours may stay beside what was copied.</summary>
    protected string[] Temporary() => Directory.GetFileSystemEntries(Folder, ".play-*", SearchOption.AllDirectories);

    /// <summary>A PATH on which busybox is every program that it can be.</summary>
    protected string Busybox()
    {
        var bin = PathOf("busybox");
        Directory.CreateDirectory(bin);
        foreach (var tool in new[] { "sh", "stat", "dd", "xargs", "sha256sum", "cut", "readlink", "find", "tar", "chown", "chmod", "mv", "ln", "cp", "rm", "rmdir", "mkdir", "cat", "head", "date", "printf" })
            File.CreateSymbolicLink(Path.Combine(bin, tool), "/bin/busybox");
        return $"{bin}:/usr/bin:/bin";
    }
}
