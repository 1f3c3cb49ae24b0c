using System.Collections.Concurrent;
using Playbooks.Model;

namespace Playbooks.Connections.Configuring;

/// <summary>
/// What ssh's configuration says of each host: by our own reader, and where that meets a word it does not know, by `ssh -G`, which
/// takes 20 ms of this machine's time for each host.
/// </summary>
public sealed class SshConfigs
{
    private const string SystemFile = "/etc/ssh/ssh_config";

    private const int LongestAnswer = 1 << 20;

    /// <summary>`Match exec` may run anything.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<SshQuestion, Lazy<Task<SshConfig>>> _known = new();

    /// <summary>A few at a time: each is a process.</summary>
    private readonly SemaphoreSlim _asking = new(4);

    private readonly string _home;
    private readonly TimeProvider _clock;
    private readonly string _program;
    private readonly bool _isUsersOwn;
    private readonly SshConfigReader _reader;

    /// <param name="clock">For the time limit.</param>
    /// <param name="home">Where ~/.ssh is. Where that is not the user's own home, the machine's configuration is not read either, as with `ssh -F`.</param>
    public SshConfigs(TimeProvider clock, string? home = null)
        : this(clock, home ?? new ConnectionOptions().Home, "ssh")
    {
    }

    internal SshConfigs(TimeProvider clock, string home, string program)
    {
        (_clock, _home, _program, _isUsersOwn) = (clock, home, program, IsUsersOwn(home));
        _reader = new SshConfigReader(home, _isUsersOwn ? [UsersFile, SystemFile] : [UsersFile]);
    }

    private string UsersFile => Path.Combine(_home, ".ssh", "config");

    /// <exception cref="RefusedException">The configuration is not in order, or says what cannot be done here.</exception>
    internal Task<SshConfig> For(Host host, CancellationToken cancel)
    {
        var question = new SshQuestion(host.Ssh.HostName ?? host.Name, host.Ssh.User, host.Ssh.Port);
        return _known.GetOrAdd(question, q => new(() => Find(q))).Value.WaitAsync(cancel);
    }

    /// <summary>The same for those who only show it, and wait for it.</summary>
    /// <exception cref="RefusedException">As above.</exception>
    internal SshConfig Now(Host host) => For(host, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>The name or address at which a host is reached; what the inventory says where the configuration is not in order: connecting will tell.</summary>
    public string AddressOf(Host host)
    {
        try
        {
            return new ConnectTarget(host, Now(host), _home).Address;
        }
        catch (RefusedException)
        {
            return new ConnectTarget(host, SshConfig.Silent, _home).Address;
        }
    }

    private Task<SshConfig> Find(SshQuestion question)
    {
        try
        {
            return Task.FromResult(_reader.Read(question).For(question, _home));
        }
        catch (UndecidedException e)
        {
            return Task.Run(() => Ask(question, e));
        }
    }

    private async Task<SshConfig> Ask(SshQuestion question, UndecidedException open)
    {
        await _asking.WaitAsync();
        try
        {
            return (await SshOwnAnswer.Of(_program, Arguments(question), AnswerTime, LongestAnswer, _clock)).For(question, _home);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new RefusedException($"{open.Where} has {open.Message}, which only ssh itself can tell, and there is no `{_program}` here.", "Install OpenSSH's client, or change that line.", open);
        }
        catch (UndecidedException e)
        {
            throw new RefusedException($"ssh's configuration of {question.Name} has {e.Message}.", null, e);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>A name is never an option: it stands behind `--`.</summary>
    private IEnumerable<string> Arguments(SshQuestion question)
    {
        List<string> words = ["-G"];
        if (!_isUsersOwn) words.AddRange(["-F", File.Exists(UsersFile) ? UsersFile : "none"]);
        if (question.Port is { } port) words.AddRange(["-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        if (question.User is { } user) words.AddRange(["-l", user]);
        return [.. words, "--", question.Name];
    }

    /// <summary>ssh looks into the home of the list of users, whatever HOME says; who is not in the file is in some directory service.</summary>
    private static bool IsUsersOwn(string home)
    {
        const string users = "/etc/passwd";
        var listed = File.Exists(users) ? File.ReadLines(users).Select(line => line.Split(':')).FirstOrDefault(parts => parts.Length == 7 && parts[0] == Environment.UserName)?[5] : null;
        return Path.TrimEndingDirectorySeparator(home) == Path.TrimEndingDirectorySeparator(listed ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
    }
}
