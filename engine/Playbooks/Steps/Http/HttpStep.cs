using Playbooks.Model;
using Playbooks.Steps.Servers;

namespace Playbooks.Steps.Http;

/// <summary>`http`: asks a web server, as a visitor would.</summary>
public sealed class HttpStep : StepKind
{
    private static readonly string[] Payloads = ["body", "form", "json"];

    public override string Name => "http";

    public override string Summary => "Asks a web server, as a visitor would: a new connection, and the cookies of its client.";

    public override string BareParameter => "url";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("url", "text", "The whole URL, http or https.", Required: true),
        new("method", "text", "How it asks: GET, HEAD, POST …") { Default = "GET" },
        new("headers", "map", "Headers to send, beside those that every request has."),
        new("body", "text", "What to send, as it is."),
        new("form", "map", "What to send, as a form."),
        new("json", "any", "What to send, as JSON."),
        new("client", "text", "Whose cookies: one jar for each name through the whole play. Without it the request has none."),
        new("session_cookie", "text", "The cookie that holds the session.") { Default = "JSESSIONID" },
        new("connect_to", "text", "A host, or host:port, to connect to instead of the URL's: one member directly, under the site's name. It holds for the URL's host (and port, where it has one)."),
        new("verify_tls", "boolean", "false: any certificate will do.") { Default = "true" },
        new("ca", "text", "A PEM file with the certificates to trust instead of the system's; the path starts at this file's folder."),
        new("follow_redirects", "boolean", "Up to 10, never from https to http. false: the redirect is the answer.") { Default = "true" },
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
        new("version", "text", "The version of HTTP: 1.1, or 2 where an https server offers it."),
        new("url", "text", "Where redirects led."),
        new("tls", "map", "protocol, cipher, subject, issuer, not_before, not_after, days_left."),
    ];

    public override IReadOnlyList<string> Answer => ["status", "body"];

    public override IReadOnlyList<OwnAssertion> OwnAssertions => [new("status", "status < 400")];

    public override PlaceKind RunsAt => PlaceKind.Localhost;

    public override bool AllowsAt => true;

    public override string EffectText => "`none` with GET, HEAD and OPTIONS, `repeatable` with PUT and DELETE, else `once`";

    public override KindWork? Bind(Arguments arguments)
    {
        var url = arguments.Get("url", RequestRules.Url);
        var method = arguments.Get("method", RequestRules.Method, "GET");
        var headers = arguments.Get("headers", SettingTypes.TextMap, new Dictionary<string, string>());
        if (headers is { IsConstant: true } && RequestRules.Refusal(headers.Get(Templating.Scope.Empty)) is { } refused)
            arguments.Problems.Add((arguments.Raw("headers") as MapNode)?.Entries.FirstOrDefault(entry => entry.Name == refused.Name)?.Key.At ?? headers.At, refused.Reason);
        var payload = PayloadOf(arguments);
        var client = arguments.Get("client", SettingTypes.Text);
        var session = arguments.Get("session_cookie", RequestRules.CookieName, "JSESSIONID");
        var connectTo = arguments.Get("connect_to", ServerAddress.Type);
        var verify = arguments.Get("verify_tls", SettingTypes.Boolean, true);
        var ca = Trust.Bind(arguments);
        var follow = arguments.Get("follow_redirects", SettingTypes.Boolean, true);
        return url is null || arguments.HasProblems ? null : new HttpWork(this)
        {
            Url = url,
            Method = method,
            Headers = headers,
            Payload = payload,
            Client = client,
            SessionCookie = session,
            ConnectTo = connectTo,
            VerifyTls = verify,
            Ca = ca,
            FollowRedirects = follow,
        };
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
