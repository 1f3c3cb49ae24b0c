using System.Runtime.InteropServices;
using System.Text;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;

namespace Playbooks.Loading.Ansible;

/// <summary>An executable inventory: it is run with `--list`, and with `--host NAME` for each host where that says nothing under `_meta`.</summary>
internal sealed class ScriptSource(string path, AnsibleData data, ProblemList problems)
{
    private const int MostBytes = 16 << 20, MostHosts = 1_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60), Grace = TimeSpan.FromSeconds(5);

    /// <summary>It may be executed, and it is a script with `#!` or a program: what a disk of another system shows as executable is read as a file.</summary>
    public static bool Is(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path) || LocalUser.IsSpecial(path)) return false;
        try
        {
            // A link that leads nowhere "exists", too.
            if ((File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) == 0) return false;
            var first = new byte[4];
            using var file = File.OpenRead(path);
            return file.ReadAtLeast(first, 4, throwOnEndOfStream: false) is var count && first.AsSpan(0, count) is [(byte)'#', (byte)'!', ..] or [0x7f, (byte)'E', (byte)'L', (byte)'F'];
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            // A socket, or a file that may not be read: told where it is read.
            return false;
        }
    }

    public void Read()
    {
        var (clock, began) = (TimeProvider.System, TimeProvider.System.GetTimestamp());
        if (Answer(["--list"], Limit) is not MapNode root) return;
        var printed = new PrintedGroups(data, problems);
        printed.Read(root);
        if (printed.HostVariables is not null || root["_meta"] is MapNode meta && meta["hostvars"] is not null) return;
        var hosts = printed.Hosts.ToList();
        if (hosts.Count > MostHosts) throw problems.TooMuch(Position.In(path), $"{path} would have to be run once for each of {hosts.Count} hosts", "let its --list print the variables of all under _meta: { hostvars: … }");
        foreach (var host in hosts)
        {
            var left = Limit - clock.GetElapsedTime(began);
            if (left <= TimeSpan.Zero) throw problems.TooMuch(Position.In(path), $"{path} took longer than {Limit.TotalSeconds:0} s for all of its hosts", "let its --list print the variables of all under _meta: { hostvars: … }");
            if (Answer(["--host", host.Name], left) is not { } said) return;
            printed.Set(host, said);
        }
    }

    /// <summary>The object it prints; null where it prints none, and the problems say why.</summary>
    private Node? Answer(IReadOnlyList<string> arguments, TimeSpan limit)
    {
        // Nothing else goes on before there is a plan, and it has a limit.
        var result = Task.Run(() => Run(arguments, limit)).GetAwaiter().GetResult();
        if (result is null) return null;
        var name = $"{path} {string.Join(' ', arguments)}";
        var said = DisplayText.Fit(DisplayText.Safe(Encoding.UTF8.GetString(result.Stderr.Span).Trim().Split('\n')[^1].TrimEnd('\r')), 200);
        var why = result switch
        {
            { End: CommandEnd.TimedOut } => $"took longer than {limit.TotalSeconds:0} s and was ended",
            { End: CommandEnd.Flooded } or { StdoutBytes: > MostBytes } => $"printed more than {MostBytes >> 20} MB",
            { End: not CommandEnd.Exited } => "ended, and how is not known",
            { Signal: { } signal } => $"ended with signal {signal}",
            { ExitCode: not 0 } => $"ended with exit code {result.ExitCode}",
            _ => null,
        };
        if (why is not null)
        {
            problems.Add(Position.In(path), $"{name} {why}{(said.Length > 0 ? $"; it said: {said}" : "")}", "an executable inventory prints JSON, and ends with 0");
            return null;
        }
        var bytes = result.Stdout.Span;
        if (arguments[0] == "--host" && bytes.Trim(" \t\r\n"u8).IsEmpty) return new MapNode(Position.In(name), []);
        if (Utf8(name, bytes) is not { } source) return null;
        var root = JsonNodes.Read(source, out var wrong);
        if (wrong is not null) problems.Add(wrong with { Mend = $"look at what `{name}` prints" });
        else if (root is not MapNode) problems.Add(root!.At, $"{name} must print an object, but this is {root.Kind}");
        return root as MapNode;
    }

    private SourceText? Utf8(string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new SourceText(name, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes)) { Hides = AnsibleFiles.IsSecret };
        }
        catch (DecoderFallbackException)
        {
            problems.Add(Position.In(path), $"what {name} printed is not UTF-8");
            return null;
        }
    }

    private async Task<CommandResult?> Run(IReadOnlyList<string> arguments, TimeSpan limit)
    {
        using var ended = new CancellationTokenSource();
        using var over = new ManualResetEventSlim();
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            await using var here = new LocalConnection(TimeProvider.System, new ConnectionOptions { OutputLimit = MostBytes });
            return await here.Run(new RemoteCommand { Words = [Path.GetFullPath(path), .. arguments], Directory = Environment.CurrentDirectory, Timeout = limit, MaxOutput = MostBytes }, ended.Token);
        }
        catch (Exception e) when (e is ArgumentException or HostUnreachableException or OperationCanceledException)
        {
            problems.Add(Position.In(path), $"{path} could not be run: {e.Message}");
            return null;
        }
        finally
        {
            over.Set();
            // Play is ending: it begins nothing more.
            if (ended.IsCancellationRequested) await Task.Delay(Grace, TimeProvider.System, CancellationToken.None);
        }

        // The signal does what it does once the program has ended, which nobody else knows of.
        void End(PosixSignalContext context)
        {
            ended.Cancel();
            over.Wait(Grace);
        }
    }
}
