using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Servers;

/// <summary>`tcp`: asserts that a port takes connections.</summary>
public sealed class TcpStep : StepKind
{
    public override string Name => "tcp";

    public override string Summary => "Asserts that a port takes connections: one is made, and closed at once.";

    public override string BareParameter => "address";

    public override IReadOnlyList<Key> Parameters => [new("address", "text", "host:port; an IPv6 address stands in brackets.", Required: true)];

    public override IReadOnlyList<ResultField> Fields => [new("duration", "duration", "How long it took to connect, with the look-up of the name.")];

    public override PlaceKind RunsAt => PlaceKind.Localhost;

    public override bool AllowsAt => true;

    public override KindWork? Bind(Arguments arguments) => arguments.Get("address", ServerAddress.WithPort) is { } address ? new TcpWork(this, address) : null;
}

/// <summary>A `tcp` step, bound.</summary>
internal sealed record TcpWork(StepKind Kind, Setting<ServerAddress> Address) : KindWork(Kind)
{
    public override IEnumerable<Template> OnCommandLine => [];

    public override Effect Effect => Effect.None;

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var address = Address.Get(context.Scope);
        // As long as this machine would try by itself; a host that connects for us may have more patience.
        if (context.Timeout > Silence.Longest) context = context with { Timeout = Silence.Longest };
        return await Asking.Run(context, () => $"{address.Shown(0)}{Asking.From(context.Machine)}", async (from, until) =>
        {
            var began = context.Time.GetTimestamp();
            await using var connected = await Reach.Open(from, address.Host, address.Port!.Value, until);
            return StepResult.Passed(new DataMap(new Dictionary<string, object?> { ["duration"] = context.Time.GetElapsedTime(began) }));
        }, cancel);
    }
}
