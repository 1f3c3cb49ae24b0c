using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using MimeKit;
using Playbooks.Connections;
using Playbooks.Loading;
using Playbooks.Model;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting.Files;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Steps.Http;
using Playbooks.Steps.Servers;
using Playbooks.Templating;

namespace Playbooks.Notifying;

/// <summary>Makes of a playbook's ways of telling the messages of one run, filled in.</summary>
/// <param name="run">What is told of.</param>
/// <param name="plan">What was run.</param>
/// <param name="secrets">What it was given.</param>
/// <param name="masker">Hides that in all that people read.</param>
/// <param name="tools">What they need of this machine.</param>
internal sealed class Notices(ReportedRun run, Plan plan, RunSecrets secrets, Masker masker, NotifyTools tools)
{
    private const int LongestText = 100_000, LongestSubject = 200, MostAttached = 10_000_000;

    private readonly Message message = Message.Of(run, tools.Machine);
    private Scope? names;

    /// <exception cref="ExpressionException">Something cannot be filled in.</exception>
    public INotice Of(Notify notify) => notify switch
    {
        Notify.Webhook webhook => Webhook(webhook),
        Notify.Email email => Email(email),
        Notify.Command command => Command(command),
        _ => throw new UnreachableException(),
    };

    /// <summary>For all tries together.</summary>
    public TimeSpan Limit(Notify notify) => notify.Timeout?.Get(Names()) ?? Delivery.UsualLimit;

    private Scope Names() => names ??= MessageNames.Of(plan, secrets, run, message, tools.Machine);

    private WebhookNotice Webhook(Notify.Webhook webhook)
    {
        var url = webhook.Url.Get(Names());
        var headers = webhook.Headers?.Get(Names()) ?? new Dictionary<string, string>();
        if (RequestRules.Refusal(headers) is { } refused) throw new ExpressionException(webhook.Headers!.At, refused.Reason);
        if (url is { Scheme: "http", IsLoopback: false } && headers.Values.Append(url.OriginalString).Any(IsSecret))
            throw new ExpressionException(webhook.Url.At, "a secret would go over http, where everybody on the way can read it", "write https://");
        var (text, type) = Body(webhook);
        var method = new HttpMethod(webhook.Method?.Get(Names()) ?? "POST");
        return new WebhookNotice(Request, url, Trust.Fill(webhook.Ca, verify: true, Names()), tools.Time);

        HttpRequestMessage Request()
        {
            var request = new HttpRequestMessage(method, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type, "utf-8");
            request.Headers.TryAddWithoutValidation("User-Agent", "play");
            foreach (var (name, value) in headers)
            {
                var target = name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) ? (HttpHeaders)request.Content.Headers : request.Headers;
                target.Remove(name);
                target.TryAddWithoutValidation(name, value);
            }
            return request;
        }
    }

    private (string Text, string Type) Body(Notify.Webhook webhook)
    {
        const string Json = "application/json";
        if (webhook.Body is { } own)
            return masker.Mask(own.Evaluate(webhook.Shape == WebhookShape.Slack ? MessageNames.Of(plan, secrets, run, message, tools.Machine, SlackBody.Escape) : Names())) is var body && body is null or IMembers or IReadOnlyList<object?> ? (Data.ToJson(body), Json) : (Cut(Data.ToText(body)), "text/plain");
        return webhook.Shape switch
        {
            WebhookShape.Slack => (SlackBody.Of(message), Json),
            WebhookShape.Teams => (TeamsBody.Of(message), Json),
            _ => (Data.ToJson(new DataMap(((string[])["run", "comparison"]).Select(name => KeyValuePair.Create(name, Names().TryGet(name, out var value) ? value : null)))), Json),
        };
    }

    private EmailNotice Email(Notify.Email email)
    {
        var mail = new MimeMessage();
        var from = Mailbox(email.From.Get(Names()), email.From.At);
        mail.From.Add(from);
        mail.To.AddRange(email.To.Get(Names()).Select(to => Mailbox(to, email.To.At)));
        // A line end would begin a header of its own.
        mail.Subject = DisplayText.Fit(DisplayText.Safe(Said(email.Subject?.Get(Names()) ?? message.Title)), LongestSubject);
        mail.Date = TimeZoneInfo.ConvertTime(tools.Time.GetUtcNow(), run.Zone);
        // Nobody's absence is to answer it (RFC 3834), and this machine's name is not told.
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        mail.MessageId = MimeKit.Utils.MimeUtils.GenerateMessageId(from.Domain);
        var (body, notes) = (new BodyBuilder(), new List<string>());
        foreach (var format in email.Attach) Attach(body.Attachments, format, notes);
        body.TextBody = Cut(Said(email.Text?.Get(Names()) ?? message.Text)) + string.Concat(notes.Select(note => $"\n\n{note}")) + "\n";
        mail.Body = body.ToMessageBody();
        var login = email is { User: { } user, Password: { } password } ? (user.Get(Names()), password.Get(Names())) : ((string, string)?)null;
        return new EmailNotice(mail, Server(email.Smtp), email.Tls, login, Trust.Fill(email.Ca, verify: true, Names()));
    }

    private void Attach(AttachmentCollection attachments, string format, List<string> notes)
    {
        var name = $"{run.Results.Run}.{(format == "junit" ? "xml" : format)}";
        var look = $"`play show {run.Results.Run} --report {format}=FILE{run.Options}` writes it.";
        if (!tools.Reports.TryGetValue(format, out var write))
        {
            notes.Add($"There is no {format} report in this version.");
            return;
        }
        try
        {
            using var text = new StringWriter();
            write(run, text);
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            if (bytes.Length > MostAttached) notes.Add($"The {format} report is not attached, because it has {bytes.Length / 1_000_000} MB: {look}");
            else attachments.Add(name, bytes, new ContentType(format switch { "html" => "text", "junit" => "application", _ => "text" }, format switch { "html" => "html", "junit" => "xml", _ => "plain" }) { Charset = "utf-8" });
        }
        catch (Exception e)
        {
            // A report that is broken keeps nobody from being told.
            notes.Add($"The {format} report could not be made: {DisplayText.Safe(masker.Mask(e.Message))}");
        }
    }

    private CommandNotice Command(Notify.Command command)
    {
        var words = WordTemplates.Fill(command.Words, Names());
        if (words.Count == 0 || words[0].Length == 0) throw new ExpressionException(command.At, "the command is empty once its templates are filled in");
        if (words.Any(masker.IsInWord)) throw new ExpressionException(command.At, "a secret would stand in the command, where everybody on this machine may read it", "pass it with `env`");
        return new CommandNotice(new RemoteCommand
        {
            Words = words,
            Stdin = Encoding.UTF8.GetBytes(Said(message.Text) + "\n"),
            Environment = command.Env?.Get(Names()) ?? new Dictionary<string, string>(),
            Directory = FolderFiles.FolderOf(command.At.Source.Name),
        }, tools.Time);
    }

    private bool IsSecret(string text) => !ReferenceEquals(masker.Mask(text), text);

    private string Said(string text) => masker.Mask(text);

    private static string Cut(string text) => text.Length <= LongestText ? text : $"{text[..LongestText]}…";

    private static MailboxAddress Mailbox(string text, Position at) =>
        MailboxAddress.TryParse(text, out var mailbox) ? mailbox : throw new ExpressionException(at, $"`{text}` is no address of mail");

    private ServerAddress Server(Setting<string> smtp) =>
        ServerAddress.Type.TryRead(smtp.Get(Names()), out var server) ? server : throw new UnreachableException();
}
