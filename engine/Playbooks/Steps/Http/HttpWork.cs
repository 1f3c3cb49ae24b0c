using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Http;

/// <summary>An `http` step, bound.</summary>
internal sealed record HttpWork(
    StepKind Kind, Setting<Uri> Url, Setting<string> Method, Setting<IReadOnlyDictionary<string, string>> Headers, Payload? Payload,
    Setting<string>? Client, Setting<string> SessionCookie, Setting<bool> VerifyTls) : KindWork(Kind)
{
    public override Effect Effect => !Method.IsConstant ? Effect.Once : Method.Get(Scope.Empty) switch
    {
        "GET" or "HEAD" or "OPTIONS" => Effect.None,
        "PUT" or "DELETE" => Effect.Repeatable,
        _ => Effect.Once,
    };

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        if (!context.Machine.Local) return StepResult.Error("`http` from another machine is not there yet in this version", "leave out `at`");
        var request = Fill(context.Scope);
        var sessionCookie = SessionCookie.Get(context.Scope);
        var jar = context.Jars.For(Client?.Get(context.Scope));
        var visit = new Visit(jar, context.Time);
        var began = context.Time.GetTimestamp();
        using var limit = new CancellationTokenSource(context.Timeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        DataMap Little() => new(new Dictionary<string, object?> { ["url"] = visit.Url.AbsoluteUri, ["duration"] = context.Time.GetElapsedTime(began) });
        try
        {
            await visit.Go(request, either.Token);
        }
        catch (NoAnswerException e) when (e.IsOurs)
        {
            return StepResult.Error($"this machine could not ask {visit.Url.AbsoluteUri}: {e.Message}") with { Fields = Little() };
        }
        catch (NoAnswerException e)
        {
            return StepResult.Failed(Little(), $"no {(e.IsPart ? "whole " : "")}answer from {visit.Url.AbsoluteUri}: {e.Message}") with { Mend = e.Mend };
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return StepResult.Failed(Little(), $"no answer from {visit.Url.AbsoluteUri} within {Literals.Print(context.Timeout)}");
        }
        cancel.ThrowIfCancellationRequested();

        var fields = new HttpFields(visit, visit.Answer!, jar, sessionCookie, context.Time.GetUtcNow());
        var map = fields.ToMap(context.Time.GetElapsedTime(began));
        var result = visit.Stopped is { } stopped ? StepResult.Failed(map, $"{visit.Url.AbsoluteUri}: {stopped}") : StepResult.Passed(map);
        return result with { Notes = fields.Notes };
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
            VerifyTls = VerifyTls.Get(scope),
        };
    }
}
