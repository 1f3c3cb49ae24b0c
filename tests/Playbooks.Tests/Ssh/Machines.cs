using System.Text;
using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>The two kinds of connection, for tests of what both promise.</summary>
public sealed class Machines(Sshd sshd) : IAsyncLifetime
{
    public const string Ssh = "over SSH", Local = "on this machine";

    private readonly ConnectionPool _pool = sshd.Pool();
    private readonly LocalConnection _local = new(TimeProvider.System);

    public Sshd Sshd => sshd;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    public async Task<IConnection> Get(string where) =>
        where == Local ? _local : await _pool.Get(sshd.Host(), TestContext.Current.CancellationToken);

    public async Task<CommandResult> Run(string where, RemoteCommand command) =>
        await (await Get(where)).Run(command, TestContext.Current.CancellationToken);

    public Task<CommandResult> Sh(string where, string script) => Run(where, new RemoteCommand { Script = script });
}

internal static class Results
{
    public static string Out(this CommandResult result) => Encoding.UTF8.GetString(result.Stdout.Span);

    public static string Err(this CommandResult result) => Encoding.UTF8.GetString(result.Stderr.Span);
}
