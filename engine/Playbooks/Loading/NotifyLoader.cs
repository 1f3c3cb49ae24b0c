using Playbooks.Loading.Language;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Steps.Http;
using Playbooks.Steps.Servers;
using Playbooks.Templating;

namespace Playbooks.Loading;

/// <summary>Reads whom a playbook tells at the end of its runs, and how.</summary>
internal sealed class NotifyLoader(ProblemList problems)
{
    private static readonly string[] Ways = [.. NotifyKeys.Notify.Names.Where(key => key != "on")];

    private static readonly SettingType<TimeSpan> Limit = new("a duration from 1s to 10m, such as 30s", (object? value, out TimeSpan read) =>
        SettingTypes.Duration.TryRead(value, out read) && read >= TimeSpan.FromSeconds(1) && read <= TimeSpan.FromMinutes(10));

    /// <summary>A mail server, as it is written: `mail.example.com:587`.</summary>
    private static readonly SettingType<string> Server = new(ServerAddress.Type.Expected, (object? value, out string read) =>
    {
        read = value as string ?? "";
        return ServerAddress.Type.TryRead(value, out _);
    });

    public IReadOnlyList<Notify> Read(IReadOnlyList<Node> items) => [.. items.Select(One).OfType<Notify>()];

    private Notify? One(Node item)
    {
        if (item is not MapNode map)
        {
            problems.Add(item.At, $"a way of telling people must be a map, but is {item.Kind}", "- webhook: https://…");
            return null;
        }
        var reader = new MapReader(map, problems);
        var ways = Ways.Where(way => reader.Take(way) is not null).ToList();
        var on = On(reader.Items("on"));
        if (map["on"] is ListNode { Items.Count: 0 } never) problems.Add(never.At, "`on` names no occasion, so nobody would ever be told", "leave it out, or say `failure`, `recovery`, `change` or `always`");
        if (ways.Count == 0) problems.Add(map.At, "this does not say how people are told", "say `webhook`, `email` or `command`");
        else if (ways.Count > 1) problems.Add(map.At, $"this is {ways.Count} ways of telling people: {string.Join(" and ", ways.Select(way => $"`{way}`"))}", "write each as an item of its own, with a `-` before it");
        reader.Done("a way of telling people");
        if (ways is not [var only]) return null;
        var node = map[only]!;
        Notify? notify = only switch { "webhook" => Webhook(node), "email" => Email(node), _ => Command(node) };
        return notify is null || on is null ? notify : notify with { On = on };
    }

    private IReadOnlyList<NotifyOn>? On(IReadOnlyList<Node> items) => items.Count == 0 ? null : [.. items.Select(item => Choice<NotifyOn>(item, "on")).OfType<NotifyOn>()];

    private Notify.Webhook? Webhook(Node node)
    {
        if (node is ScalarNode { Value: not null }) return Setting<Uri>.Parse(node, RequestRules.Url, problems) is { } alone ? new Notify.Webhook(node.At, alone) : null;
        if (Map(node, "webhook", "a URL, or a map with `url`") is not { } reader) return null;
        var url = reader.Setting("url", RequestRules.Url);
        var shape = reader.Take("shape") is { } word ? Choice<WebhookShape>(word, "shape") : null;
        var body = reader.Take("body") is { } data ? Body(data) : null;
        var headers = reader.Setting("headers", SettingTypes.TextMap);
        if (headers is { IsConstant: true } && RequestRules.Refusal(headers.Get(Scope.Empty)) is { } refused) problems.Add(headers.At, refused.Reason);
        var (method, ca, timeout) = (reader.Setting("method", RequestRules.Method), Ca(reader), reader.Setting("timeout", Limit));
        Needs(reader, "url");
        reader.Done("a webhook");
        return url is null ? null : new Notify.Webhook(node.At, url) { Method = method, Headers = headers, Shape = shape ?? WebhookShape.Json, Body = body, Ca = ca, Timeout = timeout };
    }

    /// <summary>JSON that is written as text would be broken, or taken over, by what is filled in.</summary>
    private DataTemplate? Body(Node node)
    {
        if (node is ScalarNode { Value: string text } && text.Contains("{{", StringComparison.Ordinal) && text.TrimStart() is var start && (start.StartsWith('[') || start.StartsWith('{') && !start.StartsWith("{{", StringComparison.Ordinal)))
        {
            problems.Add(node.At, "this is JSON as a text, and what is filled in would be read as a part of it", "write it as a map of YAML: it is sent as JSON, with each value escaped");
            return null;
        }
        return DataTemplate.Parse(node, problems);
    }

