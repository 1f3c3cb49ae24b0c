using System.Text;
using Playbooks.Connections;
using Playbooks.Connections.Receipts;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>The two kinds of connection, for tests of what both promise.</summary>
public sealed class Machines(Sshd sshd) : IAsyncLifetime
{
    public const string Ssh = "over SSH", Local = "on this machine", Receipt = "over SSH, with a receipt";

    private readonly ConnectionPool _pool = sshd.Pool();
    private readonly LocalConnection _local = new(TimeProvider.System);

    public Sshd Sshd => sshd;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    public async Task<IConnection> Get(string where) =>
        where == Local ? _local : await _pool.Get(sshd.Host(), TestContext.Current.CancellationToken);

    public async Task<CommandResult> Run(string where, RemoteCommand command) =>
        where == Receipt ? await _pool.Run(sshd.Host(), command.WithReceipt(), TestContext.Current.CancellationToken) : await (await Get(where)).Run(command, TestContext.Current.CancellationToken);

    public Task<CommandResult> Sh(string where, string script) => Run(where, new RemoteCommand { Script = script });
}

internal static class Results
{
    private static readonly string Run = StateFolder.NewRun;
    private static long last;

    /// <summary>The same, as the only command of an attempt of its own.</summary>
    public static RemoteCommand WithReceipt(this RemoteCommand command)
    {
        var number = Interlocked.Increment(ref last);
        return command with { Claim = new Claim(Run, $"step {number}", number), Receipt = new Receipt(1) { IsFollowed = true } };
    }

    public static string Out(this CommandResult result) => Encoding.UTF8.GetString(result.Stdout.Span);

    public static string Err(this CommandResult result) => Encoding.UTF8.GetString(result.Stderr.Span);
}
