using System.Text.RegularExpressions;
using Playbooks.Problems;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Playbooks.Connections.LoggingIn;

/// <summary>One attempt to log in: what is tried, in which order, and what came of it.</summary>
internal sealed partial class Login
{
    private const int Listed = 5;

    private readonly Credentials _credentials;
    private readonly DateTimeOffset _now;
    private Queue<Identity> _queue;
    private IReadOnlyList<string> _wanted = [];
    private string? _passed;

    /// <param name="target">Where.</param>
    /// <param name="credentials">With what.</param>
    /// <param name="limit">For the whole of it.</param>
    /// <param name="now">What certificates are held against.</param>
    public Login(ConnectTarget target, Credentials credentials, TimeSpan limit, DateTimeOffset now)
    {
        (Target, _credentials, _now, SignTime) = (target, credentials, now, limit * 0.75);
        _queue = new Queue<Identity>(credentials.Keys);
        Unusable = [.. credentials.Unusable];
        Methods = [.. (target.Config.PreferredAuthentications is { Count: > 0 } preferred ? preferred : ["publickey", "keyboard-interactive", "password"]).Select(Method).OfType<AuthenticationMethod>()];
        if (Methods.Length == 0)
            throw new RefusedException($"There is no way to log in to {target.Label}: ssh's configuration rules out what there is.", "Look at PreferredAuthentications, PubkeyAuthentication, PasswordAuthentication and KbdInteractiveAuthentication there.");
    }

    public ConnectTarget Target { get; }

    /// <summary>Behind each host may be another network with the same addresses.</summary>
    public string Server => Target.Via is { } via ? $"{Target.Server} through {via.Key}" : Target.Server;

    public AuthenticationMethod[] Methods { get; }

    /// <summary>An agent that takes longer to sign is given up before the connection is.</summary>
    public TimeSpan SignTime { get; }

    public bool HasOneKey => _credentials.Keys.Count == 1;

    /// <summary>The library shows it to its ways of logging in only. Null until one of them is tried.</summary>
    public Session? Session { get; set; }

    /// <summary>What the server was shown.</summary>
    public List<Identity> Shown { get; } = [];

    /// <summary>Why keys were left out.</summary>
    public List<KeyUnusableException> Unusable { get; }

    /// <summary>What the server asked that a password does not answer.</summary>
    public string? Question { get; set; }

    public Identity? NextKey() => _queue.TryDequeue(out var key) ? key : null;

    /// <summary>The server took a key and may want a second one: all the others may be shown (again).</summary>
    public void Took(Identity taken) => _queue = new Queue<Identity>([.. _queue, .. _credentials.Keys.Where(key => key != taken && !_queue.Contains(key))]);

    /// <summary>What the server said to something.</summary>
    /// <param name="wanted">What it would take next.</param>
    /// <param name="result">Partial success: it took this, and wants more.</param>
    /// <param name="what">What it was.</param>
    public void Answered(IReadOnlyList<string>? wanted, AuthenticationResult result, string what)
    {
        _wanted = wanted ?? _wanted;
        if (result != AuthenticationResult.PartialSuccess) return;
        _passed = _passed is null ? what : $"{_passed} and {what}";
    }

    /// <summary>Why the server did not let us in.</summary>
    /// <param name="e">What the library says of it.</param>
    /// <param name="tooMany">It hung up.</param>
    public RefusedException Refusal(Exception e, bool tooMany) => Why(e, tooMany) is var why ? new(why.Message, why.Mend, e) { IsDenial = true } : why;