    private Notify.Email? Email(Node node)
    {
        if (Map(node, "email", "a map with `to`, `from` and `smtp`") is not { } reader) return null;
        var to = reader.Setting("to", MailAddresses.Several);
        var from = reader.Setting("from", MailAddresses.One);
        var smtp = reader.Setting("smtp", Server);
        var (user, password) = (reader.Setting("user", SettingTypes.Text), reader.Setting("password", SettingTypes.Text));
        var tls = reader.Take("tls") is { } word ? Choice<MailTls>(word, "tls") : null;
        var (subject, text) = (reader.Setting("subject", SettingTypes.Text), reader.Setting("text", SettingTypes.Text));
        var (timeout, ca, attach) = (reader.Setting("timeout", Limit), Ca(reader), Attach(reader.Items("attach")));
        foreach (var key in NotifyKeys.Email.Keys.Where(key => key.Required)) Needs(reader, key.Name);
        if ((reader.Map["user"] is null) != (reader.Map["password"] is null)) problems.Add((reader.Map["user"] ?? reader.Map["password"])!.At, "`user` and `password` go together", "say both, or none");
        if (tls == MailTls.None && (password ?? user) is { } open) problems.Add(open.At, "with `tls: none` everybody on the way could read the password", "`tls: starttls` or `tls: implicit`");
        reader.Done("an email");
        return to is null || from is null || smtp is null ? null : new Notify.Email(node.At, to, from, smtp)
        {
            // The port for it (RFC 8314, section 3.3).
            Tls = tls ?? (smtp.IsConstant && smtp.Get(Scope.Empty).EndsWith(":465", StringComparison.Ordinal) ? MailTls.Implicit : MailTls.StartTls),
            User = user,
            Password = password,
            Subject = subject,
            Text = text,
            Attach = attach,
            Timeout = timeout,
            Ca = ca,
        };
    }

    private IReadOnlyList<string> Attach(IReadOnlyList<Node> items)
    {
        var formats = new List<string>();
        foreach (var item in items)
            if (item is ScalarNode { Value: string format } && Notify.Formats.Contains(format)) formats.Add(format);
            else problems.Add(item.At, $"`attach` must be one of {string.Join(", ", Notify.Formats)}, or a list of them", item is ScalarNode { Value: string near } ? Suggest.DidYouMean(near, Notify.Formats) : null);
        return [.. formats.Distinct()];
    }

    private Notify.Command? Command(Node node)
    {
        var isMap = node is MapNode;
        var reader = isMap ? new MapReader((MapNode)node, problems) : null;
        var run = isMap ? reader!.Take("run") : node;
        var words = run is null ? null : WordTemplates.Of(run, "command", problems, _ => { });
        var (env, timeout) = (reader?.Setting("env", SettingTypes.Environment), reader?.Setting("timeout", Limit));
        if (reader is not null) Needs(reader, "run");
        reader?.Done("a command");
        if (words is { Count: 0 } && run is not null) problems.Add(run.At, "there is no command here", "write the program and its arguments");
        return words is null or { Count: 0 } ? null : new Notify.Command(node.At, words) { Env = env, Timeout = timeout };
    }

    private Setting<string>? Ca(MapReader reader)
    {
        var ca = reader.Setting("ca", SettingTypes.Text);
        try
        {
            if (ca is { IsConstant: true }) Trust.Fill(ca, verify: true, Scope.Empty);
        }
        catch (ExpressionException e)
        {
            problems.Add(e.ToProblem());
        }
        return ca;
    }

    private MapReader? Map(Node node, string key, string wanted)
    {
        if (node is MapNode map) return new MapReader(map, problems);
        problems.Add(node.At, $"`{key}` must be {wanted}, but is {node.Kind}");
        return null;
    }

    private void Needs(MapReader reader, string key)
    {
        if (reader.Map[key] is null) problems.Add(reader.At, $"`{key}` is missing here");
    }

    private T? Choice<T>(Node node, string key) where T : struct, Enum
    {
        if (node is ScalarNode { Value: string text } && Enum.GetValues<T>().Where(v => v.ToString().Equals(text, StringComparison.OrdinalIgnoreCase) && text.All(char.IsAsciiLetterLower)).ToArray() is [var found]) return found;
        var words = Enum.GetNames<T>().Select(n => n.ToLowerInvariant()).ToList();
        problems.Add(node.At, $"`{key}` must be one of {string.Join(", ", words)}", node is ScalarNode { Value: string near } ? Suggest.DidYouMean(near, words) : null);
        return null;
    }
}
