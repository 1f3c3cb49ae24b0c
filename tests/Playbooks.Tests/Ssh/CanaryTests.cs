using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Playbooks.Connections;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Tests.Steps.Http;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>A secret that is searched for in every byte that `play` leaves behind, here and on a host, and in every command line while it runs.</summary>
public sealed class CanaryTests(Sshd sshd) : IDisposable
{
    /// <summary>Long enough to be told in halves, and with a character for each way of writing it.</summary>
    private readonly string canary = $"can'ary \"{Guid.NewGuid():N}\" & $HOME/50%+ü{Guid.NewGuid():N}";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("canary");
    private readonly DateTime began = TimeProvider.System.GetUtcNow().UtcDateTime;

    public void Dispose() => folder.Delete(recursive: true);

    private string PathOf(string name) => Path.Combine(folder.FullName, name);

    /// <summary>Brought to the host: everything that may come back, from its environment and its input, whole and in halves.</summary>
    private const string Echoes = """
        #!/bin/sh
        tell() {
            printf '%s\n' "$1"
            printf %s "$1" | base64
            printf %s "$1" | base64 -w0; echo
            printf 'u:%s' "$1" | base64 -w0; echo
            printf 'me:%s:' "$1" | base64 -w0 | tr +/ -_; echo
            printf %s "$1" | perl -pe 's/([^A-Za-z0-9_.~-])/sprintf("%%%02X",ord($1))/ge'; echo
            printf %s "$1" | perl -pe 's/([^A-Za-z0-9_.~-])/sprintf("%%%02x",ord($1))/ge; s/%20/+/g'; echo
            printf %s "$1" | sed "s/'/'\\\\''/g; s/^/'/; s/$/'/"; echo
            printf %s "$1" | perl -pe 's/(["\\])/\\$1/g'; echo
        }
        halves() {
            half=$(printf %s "$1" | cut -c1-30)
            printf %s "$half"; sleep 0.5; printf '%s\n' "${1#"$half"}"
        }
        tell "$C"; tell "$C" >&2
        tell "$(cat)"
        halves "$C"; halves "$C" >&2; halves "$(printf %s "$C" | base64 -w0)"
        """;

    private const string Playbook = """
        name: Canary
        use: [actions.yaml]
        secrets:
          canary: { env: CANARY }
          file: { file: canary }
        vars: { header: "Bearer {{ secret.canary }}" }
        params: { url: {}, pid: {} }
        hosts: web1
        steps:
          - id: echo
            name: What comes back
            script: { src: echoes.sh, stdin: "{{ header }}" }
            env: { C: "{{ secret.canary }}" }
            assert:
              - exit_code == 0
              - string.contains(stdout, secret.canary)
              - string.contains(stderr, secret.file)
            capture: { said: lines }
          - print: "{{ header }} {{ said[0] }} {{ object.to_json(said) }}"
          - name: In a header
            http: { url: "{{ url }}", headers: { x-token: "{{ object.to_json(secret.canary) }}" } }
            assert:
              - string.contains(body, "can'ary")
              - status == 404
            on_failure: continue
          - name: In a URL that nobody answers
            http: { url: "http://127.0.0.1:1/?token={{ secret.canary }}" }
            on_failure: continue
          - name: A failure that shows values
            command: { run: cat, stdin: "{{ secret.canary }}" }
            loop: ["{{ secret.canary }}"]
            assert: [stdout == "x", stdout == header, item == header, string.size(stdout) > stdout]
            on_failure: continue
          - name: A text that is no duration
            wait: "{{ string.append(string.append('a long text that is cut where it is shown: ', header), header) }}"
            on_failure: continue
          - name: By way of what a command said
            command: echo {{ said[0] }}
            on_failure: continue
          - enter: { password: "{{ said[0] }}!" }
            undo: { print: "{{ said[0] }}" }
            on_failure: continue
          - name: Its time is up
            shell: |
              printf '%s\n' "$C"; printf %s "$C" | cut -c1-40 | tr -d '\n' >&2
              [ -e {{ pid }}.sleeps ] && sleep 97
              touch {{ pid }}.sleeps
              sleep 97
            env: { C: "{{ secret.canary }}" }
            timeout: 2s
            on_failure: continue
          - name: Killed meanwhile
            shell: echo $$ >{{ pid }}; echo "$C"; sleep 97
            env: { C: "{{ secret.canary }}" }
        """;

    private const string Actions = """
        actions:
          enter:
            params: { password: { secret: true } }
            steps:
              - command: { run: cat, stdin: "{{ password }}" }
                assert: stdout == "open"
        """;

    [Fact]
    public async Task Nothing_that_a_run_leaves_behind_has_the_secret_in_it()
    {
        // Runs are killed by the test below; this one ends, and has failures, a timeout, and -v.
        await using var server = Server.Text(asked => $"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{string.Join('\n', asked.Headers)}");
        await Write(server.Url, Playbook[..Playbook.IndexOf("  - name: Killed", StringComparison.Ordinal)]);
        var (code, output, commandLines) = await Play("-v");
        Assert.True(code == 3, output);
        Assert.Contains("***", output, StringComparison.Ordinal);
        Assert.True(output.Contains("it took longer than 2s", StringComparison.Ordinal), output);
        Assert.Contains("a secret would stand in the command", output, StringComparison.Ordinal);
        Nowhere(output, commandLines);
    }