    private RefusedException Why(Exception e, bool tooMany)
    {
        if (Without().Match(e.Message) is { Success: true } without) _wanted = without.Groups[1].Value.Split(',');
        var passwordIsSpent = _credentials.Password?.IsSpentAt(Server) == true;
        var notes = Shown.Select(key => key.Certificate?.Trouble(Target.User, _now) is { } trouble ? $" The certificate {key.Name} {trouble}." : null)
            .Concat(Unusable.Select(unusable => $" {unusable.Message}")).OfType<string>().Distinct();
        var more = string.Concat(notes);
        var who = $"{Target.Label} does not let {Target.User} in";
        if (tooMany && _queue.Count > 0 || tooMany && _credentials.Password is not null && !passwordIsSpent)
            return new($"{Target.Label} hung up: too many authentication failures. It was shown {Shown.Count} of {_credentials.Keys.Count} keys: {List(Shown)}.{more}",
                "Name the right one: ssh: { key: PATH } in the inventory, or IdentityFile with IdentitiesOnly yes in ssh's configuration. How many a server looks at its MaxAuthTries says.", e);
        if (Question is { } question)
            return new($"{who} with a password alone. It asks: {question}", "What is asked there only a person can answer. Log in with a key instead, or let that user in without the question.", e);
        if (_credentials.Password?.RefusedBy is { } other && other != Server)
            return new($"{who}{(Shown.Count > 0 ? $" with {Keys(Shown)}" : "")}, and was not sent the password, because {other} had refused it.{more}", "It is sent only once in a run, so that nobody is locked out. Is it right, and is that the right user?", e);
        if (passwordIsSpent)
            return new($"{who} with the password{(Shown.Count > 0 ? $", nor with {Keys(Shown)}" : "")}.{more}", "It is sent only once in a run, so that nobody is locked out. Is it right, is that the right user, and may that user log in with one?", e);
        var others = _wanted.Where(way => way is not ("publickey" or "password" or "keyboard-interactive")).ToList();
        var takesPassword = _wanted.Any(way => way is "password" or "keyboard-interactive") && _credentials.Password is null;
        const string Give = "Give a password in the inventory: ssh: { password: { env: NAME } }";
        if (_passed is { } passed)
            return new($"{who} with {passed} alone. It also wants: {List(_wanted)}.{more}", takesPassword ? $"{Give}." : null, e);
        if (Shown.Count > 0 && (_wanted.Contains("publickey") || _wanted.Count == 0))
            return new($"{who} with {Keys(Shown)}.{more}",
                $"Is the public key in ~{Target.User}/.ssh/authorized_keys there, is that the right user, and is the account open?{(takesPassword ? " It would also take a password: ssh: { password: { env: NAME } }." : "")}", e);
        if (Unusable is [var first, ..] && (_wanted.Contains("publickey") || _wanted.Count == 0)) return new(string.Join(' ', Unusable.Select(unusable => unusable.Message).Distinct()), first.Mend, e);
        return new($"{who} with what there is. It takes: {List(_wanted)}.{more}",
            takesPassword ? $"{Give}." : _wanted.Contains("publickey") ? "Name a key in the inventory: ssh: { key: PATH }." : others.Count > 0 ? "Of these, play knows none." : null, e);
    }

    private static string Keys(List<Identity> keys) => $"{(keys.Count == 1 ? "the key" : "any of the keys")} {List(keys)}";

    /// <summary>Also what a server says may stand in it.</summary>
    private static string List<T>(IReadOnlyList<T> items) where T : notnull =>
        DisplayText.Safe(string.Join(", ", items.Take(Listed).Select(item => DisplayText.Fit(item.ToString()!, 200)))) + (items.Count > Listed ? $" and {items.Count - Listed} more" : "");

    private AuthenticationMethod? Method(string name) => name switch
    {
        "publickey" when _credentials.Keys.Count > 0 => new KeyLogin(this),
        "keyboard-interactive" when Target.Config.KbdInteractiveAuthentication && _credentials.Password is { } password => new KeyboardLogin(this, password),
        "password" when Target.Config.PasswordAuthentication && _credentials.Password is { } password => new PasswordLogin(this, password),
        _ => null,
    };

    /// <summary>What the library says where it has none of the ways that a server takes.</summary>
    [GeneratedRegex(@"^No suitable authentication method found to complete authentication \((.*)\)\.$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Without();
}
