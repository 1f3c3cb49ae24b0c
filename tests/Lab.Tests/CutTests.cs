using System.Diagnostics;
using Xunit;

namespace Lab.Tests;

/// <summary>A cable that is cut without a word in the middle of each kind of step: for good, and for ten seconds.</summary>
[Collection<ClusterTests>]
public sealed class CutTests : IDisposable
{
    /// <summary>Two signs of life and what a busy machine needs beside them.</summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(30 + 10);

    /// <summary>What was lost is asked after for a minute, and once more before it is put back, over new connections that do not come about.</summary>
    private static readonly TimeSpan AskedAfter = Noticed + TimeSpan.FromSeconds(60 + 30);

    private readonly string folder = Directory.CreateTempSubdirectory("cut").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>
    /// Steps about the host whose cable is cut and another one. `LONG` is a command that outlasts the cut on the former and is quick on
    /// the latter; what stands behind `- GO` runs once the cable is cut.
    /// </summary>
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["command"] = "- { name: It, hosts: BOTH, command: LONG }",
        ["command, put back"] = "- block: [{ name: It, hosts: BOTH, command: LONG, undo: { command: 'true' } }]",
        ["output"] = """
            - name: It
              hosts: BOTH
              command: sh -c "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do seq 2000; sleep 1; done"
              assert: count(lines) == 28000
            """,
        ["action"] = "- block: [{ name: It, hosts: BOTH, wasstop: { run: LONG, ports: 9 }, undo: { command: 'true' } }]",
        ["put_back"] = "- block: [{ id: act, name: Act, hosts: BOTH, command: 'true', undo: { command: LONG } }, { name: It, put_back: act }]",
        ["undo"] = "- block: [{ name: It, hosts: BOTH, command: 'true', undo: { command: LONG } }, { hosts: web1, command: 'false' }]",
        ["netstat"] = "- GO\n- { name: It, hosts: BOTH, netstat: { listening: 22 } }",
        ["log"] = "- GO\n- { name: It, hosts: BOTH, log: { path: /etc/hostname, since: beginning, matches: . } }",
        ["http"] = "- GO\n- { name: It, http: 'http://ADDRESS:8080/session.jsp' }",
        ["connect"] = "- GO\n- { name: It, hosts: 'CUT, web1', command: 'true' }",
        ["wait"] = "- { name: It, hosts: BOTH, wait: 5s }",
    };

    [Fact, Trait("Category", "Long")]
    public async Task A_cut_is_noticed_in_time_whatever_runs_and_one_of_ten_seconds_fails_nothing()
    {
        await Cluster.IsUp();
        var (gone, back) = (new List<Playing>(), new List<Playing>());
        try
        {
            // Its system takes connections, and nobody answers: the cut comes while an answer is waited for.
            await Cluster.On("was1", "pkill", "-STOP", "java");
            foreach (var kind in Kinds.Keys)
            {
                gone.Add(Start(kind, "was1", "198.51.100.11", seconds: 300));
                back.Add(Start(kind, "was2", "198.51.100.12", seconds: 14));
            }
            gone.Add(Start("http, answer", "was1", "198.51.100.11", seconds: 300, steps: "- { name: It, http: 'http://ADDRESS:8080/session.jsp' }"));
            foreach (var play in gone.Concat(back)) await play.Begins();

            await Cut("was1");
            var cut = Stopwatch.GetTimestamp();
            var mended = Cluster.Script("cut", ["was2", "10"]);
            await File.WriteAllTextAsync(Path.Combine(folder, "go"), "", TestContext.Current.CancellationToken);
            var all = gone.Concat(back).Select(async play => (play.Name, Result: await play.End(), After: Stopwatch.GetElapsedTime(cut))).ToList();
            Assert.Equal(0, (await mended).ExitCode);
            var results = (await Task.WhenAll(all)).ToDictionary(r => r.Name);

            string Wrong(string name) => $"{name} after {results[name].After}: exit {results[name].Result.ExitCode}\n{results[name].Result.Output}";
            void Holds(string name, int code, params string[] said)
            {
                var (exit, output) = results[name].Result;
                var limit = name.EndsWith(" was1", StringComparison.Ordinal) && name is not ("connect was1" or "http was1" or "http, answer was1" or "wait was1") ? AskedAfter : Noticed;
                Assert.True(exit == code && results[name].After < limit && said.All(s => output.Contains(s, StringComparison.Ordinal)), $"{Wrong(name)}\n(expected exit {code} and: {string.Join(" | ", said)})");
                Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
            }
            Holds("command was1", 3, "✓ It · 웹1", "✗ 와스1 · It", "unknown: It · 와스1", "Whether it goes on there, and how it ended, is not");
            Holds("output was1", 3, "✓ It · 웹1", "unknown: It · 와스1");
            Holds("command, put back was1", 6, "✓ It · 웹1", "unknown: It · 와스1", "put back: It · 웹1", "not put back: It: how the step ended there is unknown", "\"It\" on 와스1 was not put back");
            Holds("action was1", 6, "✓ It · 웹1", "unknown: It · 와스1", "put back: It · 웹1", "\"It\" on 와스1 was not put back");
            Holds("put_back was1", 6, "✓ put back: Act · 웹1", "\"Act\" on 와스1 was not put back");
            Holds("undo was1", 6, "✓ put back: It · 웹1", "✗ not put back: It", "\"It\" on 와스1 was not put back");
            Holds("netstat was1", 4, "✓ It · 웹1", "unreachable: It · 와스1");
            Holds("log was1", 4, "✓ It · 웹1", "unreachable: It · 와스1");
            Holds("connect was1", 4, "✓ It · 웹1", "unreachable: It · 와스1", "did not answer within 30 s");
            Holds("http was1", 1, "no answer from http://198.51.100.11:8080/session.jsp");
            Holds("http, answer was1", 1, "no answer from http://198.51.100.11:8080/session.jsp");
            foreach (var kind in Kinds.Keys.Where(k => k != "undo")) Holds($"{kind} was2", 0);
            Holds("undo was2", 1, "✓ put back: It · 와스2");
            Holds("wait was1", 0);
        }
        finally
        {
            foreach (var play in gone.Concat(back)) play.Dispose();
            await Cluster.Script("mend", ["was1"]);
            await Cluster.On("was1", "pkill", "-CONT", "java");
        }
    }

    private static async Task Cut(string host)
    {
        var (code, output) = await Cluster.Script("cut", [host]);
        Assert.True(code == 0, output);
    }

    private Playing Start(string kind, string host, string address, int seconds, string? steps = null)
    {
        var name = $"{kind} {host}";
        var (file, began, go) = (Path.Combine(folder, $"{name}.yaml"), Path.Combine(folder, $"{name} began"), Path.Combine(folder, "go"));
        // A first step has made the connections, except where making them is what is cut.
        var first = kind == "connect" ? "web1" : $"{host}, web1";
        File.WriteAllText(file, $$$"""
            name: {{{name}}}
            use: ["{{{Path.Combine(Running.Repository, "playbooks", "actions", "tomcat.yaml")}}}"]
            steps:
            - { hosts: "{{{first}}}", command: "true" }
            - { hosts: localhost, command: [touch, "{{{began}}}"] }
            """ + "\n" + (steps ?? Kinds[kind])
            .Replace("- GO", $"- {{ hosts: localhost, command: [sh, -c, 'until test -e \"$0\"; do sleep 0.1; done', \"{go}\"] }}", StringComparison.Ordinal)
            .Replace("BOTH", $"\"{host}, web1\"", StringComparison.Ordinal)
            .Replace("CUT", host, StringComparison.Ordinal)
            .Replace("ADDRESS", address, StringComparison.Ordinal)
            .Replace("LONG", $"\"sleep {{{{ host.name == 'web1' ? 1 : {seconds} }}}}\"", StringComparison.Ordinal) + "\n");
        return new Playing(name, began, new Running(Path.Combine(Running.Repository, "play"), ["-i", "examples/lab/hosts.yaml", file]));
    }

    /// <summary>One run of `play`, and the file that says that its step is next.</summary>
    private sealed record Playing(string Name, string Began, Running Play) : IDisposable
    {
        public async Task Begins()
        {
            while (!File.Exists(Began)) await Play.Waits($"{Name} begins");
        }

        public Task<(int ExitCode, string Output)> End() => Play.End();

        public void Dispose() => Play.Dispose();
    }
}
