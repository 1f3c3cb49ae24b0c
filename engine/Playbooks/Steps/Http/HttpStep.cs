using Playbooks.Model;

namespace Playbooks.Steps.Http;

/// <summary>`http`: asks a web server, as a visitor would.</summary>
public sealed class HttpStep : StepKind
{
    private static readonly string[] Payloads = ["body", "form", "json"];
    private static readonly string[] NotYet = ["connect_to", "ca"];

    public override string Name => "http";

    public override string Summary => "Asks a web server, as a visitor would: a new connection, and the cookies of its client.";

    public override string BareParameter => "url";

    public override IReadOnlyList<KindParameter> Parameters =>
    [
        new("url", "text", "The whole URL, http or https.", Required: true),
        new("method", "text", "GET unless said."),
        new("headers", "map", "Headers to send, beside those that every request has."),
        new("body", "text", "What to send, as it is."),
        new("form", "map", "What to send, as a form."),
        new("json", "any", "What to send, as JSON."),
        new("client", "text", "Whose cookies: one jar for each name through the whole play. Without it the request has none."),
        new("session_cookie", "text", "The cookie that holds the session; JSESSIONID unless said."),
        new("verify_tls", "boolean", "false: any certificate will do."),
        new("follow_redirects", "boolean", "They are followed; false is not there yet in this version."),
        new("connect_to", "text", "Not there yet in this version."),
        new("ca", "text", "Not there yet in this version."),
    ];

    public override IReadOnlyList<ResultField> Fields =>
    [
        new("status", "number", "The status code, after redirects."),
        new("headers", "map", "The headers by their names in small letters; several of one name joined by commas, `set-cookie` always a list."),
        new("cookies", "map", "The cookies the client now has for that URL."),
        new("body", "text", "The body, decompressed and decoded."),
        new("json", "any", "The value that the body holds as JSON."),
        new("session", "map", "The session cookie, split at its last dot: `id` and `route`; `renewed` where this answer set it."),
        new("duration", "duration", "From the start to the end of the last answer."),
        new("url", "text", "Where redirects led."),
        new("tls", "map", "protocol, cipher, subject, issuer, not_before, not_after, days_left."),
    ];

    public override IReadOnlyList<OwnAssertion> OwnAssertions => [new("status", "status < 400")];

    public override PlaceKind RunsAt => PlaceKind.Localhost;

    public override KindWork? Bind(Arguments arguments)
    {
        foreach (var name in NotYet.Where(arguments.Has)) arguments.Problems.Add(arguments.PlaceOf(name), $"`{name}` is not there yet in this version");
        if (arguments.Raw("follow_redirects") is { } follow and not ScalarNode { Value: true })
            arguments.Problems.Add(follow.At, "`follow_redirects` is not there yet in this version: redirects are always followed", "leave it out, or write true");

        var url = arguments.Get("url", RequestRules.Url);
        var method = arguments.Get("method", RequestRules.Method, "GET");
        var headers = arguments.Get("headers", SettingTypes.TextMap, new Dictionary<string, string>());
        if (headers is { IsConstant: true } && RequestRules.Refusal(headers.Get(Templating.Scope.Empty)) is { } refused)
            arguments.Problems.Add((arguments.Raw("headers") as MapNode)?.Entries.FirstOrDefault(entry => entry.Name == refused.Name)?.Key.At ?? headers.At, refused.Reason);
        var payload = PayloadOf(arguments);
        var client = arguments.Get("client", SettingTypes.Text);
        var session = arguments.Get("session_cookie", RequestRules.CookieName, "JSESSIONID");
        var verify = arguments.Get("verify_tls", SettingTypes.Boolean, true);
        return url is null || arguments.HasProblems ? null : new HttpWork(this, url, method, headers, payload, client, session, verify);
    }

    private static Payload? PayloadOf(Arguments arguments)
    {
        var given = Payloads.Where(arguments.Has).ToList();
        if (given.Count > 1) arguments.Problems.Add(arguments.PlaceOf(given[1]), $"a request has one body, but here are `{string.Join("` and `", given)}`");
        if (given.Count > 0 && !arguments.Has("method")) arguments.Problems.Add(arguments.PlaceOf(given[0]), $"`{given[0]}` sends something, but the method is GET", "say `method: POST`, or whichever it is");
        if (arguments.Get("body", SettingTypes.Text) is { } text) return new Payload.Text(text);
        if (arguments.Get("form", SettingTypes.TextMap) is { } form) return new Payload.Form(form);
        return arguments.Data("json") is { } json ? new Payload.Json(json) : null;
    }
}
