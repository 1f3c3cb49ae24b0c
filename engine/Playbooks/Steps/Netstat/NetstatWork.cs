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
    /// <summary>Nothing listens beside what is asked for.</summary>
    public Setting<bool>? Only { get; init; }

    public override Effect Effect => Effect.None;

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var asked = new Asked(
            Listening?.Get(context.Scope) ?? [],
            NotListening?.Get(context.Scope) ?? [],
            ConnectedTo?.Get(context.Scope) ?? [],
            Process?.Get(context.Scope))
        { Only = Only?.Get(context.Scope) == true };
        var protocol = Protocol.Get(context.Scope);
        var names = asked.All.Select(e => e.Name).OfType<string>().Distinct().ToList();
        var flags = SocketScript.Flags(protocol, onlyListening: asked.ConnectedTo.Count == 0);
        var look = await Look.Run(context, SocketScript.Text, [protocol, flags, .. names], SocketScript.MostBytes, cancel);
        if (look.Wrong is { } wrong) return wrong;

        var answer = SocketScript.Read(Encoding.UTF8.GetString(look.Stdout.Span));
        foreach (var name in names)
            if (answer.Names.GetValueOrDefault(name) is not { Count: > 0 })
                return answer.CannotLookUp
                    ? StepResult.Error($"the name {name} cannot be looked up there: it has no getent", "write the address")
                    : StepResult.Error($"the name {name} has no address there");
        return answer.Sockets(protocol, look.Stderr, out var unreadable) is { } sockets ? new SocketVerdict(asked, sockets, answer).Result() : unreadable!;
    }
}

/// <summary>What a `netstat` step asks for, filled in.</summary>
internal sealed record Asked(IReadOnlyList<Endpoint> Listening, IReadOnlyList<Endpoint> NotListening, IReadOnlyList<Endpoint> ConnectedTo, string? Process)
{
    /// <summary>Nothing else listens.</summary>
    public bool Only { get; init; }

    public IEnumerable<Endpoint> All => Listening.Concat(NotListening).Concat(ConnectedTo);
}