    [Fact]
    public async Task Nor_what_one_leaves_that_was_killed()
    {
        await using var server = Server.Text(asked => $"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{string.Join('\n', asked.Headers)}");
        await Write(server.Url, Playbook[..Playbook.IndexOf("  - print", StringComparison.Ordinal)] + Playbook[Playbook.IndexOf("  - name: Killed", StringComparison.Ordinal)..]);
        var (_, output, commandLines) = await Play("-v", async play =>
        {
            await Eventually.Holds(() => play.HasExited || File.Exists(PathOf("pid")) && File.ReadAllText(PathOf("pid")).EndsWith('\n'), "the last step began", 30);
            play.Kill();
        });
        // It goes on on its host, as the README says.
        Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(PathOf("pid"), TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture)).Kill(entireProcessTree: true);
        Nowhere(output, commandLines);
    }

    [Fact]
    public async Task Nor_what_is_said_where_play_itself_breaks()
    {
        var masker = new Masker();
        masker.Add(canary);
        var recorder = new Recorder(new RunState(), new Broken(canary), TimeProvider.System, masker);
        var broke = await Assert.ThrowsAsync<InvalidOperationException>(() => recorder.Record(new RunEvent.RunStarted("x", "x", "x")));
        var said = CrashText.Of(broke, masker);
        Assert.Contains("this broke: the log has *** in it (InvalidOperationException at Playbooks.Tests.", said, StringComparison.Ordinal);
        Nowhere(said, []);
    }

    /// <summary>A log that breaks, and says what it was working on.</summary>
    private sealed class Broken(string secret) : IRunLog
    {
        public ValueTask Append(RunEvent happened, bool durable) => throw new InvalidOperationException($"the log has {secret} in it");
    }

    private async Task Write(string url, string playbook)
    {
        await File.WriteAllTextAsync(PathOf("canary"), canary + "\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(PathOf("canary"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(PathOf("echoes.sh"), Echoes, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(PathOf("actions.yaml"), Actions, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(PathOf("p.yaml"), playbook.Replace("url: {}, pid: {}", $"url: {{ default: \"{url}\" }}, pid: {{ default: {PathOf("pid")} }}", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(PathOf("hosts.yaml"), $$"""
            ssh: { user: {{Environment.UserName}}, key: {{sshd.Key}}, known_hosts: {{sshd.KnownHosts}} }
            groups: { web: { hosts: { web1: { ssh: "127.0.0.1:{{sshd.Port}}" } } } }
            """, TestContext.Current.CancellationToken);
    }

    /// <summary>The program itself, as it was built beside these tests.</summary>
    private async Task<(int Code, string Output, IReadOnlyCollection<string> CommandLines)> Play(string option, Func<Process, Task>? during = null)
    {
        var program = Repository.Play;
        Assert.True(File.Exists(program), "build engine/Play first: dotnet build");
        var start = new ProcessStartInfo(program, [PathOf("p.yaml"), option]) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        (start.Environment["CANARY"], start.Environment["HOME"]) = (canary, folder.FullName);
        using var play = Process.Start(start)!;
        play.StandardInput.Close();
        var said = Task.WhenAll(play.StandardOutput.ReadToEndAsync(), play.StandardError.ReadToEndAsync());
        var seen = new ConcurrentDictionary<string, bool>();
        using var over = new CancellationTokenSource();
        var looking = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                foreach (var line in CommandLines()) seen.TryAdd(line, true);
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }
        }, TestContext.Current.CancellationToken);
        if (during is not null) await during(play);
        await play.WaitForExitAsync(TestContext.Current.CancellationToken);
        await over.CancelAsync();
        await looking;
        Assert.Contains(seen.Keys, line => line.Contains("/bin/sh", StringComparison.Ordinal));
        return (play.ExitCode, string.Join('\n', await said), [.. seen.Keys]);
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
            yield return line;
        }
    }

    private void Nowhere(string output, IReadOnlyCollection<string> commandLines)
    {
        string[] files = [.. FilesOf(folder.FullName), .. FilesOf(sshd.Folder), .. FilesOf(Path.GetTempPath()), .. FilesOf("/var/tmp")];
        var inputs = new[] { PathOf("canary") };
        var left = files.Distinct().Except(inputs).Select(path => (Where: path, Text: Read(path)));
        foreach (var (where, text) in left.Append(("output", output)).Concat(commandLines.Select(line => ("a command line", line))))
            foreach (var (name, form) in Forms())
                Assert.False(text.Contains(form, StringComparison.Ordinal), $"{name} is in {where}: {Around(text, form)}");
    }

    private static string Around(string text, string form) => text.IndexOf(form, StringComparison.Ordinal) is var at ? text[Math.Max(0, at - 200)..Math.Min(text.Length, at + form.Length + 50)] : "";

    /// <summary>Parts of it that say enough by themselves, found by other ways than the masker's.</summary>
    private IEnumerable<(string Name, string Form)> Forms()
    {
        var (first, second) = (canary.Split('"')[1], canary[^32..]);
        foreach (var part in (string[])[first[..16], first[16..], second[..16], second[16..]])
        {
            yield return ("a part of it", part);
            for (var before = 0; before < 3; before++)
            {
                var encoded = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', before) + part));
                yield return ("a part of it in base64", encoded[((before * 8 + 5) / 6)..((before + part.Length) * 8 / 6)]);
            }
        }
    }

    /// <summary>Plain files that were written since the test began; `find` knows a pipe from a file.</summary>
    private List<string> FilesOf(string path)
    {
        using var find = Process.Start(new ProcessStartInfo("find", [path, "-xdev", "-type", "f", "-size", "-20M", "-newermt", began.AddSeconds(-2).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture) + " UTC", "-print0"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        find.ErrorDataReceived += (_, _) => { };
        find.BeginErrorReadLine();
        return [.. find.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Of other tests, and gone meanwhile.
            return "";
        }
    }
}
