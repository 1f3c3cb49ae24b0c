using Playbooks.Connections;
using Playbooks.Model;
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

    public required Setting<ConnectTo>? ConnectTo { get; init; }

    public required Setting<bool> VerifyTls { get; init; }

    public required Setting<string>? Ca { get; init; }

    public required Setting<bool> FollowRedirects { get; init; }

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
        var visit = new Visit(await context.Connect(cancel), jar, context.Time) { Request = request };
        var began = context.Time.GetTimestamp();
        using var limit = new CancellationTokenSource(context.Timeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        DataMap Little() => new(new Dictionary<string, object?> { ["url"] = visit.Url.AbsoluteUri, ["duration"] = context.Time.GetElapsedTime(began) });
        string Whom() => Place(visit.Request, context.Machine);
        try
        {
            await visit.Go(either.Token);
        }
        catch (NoAnswerException e) when (e.IsOurs)
        {
            return StepResult.Error($"this machine could not ask {Whom()}: {e.Message}") with { Fields = Little() };
        }
        catch (NoAnswerException e)
        {
            return StepResult.Failed(Little(), $"no {(e.IsPart ? "whole " : "")}answer from {Whom()}: {e.Message}") with { Mend = e.Mend };
        }
        catch (RefusedException e)
        {
            return StepResult.Error($"{Whom()} could not be asked: {e.Message}", e.Mend) with { Fields = Little() };
        }
        catch (HostUnreachableException e)
        {
            // It may have been asked: what that did is not undone by not knowing.
            return new StepResult { Outcome = Outcome.Unreachable, Messages = [$"{e.Message} No answer from {Whom()} came over it."], Fields = Little() };
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return StepResult.Failed(Little(), $"no answer from {Whom()} within {Literals.Print(context.Timeout)}");
        }
        cancel.ThrowIfCancellationRequested();

        var fields = new HttpFields(visit, visit.Answer!, jar, sessionCookie, context.Time.GetUtcNow());
        var map = fields.ToMap(context.Time.GetElapsedTime(began));
        var result = visit.Stopped is { } stopped ? StepResult.Failed(map, $"{Whom()}: {stopped}") : StepResult.Passed(map);
        return result with { Notes = fields.Notes };
    }

    /// <summary>What was asked, and where and from where if that is not as usual.</summary>
    private static string Place(Request request, Host machine)
    {
        var (host, port) = request.Target;
        var at = request.ConnectTo is null ? "" : $" at {(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}";
        return $"{request.Url.AbsoluteUri}{at}{(machine.Local ? "" : $" from {machine.Label}")}";
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
            Trust = Trusted(scope),
        };
    }

    private Trust Trusted(Scope scope)
    {
        if (Ca is null) return new Trust { Verify = VerifyTls.Get(scope) };
        var path = Ca.Get(scope);
        var found = Trust.Read(path, Ca.At, out var refused) ?? throw new ExpressionException(Ca.At, refused!);
        return new Trust { Verify = VerifyTls.Get(scope), File = path, Authorities = found };
    }
}
