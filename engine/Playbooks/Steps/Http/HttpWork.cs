using Playbooks.Model;
using Playbooks.Steps.Servers;
using Playbooks.Templating;

namespace Playbooks.Steps.Http;

/// <summary>An `http` step, bound.</summary>
internal sealed record HttpWork(StepKind Kind) : KindWork(Kind)
{
    public required Setting<Uri> Url { get; init; }

    public required Setting<string> Method { get; init; }

    public required Setting<IReadOnlyDictionary<string, string>> Headers { get; init; }

    public required Payload? Payload { get; init; }

    public required Setting<string>? Client { get; init; }

    public required Setting<string> SessionCookie { get; init; }

    public required Setting<ServerAddress>? ConnectTo { get; init; }

    public required Setting<bool> VerifyTls { get; init; }

    public required Setting<string>? Ca { get; init; }

    public required Setting<bool> FollowRedirects { get; init; }

    public override IEnumerable<Template> OnCommandLine => [];

    public override Effect Effect => !Method.IsConstant ? Effect.Once : Method.Get(Scope.Empty) switch
    {
        "GET" or "HEAD" or "OPTIONS" => Effect.None,
        "PUT" or "DELETE" => Effect.Repeatable,
        _ => Effect.Once,
    };

    /// <summary>People read the method before the URL, also where the playbook leaves it to the language.</summary>
    protected override IEnumerable<ShownParameter> Show(IReadOnlyList<ShownParameter> written)
    {
        var method = Method.IsConstant ? Method.Get(Scope.Empty) : null;
        return written.Where(p => p.Name == "url").Select(p => method is null ? p : p with { Lead = method + " " })
            .Concat(method is null ? [] : [ShownParameter.Of("method", DataTemplate.Constant(method, Method.At)) with { IsTold = false }])
            .Concat(written.Where(p => p.Name != "url" && (method is null || p.Name != "method")));
    }

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var request = Fill(context.Scope);
        var sessionCookie = SessionCookie.Get(context.Scope);
        var jar = context.Jars.For(Client?.Get(context.Scope));
        var began = context.Time.GetTimestamp();
        Visit? visit = null;
        var result = await Asking.Run(context, () => Place(visit?.Request ?? request, context.Machine), async (from, until) =>
        {
            began = context.Time.GetTimestamp();
            visit = new Visit(from, jar, context.Time) { Request = request };
            await visit.Go(until);
            cancel.ThrowIfCancellationRequested();
            var fields = new HttpFields(visit, visit.Answer!, jar, sessionCookie, context.Time.GetUtcNow());
            var map = fields.ToMap(context.Time.GetElapsedTime(began));
            var seen = visit.Stopped is { } stopped ? StepResult.Failed(map, $"{Place(visit.Request, context.Machine)}: {stopped}") : StepResult.Passed(map);
            return seen with { Notes = fields.Notes };
        }, cancel);
        if (result.Fields.Count > 0) return result;
        return result with { Fields = new DataMap(new Dictionary<string, object?> { ["url"] = (visit?.Url ?? request.Url).AbsoluteUri, ["duration"] = context.Time.GetElapsedTime(began) }) };
    }

    /// <summary>What was asked, and where and from where if that is not as usual.</summary>
    private static string Place(Request request, Host machine)
    {
        var at = request.ConnectTo is { } other ? $" at {other.Shown(request.Url.Port)}" : "";
        return $"{request.Url.AbsoluteUri}{at}{Asking.From(machine)}";
    }

    private Request Fill(Scope scope)
    {
        var headers = Headers.Get(scope);
        if (RequestRules.Refusal(headers) is { } refused) throw new ExpressionException(Headers.At, refused.Reason);
        return new Request
        {
            Url = Url.Get(scope),
            Method = Method.Get(scope),
            Headers = headers,
            Body = Payload?.Fill(scope) is { } body ? body : default(ReadOnlyMemory<byte>?),
            BodyType = Payload?.Type,
            ConnectTo = ConnectTo?.Get(scope),
            FollowsRedirects = FollowRedirects.Get(scope),
            Trust = Trust.Fill(Ca, VerifyTls.Get(scope), scope),
        };
    }
}
