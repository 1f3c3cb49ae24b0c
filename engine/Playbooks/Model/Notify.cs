using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Model;

/// <summary>A way of telling people how a run ended.</summary>
public abstract record Notify(Position At)
{
    /// <summary>What may come with a mail.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["html", "junit", "json", "md", "jsonl"];

    private static readonly NotifyOn[] Usual = [NotifyOn.Failure, NotifyOn.Recovery];

    /// <summary>When they are told: when one of these holds.</summary>
    public IReadOnlyList<NotifyOn> On { get; init; } = Usual;

    /// <summary>For all tries together; null: a minute.</summary>
    public Setting<TimeSpan>? Timeout { get; init; }

    /// <summary>All that is filled in at the end of the run.</summary>
    public IEnumerable<NotifyPart> Parts => OwnParts.Concat(NotifyPart.Of(Timeout, mayHoldSecrets: false));

    protected abstract IEnumerable<NotifyPart> OwnParts { get; }

    /// <summary>Who is told, as far as that is known before the run, and how. Of a URL the host alone: all of it may be a secret.</summary>
    public abstract string Whom { get; }

    /// <summary>What a web server is sent.</summary>
    public sealed record Webhook(Position At, Setting<Uri> Url) : Notify(At)
    {
        public Setting<string>? Method { get; init; }

        public Setting<IReadOnlyDictionary<string, string>>? Headers { get; init; }

        /// <summary>Who reads it.</summary>
        public WebhookShape Shape { get; init; }

        /// <summary>Data is sent as JSON, a text as it is; null: what the shape says.</summary>
        public DataTemplate? Body { get; init; }

        /// <summary>A PEM file that takes the place of the system's authorities.</summary>
        public Setting<string>? Ca { get; init; }

        public override string Whom => $"{(Url.IsConstant ? Url.Get(Scope.Empty).Authority : Url.Written)} (webhook)";

        protected override IEnumerable<NotifyPart> OwnParts =>
        [
            .. NotifyPart.Of(Url, mayHoldSecrets: true), .. NotifyPart.Of(Method, mayHoldSecrets: false), .. NotifyPart.Of(Headers, mayHoldSecrets: true),
            .. NotifyPart.Of(Body), .. NotifyPart.Of(Ca, mayHoldSecrets: false),
        ];
    }

    /// <summary>A mail, in plain text.</summary>
    public sealed record Email(Position At, Setting<IReadOnlyList<string>> To, Setting<string> From, Setting<string> Smtp) : Notify(At)
    {
        public MailTls Tls { get; init; }

        public Setting<string>? User { get; init; }

        public Setting<string>? Password { get; init; }

        public Setting<string>? Subject { get; init; }

        public Setting<string>? Text { get; init; }

        /// <summary>The reports that come with it.</summary>
        public IReadOnlyList<string> Attach { get; init; } = [];

        public Setting<string>? Ca { get; init; }

        public override string Whom => $"{(To.Written is IReadOnlyList<object?> list ? string.Join(", ", list) : To.Written)} (email)";

        protected override IEnumerable<NotifyPart> OwnParts =>
        [
            .. NotifyPart.Of(To, mayHoldSecrets: false), .. NotifyPart.Of(From, mayHoldSecrets: false), .. NotifyPart.Of(Smtp, mayHoldSecrets: false), .. NotifyPart.Of(User, mayHoldSecrets: true),
            .. NotifyPart.Of(Password, mayHoldSecrets: true), .. NotifyPart.Of(Subject, mayHoldSecrets: false), .. NotifyPart.Of(Text, mayHoldSecrets: false), .. NotifyPart.Of(Ca, mayHoldSecrets: false),
        ];
    }

    /// <summary>A program of the control machine, which reads the message; no shell reads its words.</summary>
    public sealed record Command(Position At, IReadOnlyList<Template> Words) : Notify(At)
    {
        public Setting<IReadOnlyDictionary<string, string>>? Env { get; init; }

        public override string Whom => $"{Words[0].Text} (command)";

        protected override IEnumerable<NotifyPart> OwnParts => [new(Words, false, scope => { foreach (var word in Words) word.Evaluate(scope); }), .. NotifyPart.Of(Env, mayHoldSecrets: true)];
    }
}

/// <summary>One value of a way of telling.</summary>
/// <param name="Templates">Fill it in.</param>
/// <param name="MayHoldSecrets">It is where a secret belongs: all else is read by people, or in a list of processes.</param>
/// <param name="Try">Fills it in, to see whether that is possible.</param>
public sealed record NotifyPart(IEnumerable<Template> Templates, bool MayHoldSecrets, Action<Scope> Try)
{
    internal static IEnumerable<NotifyPart> Of<T>(Setting<T>? setting, bool mayHoldSecrets) => setting is null ? [] : [new(setting.Templates, mayHoldSecrets, scope => setting.Get(scope))];

    internal static IEnumerable<NotifyPart> Of(DataTemplate? data) => data is null ? [] : [new(data.Templates, false, scope => data.Evaluate(scope))];
}

/// <summary>When people are told of a run.</summary>
public enum NotifyOn
{
    /// <summary>It did not pass.</summary>
    Failure,

    /// <summary>It passed, and the run before it did not.</summary>
    Recovery,

    /// <summary>Something is worse or better than in the run before it.</summary>
    Change,
    Always,
}

/// <summary>Who reads what a web server is sent.</summary>
public enum WebhookShape
{
    /// <summary>A program: all that is known, as data.</summary>
    Json,
    Slack,
    Teams,
}

/// <summary>How a mail server is spoken to.</summary>
public enum MailTls
{
    /// <summary>In the clear up to STARTTLS, which has to be there.</summary>
    StartTls,

    /// <summary>From the first byte on.</summary>
    Implicit,

    /// <summary>In the clear, and without a password.</summary>
    None,
}
