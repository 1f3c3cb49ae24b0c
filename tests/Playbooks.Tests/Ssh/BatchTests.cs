using CsCheck;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Running;
using Playbooks.Steps;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>Hosts in batches: many names of one sshd.</summary>
public sealed class BatchTests : IAsyncLifetime
{
    private readonly Sshd sshd = new() { Extra = "MaxStartups 1000" };

    public ValueTask InitializeAsync() => sshd.InitializeAsync();

    public ValueTask DisposeAsync() => sshd.DisposeAsync();

    [Theory]
    [InlineData(2, ExitCode.Guard, 3)]
    [InlineData(3, ExitCode.Unreachable, 4)]
    public Task What_starts_afterwards_is_what_max_failed_says(int most, ExitCode code, int started) => Starts(3, most, code, started);

    /// <summary>More than log in at a time.</summary>
    [Theory, Trait("Category", "Long")]
    [InlineData(2, ExitCode.Guard, 3)]
    [InlineData(3, ExitCode.Unreachable, 4)]
    public Task So_it_is_of_many(int most, ExitCode code, int started) => Starts(25, most, code, started);

    /// <summary>In four batches of the size: one fails in the first, one of the second cannot be reached, and how it ends on one of the third nobody knows. Three that count, whatever they have.</summary>
    private async Task Starts(int size, int most, ExitCode code, int batches)
    {
        var (count, started, bad, gone, unknown) = (4 * size, batches * size, "h2", size + 2, $"h{2 * size + 2}");
        var effects = sshd.NewPath();
        var file = sshd.NewPath();
        await File.WriteAllTextAsync(file, $$"""
            name: Many
            hosts: all
            steps:
              - name: Rolling
                batch: {{size}}
                max_failed: {{most}}
                block:
                  - name: Change
                    shell: echo {{"{{ host.name }}"}} >> {{effects}}
                    undo: { shell: "echo undo {{"{{ host.name }}"}} >> {{effects}}" }
                  - name: Fail
                    shell: "case {{"{{ host.name }}"}} in {{bad}}) exit 1;; {{unknown}}) kill -KILL $PPID;; esac"
                  - name: End
                    shell: echo end {{"{{ host.name }}"}} >> {{effects}}
            """, TestContext.Current.CancellationToken);
        var plan = Planned.Of(file, Planned.Inventory($"""
            ssh: [user: {Environment.UserName}, key: {sshd.Key}, known_hosts: {sshd.KnownHosts}]
            groups:
              all4: [hosts: [{string.Join(", ", Enumerable.Range(1, count).Select(i => $"h{i}: [ssh: [host: 127.0.0.1, port: {(i == gone ? 9 : sshd.Port)}]]"))}]]
            """.Replace('[', '{').Replace(']', '}')));

        using var stop = new Stop();
        var log = new MemoryLog();
        await using var connections = sshd.Pool(new ConnectionOptions { KeyPassphrase = null, Patience = TimeSpan.FromSeconds(1) });
        var ended = await new Runner(plan, new Recorder(new RunState(), log, TimeProvider.System), new RunTools(connections, new CookieJars(), TimeProvider.System), stop).Run(StateFolder.NewRun);

        var seen = await File.ReadAllLinesAsync(effects, TestContext.Current.CancellationToken);
        var all = Enumerable.Range(1, started).Where(i => i != gone).Select(i => $"h{i}").ToList();
        Assert.Equal(code, ended);
        Assert.Equal(all.Order(), seen.Where(line => line.StartsWith('h')).Order());
        Assert.Equal([$"undo {bad}", $"undo {unknown}"], seen.Where(line => line.StartsWith("undo", StringComparison.Ordinal)));
        Assert.Equal(all.Where(host => host != bad && host != unknown).Select(host => $"end {host}").Order(), seen.Where(line => line.StartsWith("end", StringComparison.Ordinal)).Order());
        // In turn: nobody of a batch before all of the one before it.
        Assert.Equal(Enumerable.Range(1, batches), log.Events.OfType<RunEvent.BatchStarted>().Select(batch => batch.Number));
        Assert.Equal(Enumerable.Range(0, batches), seen.Where(line => line.StartsWith('h')).Select(line => (int.Parse(line[1..], System.Globalization.CultureInfo.InvariantCulture) - 1) / size).Distinct());
    }

    [Fact]
    public void Every_host_is_in_one_batch_and_none_is_empty_or_larger_than_said() =>
        Gen.Select(Gen.Int[0, 300], Gen.Select(Gen.Int[1, 100], Gen.Bool, (number, percent) => new BatchSize(number, percent)).Array[1, 4]).Sample((count, sizes) =>
        {
            var batches = Batches.Split([.. Enumerable.Range(0, count)], sizes);
            Assert.Equal(Enumerable.Range(0, count), batches.SelectMany(batch => batch));
            Assert.All(batches.Index(), batch =>
            {
                var size = sizes[Math.Min(batch.Index, sizes.Length - 1)];
                Assert.InRange(batch.Item.Count, 1, size.IsPercent ? Math.Max(1, count * size.Number / 100) : size.Number);
            });
        });
}
