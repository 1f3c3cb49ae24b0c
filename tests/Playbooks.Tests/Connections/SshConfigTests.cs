using System.Text;
using CsCheck;
using Playbooks.Connections;
using Playbooks.Connections.Configuring;
using Playbooks.Model;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Connections;

/// <summary>Our own reader of ssh's configuration is held against `ssh -G`, over files that have every key it knows, and over generated ones.</summary>
public sealed class SshConfigTests : IDisposable
{
    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private readonly string _folder = Directory.CreateTempSubdirectory("play-ssh-config-").FullName;

    public SshConfigTests() => Environment.SetEnvironmentVariable("PLAY_TEST_DIR", "/opt/play-test");

    public static TheoryData<string> Cases => [.. Directory.GetFiles(Folder, "*.conf").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Repository.Root, "tests", "Playbooks.Tests", "Cases", "ssh");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What nobody but ssh can tell is left to it; where it refuses, we never have an answer.</summary>
    [Fact]
    public async Task Our_own_reader_and_ssh_agree_on_every_case()
    {
        var shown = new StringBuilder();
        var answers = await Task.WhenAll(Cases.Select(async c => (Name: c.Data, Text: await Answers(c.Data))));
        foreach (var (name, text) in answers) shown.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name}\n{text}\n");
        await Verifier.Verify(System.Text.RegularExpressions.Regex.Replace(shown.Replace(_folder, "DIR").Replace(Home + "/", "~/").ToString(), $@"\b{Environment.UserName}\b", "USER"));
    }

    private async Task<string> Answers(string name)
    {
        var lines = File.ReadAllText(Path.Combine(Folder, name + ".conf")).Split('\n', 2);
        var config = Write(name, lines[1]);
        var shown = new StringBuilder();
        foreach (var question in lines[0]["# names: ".Length..].Split(' ').Select(Question))
        {
            var ours = Ours(config, question);
            var ssh = await Ssh(config, question);
            Assert.True(ours is null || ours == ssh, $"{name}, {question.Name}\nours: {ours}\nssh:  {ssh}");
            shown.Append(System.Globalization.CultureInfo.InvariantCulture, $"  {question.User}{(question.User is null ? "" : "@")}{question.Name}{(question.Port is { } port ? $":{port}" : "")}: {(ours is null ? "? " : "")}{ssh}\n");
        }
        return shown.ToString();
    }

    /// <summary>Words that mean something to each other, in any order: what blocks apply, and what is said first.</summary>
    [Theory]
    [InlineData(60)]
    [Trait("Category", "Long")]
    public Task They_agree_on_many_generated_files(long count) => Agree(count);

    [Fact]
    public Task They_agree_on_generated_files() => Agree(12);

    private async Task Agree(long count)
    {
        var name = Any("a", "b", "web1", "web2", "A", "a.example.com");
        var pattern = Any("a", "b", "web*", "!web2", "*", "?", "*.example.com", "A", "!a");
        var list = pattern.Array[1, 3];
        var block = Gen.OneOf(
            list.Select(l => $"Host {string.Join(' ', l)}"), list.Select(l => $"Match host {string.Join(',', l)}"), list.Select(l => $"Match originalhost {string.Join(',', l)}"),
            Any("bob", "b*", "!bob", "*").Select(list, (u, l) => $"Match user {u} host {string.Join(',', l)}"), list.Select(l => $"Match !host {string.Join(',', l)} user *"), Gen.Const("Match all"));
        var line = Any(
            "HostName %h.example.com", "HostName 192.0.2.1", "HostName=b", "User bob", "User \"al\"", "Port 1", "Port = 22", "IdentityFile ~/.ssh/%r-%h", "IdentityFile none", "IdentityFile /k # c",
            "CertificateFile ~/%n", "IdentitiesOnly yes", "IdentityAgent none", "ProxyJump x,b@y:3", "ProxyJump none", "ProxyCommand nc %h", "UserKnownHostsFile ~/k /dev/null", "UserKnownHostsFile none",
            "GlobalKnownHostsFile /g", "StrictHostKeyChecking accept-new", "StrictHostKeyChecking no", "HostKeyAlias Z", "HashKnownHosts yes", "ConnectTimeout 1m", "PasswordAuthentication no",
            "PreferredAuthentications password,publickey", "AddressFamily inet", "ServerAliveInterval 3", "# nothing", "");
        var file = Gen.Int[0, 6].SelectMany(i => i < 2 ? block : line).Array[1, 25].Select(lines => string.Join('\n', lines));
        var questions = Gen.Select(name, Gen.Int[0, 3].Select(i => i switch { 0 => "bob", 1 => "joe", _ => (string?)null }), Gen.Int[0, 3].Select(i => i switch { 0 => 22, 1 => 99, _ => (int?)null })).Select(q => new SshQuestion(q.Item1, q.Item2, q.Item3)).Array[2];
        var number = 0;
        await Gen.Select(file, questions).SampleAsync(async (text, asked) =>
        {
            var config = Write($"generated{Interlocked.Increment(ref number)}", text);
            foreach (var question in asked)
            {
                var (ours, ssh) = (Ours(config, question), await Ssh(config, question));
                if (ours != ssh) throw new InvalidOperationException($"{question}\n{text}\nours: {ours}\nssh:  {ssh}");
            }
        }, iter: count, threads: 2);
    }

    private static Gen<string> Any(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    [Fact]
    public async Task A_name_is_never_an_option()
    {
        var home = NewHome("Host *\n  ProxyCommand none\nMatch exec true\n  User x\n");
        var configs = new SshConfigs(TimeProvider.System, home);
        var e = await Assert.ThrowsAsync<RefusedException>(() => configs.For(Host("-oProxyCommand=touch${IFS}" + _folder + "/pwned"), TestContext.Current.CancellationToken));
        Assert.StartsWith("ssh does not accept its own configuration: hostname contains invalid characters", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder + "/pwned"));
    }

    [Fact]
    public async Task What_only_ssh_can_tell_is_asked_of_it_and_a_file_that_it_does_not_accept_is_refused_in_its_words()
    {
        var home = NewHome("Match exec \"test %n = web1\"\n  User by-exec\n  Port 2222\n");
        var configs = new SshConfigs(TimeProvider.System, home);
        var config = await configs.For(Host("web1"), TestContext.Current.CancellationToken);
        Assert.Equal(("by-exec", 2222, "ssh -G"), (config.User, config.Port, config.Places["port"]));
        Assert.Null((await configs.For(Host("web2"), TestContext.Current.CancellationToken)).Port);

        var bad = NewHome("Host *\n  NoSuchKey x\n");
        var e = await Assert.ThrowsAsync<RefusedException>(() => new SshConfigs(TimeProvider.System, bad).For(Host("web1"), TestContext.Current.CancellationToken));
        Assert.Equal($"ssh does not accept its own configuration: {bad}/.ssh/config: line 2: Bad configuration option: nosuchkey", e.Message);
    }

    [Fact]
    public async Task Without_ssh_what_only_it_can_tell_is_refused_with_its_place()
    {
        var home = NewHome("Host web1\n  Port 2222\nMatch host web2 exec true\n  Port 1\n");
        var configs = new SshConfigs(TimeProvider.System, home, "/nowhere/ssh");
        var e = await Assert.ThrowsAsync<RefusedException>(() => configs.For(Host("web2"), TestContext.Current.CancellationToken));
        Assert.Equal($"{home}/.ssh/config:3 has `match host web2 exec true`, which only ssh itself can tell, and there is no `/nowhere/ssh` here.", e.Message);

        var plain = NewHome("Host web*\n  Port 2222\n  ControlMaster auto\n");
        Assert.Equal(2222, (await new SshConfigs(TimeProvider.System, plain, "/nowhere/ssh").For(Host("web1"), TestContext.Current.CancellationToken)).Port);
    }

    [Fact]
    public async Task A_file_that_others_may_write_is_not_read()
    {
        var home = NewHome("User mallory\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(home, ".ssh", "config"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        var e = await Assert.ThrowsAsync<RefusedException>(() => new SshConfigs(TimeProvider.System, home, "/nowhere/ssh").For(Host("web1"), TestContext.Current.CancellationToken));
        Assert.Contains("permissions that let others write it", e.Message, StringComparison.Ordinal);
    }

    private static Host Host(string name) => new()
    {
        Name = name,
        Label = name,
        Ssh = new SshSettings(),
        Groups = [],
        Variables = new Dictionary<string, object?>(),
        At = Playbooks.Problems.Position.In("hosts.yaml"),
    };

    private string NewHome(string config)
    {
        var home = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path.Combine(home, ".ssh"));
        File.WriteAllText(Path.Combine(home, ".ssh", "config"), config);
        return home;
    }

    /// <summary>Other files stand behind a line `=== NAME`.</summary>
    private string Write(string name, string text)
    {
        var files = text.Replace("DIR/", _folder + "/", StringComparison.Ordinal).Split("\n=== ");
        foreach (var file in files[1..].Select(f => f.Split('\n', 2)))
        {
            var path = Path.Combine(_folder, file[0]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file[1]);
        }
        var main = Path.Combine(_folder, name + ".main");
        File.WriteAllText(main, files[0] + "\n");
        return main;
    }

    private static SshQuestion Question(string text) =>
        SshDestination.Parse(text) is { } settings ? new SshQuestion(settings.HostName!, settings.User, settings.Port) : throw new InvalidOperationException(text);

    /// <summary>Null: undecided.</summary>
    private static string? Ours(string config, SshQuestion question)
    {
        try
        {
            return Show(new SshConfigReader(Home, [config]).Read(question).For(question, Home));
        }
        catch (UndecidedException)
        {
            return null;
        }
    }

    private static async Task<string> Ssh(string config, SshQuestion question)
    {
        try
        {
            string[] before = [.. question.Port is { } port ? ["-p", $"{port}"] : Array.Empty<string>(), .. question.User is { } user ? ["-l", user] : Array.Empty<string>()];
            return Show((await SshOwnAnswer.Of("ssh", ["-G", "-F", config, .. before, "--", question.Name], TimeSpan.FromSeconds(20), 1 << 18, TimeProvider.System)).For(question, Home));
        }
        catch (RefusedException e)
        {
            return $"refused: {e.Message["ssh does not accept its own configuration: ".Length..]}";
        }
    }

    private static string Show(SshConfig c)
    {
        (string, object?)[] all =
        [
            ("HostName", c.HostName), ("User", c.User), ("Port", c.Port), ("IdentityFile", List(c.IdentityFiles)), ("CertificateFile", List(c.CertificateFiles)), ("IdentitiesOnly", c.IdentitiesOnly ? "yes" : null),
            ("IdentityAgent", c.IdentityAgent is "" ? "none" : c.IdentityAgent), ("ProxyJump", c.ProxyJump is "none" ? null : c.ProxyJump), ("ProxyCommand", c.ProxyCommand), ("UserKnownHosts", List(c.UserKnownHostsFiles)),
            ("GlobalKnownHosts", List(c.GlobalKnownHostsFiles)), ("Strict", c.StrictHostKeyChecking), ("HostKeyAlias", c.HostKeyAlias), ("Hash", c.HashKnownHosts ? "yes" : null), ("Revoked", c.RevokedHostKeys),
            ("AddressFamily", c.AddressFamily), ("ConnectTimeout", c.ConnectTimeout?.TotalSeconds), ("Pubkey", c.PubkeyAuthentication ? null : "no"), ("Password", c.PasswordAuthentication ? null : "no"),
            ("KbdInteractive", c.KbdInteractiveAuthentication ? null : "no"), ("Preferred", List(c.PreferredAuthentications)),
        ];
        var said = all.Where(p => p.Item2 is not null).Select(p => $"{p.Item1} {p.Item2}").ToList();
        return said.Count == 0 ? "nothing" : string.Join(", ", said);
    }

    private static string? List(IReadOnlyList<string> words) => words.Count == 0 ? null : string.Join(" + ", words);
}
