using System.Text;
using Playbooks.Model;

namespace Playbooks.Steps.Netstat;

/// <summary>A `netstat` step, bound.</summary>
internal sealed record NetstatWork(
    StepKind Kind,
    Setting<IReadOnlyList<Endpoint>>? Listening,
    Setting<IReadOnlyList<Endpoint>>? NotListening,
    Setting<IReadOnlyList<Endpoint>>? ConnectedTo,
    Setting<string>? Process,
    Setting<string> Protocol) : KindWork(Kind)
{
    public override Effect Effect => Effect.None;

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var asked = new Asked(
            Listening?.Get(context.Scope) ?? [],
            NotListening?.Get(context.Scope) ?? [],
            ConnectedTo?.Get(context.Scope) ?? [],
            Process?.Get(context.Scope));
        var protocol = Protocol.Get(context.Scope);
        var names = asked.All.Select(e => e.Name).OfType<string>().Distinct().ToList();
        var flags = SocketScript.Flags(protocol, onlyListening: asked.ConnectedTo.Count == 0);
        var look = await Look.Run(context, SocketScript.Text, [protocol, flags, .. names], SocketScript.MostBytes, cancel);
        if (look.Wrong is { } wrong) return wrong;

        var answer = SocketScript.Read(Encoding.UTF8.GetString(look.Stdout.Span));
        if (!answer.IsKnownSystem) return StepResult.Error($"sockets of {(answer.System.Length > 0 ? answer.System : "this system")} cannot be read yet in this version; it reads those of Linux, FreeBSD and macOS");
        if (answer.Program is null)
            return answer.Tried
                ? StepResult.Error($"the sockets could not be read: {Look.Cut(look.Stderr.ReplaceLineEndings(" "), 300)}")
                : StepResult.Error("neither ss nor netstat is there", "install iproute2 or net-tools on it");
        foreach (var name in names)
            if (answer.Names.GetValueOrDefault(name) is not { Count: > 0 })
                return answer.CannotLookUp
                    ? StepResult.Error($"the name {name} cannot be looked up there: it has no getent", "write the address")
                    : StepResult.Error($"the name {name} has no address there");
        return SocketTable.Read(answer.Program, protocol, answer.Table.Span, out var unreadable) is { } sockets
            ? new SocketVerdict(asked, sockets, answer).Result()
            : StepResult.Error(unreadable!);
    }
}

/// <summary>What a `netstat` step asks for, filled in.</summary>
internal sealed record Asked(IReadOnlyList<Endpoint> Listening, IReadOnlyList<Endpoint> NotListening, IReadOnlyList<Endpoint> ConnectedTo, string? Process)
{
    public IEnumerable<Endpoint> All => Listening.Concat(NotListening).Concat(ConnectedTo);
}
