using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Loading.Ansible;

/// <summary>What is told where an inventory of Ansible is wrong, hostile, or says what this program does not follow.</summary>
public sealed class AnsibleLoaderTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("play-inventory-");

    public void Dispose() => folder.Delete(recursive: true);

    private string Write(string name, string text, bool executable = false)
    {
        var path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        if (executable && !OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private string Told(params string[] sources) => Told(null, sources);

    private string Told(string? playbookFolder, string[] sources, string? password = "correct horse") =>
        string.Concat(AnsibleInventory.Read(sources, playbookFolder, password).Problems.Select(ProblemPrinter.Print)).Replace(folder.FullName + "/", "", StringComparison.Ordinal);

    private Host Host(string text, string name = "h1", string file = "hosts.ini")
    {
        var (inventory, problems) = AnsibleInventory.Read([Write(file, text)]);
        Assert.Empty(problems.Select(ProblemPrinter.Print));
        return inventory.Find(name)!;
    }

    [Fact]
    public Task All_that_is_wrong_in_INI_is_told_at_once() => Verifier.Verify(Told(Write("hosts.ini", """
        h1 color
        h2 x="open
        web[1:] y=1
        web[10:1]
        h3:99999
        h4:
        [two words]
        [web:childs]
        [nowhere:vars]
        x=1
        [site:children]
        wbe
        a b
        [site:vars]
        no value here
        [web]
        """)));

    [Fact]
    public Task All_that_is_wrong_in_YAML_is_told_at_once() => Verifier.Verify(Told(Write("hosts.yml", """
        all:
          hosts: [h1, h2]
          children:
            web:
              host: { h3: }
              hosts: { 5: , h4: text, "web[1:x]": }
              vars: { a: 1, a: 2 }
            db: text
          vars: { ansible_group_priority: high }
        """)));

    [Fact]
    public void A_folder_of_other_things_is_given_up_soon()
    {
        for (var i = 0; i < 40; i++) File.WriteAllBytes(Path.Combine(folder.FullName, $"other{i:00}"), [0xff, 0xfe, 0x00, 0x41]);
        Assert.Contains("more than 20 problems in this folder: the rest of it is not read\n  is it a folder of inventories?\n", Told(folder.FullName), StringComparison.Ordinal);
        Assert.Equal(22, AnsibleInventory.Read([folder.FullName]).Problems.Count);
    }

    [Fact]
    public void An_executable_socket_is_no_program_and_is_told_as_unreadable()
    {
        var path = Path.Combine(folder.FullName, "socket");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.StartsWith("socket: it cannot be read", Told(path), StringComparison.Ordinal);
    }

    [Fact]
    public Task What_keeps_a_host_from_being_reached_is_named()
    {
        var (inventory, problems) = AnsibleInventory.Read([Write("hosts.ini", """
            h1 ansible_connection=docker
            h2 ansible_host="{{ other }}"
            h3 ansible_ssh_common_args='-o ProxyCommand="nc %h %p" -F other -A -o SendEnv=X'
            h4 ansible_port=no
            h5 ansible_shell_type=powershell
            h6 ansible_timeout=soon ansible_ssh_executable=/opt/ssh
            fine ansible_ssh_common_args='-C -o ControlMaster=auto -o ControlPersist=60s -o ServerAliveInterval=5' ansible_pipelining=true
            """)]);
        Assert.Empty(problems);
        return Verifier.Verify(string.Join('\n', inventory.Hosts.SelectMany(h => h.Obstacles.Select(o => $"{h.Name}: {ProblemPrinter.Print(o)}"))).Replace(folder.FullName + "/", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ansible_ssh_common_args='-J a@b:1,c'", "jump=a@b:1,c")]
    [InlineData("""ansible_ssh_common_args='-o ProxyCommand="ssh -W %h:%p -q -p 2200 me@bastion"'""", "jump=me@bastion:2200")]
    [InlineData("ansible_ssh_common_args='-o ProxyCommand=none'", "jump=none")]
    [InlineData("ansible_ssh_common_args='-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null'", "host_key=accept-new")]
    [InlineData("ansible_ssh_extra_args='-oUserKnownHostsFile=/k -o ConnectTimeout=7 -p 23 -l me -i /id'", "port=23 user=me key=/id known_hosts=/k timeout=00:00:07")]
    [InlineData("ansible_host_key_checking=False", "host_key=accept-new")]
    [InlineData("ansible_port=22 ansible_ssh_common_args='-p 23'", "port=22")]
    [InlineData("ansible_port=22 ansible_ssh_args='-p 23'", "port=23")]
    [InlineData("ansible_password=hush ansible_become_pass=hush2", "password=*** sudo_password=***")]
    public void Arguments_of_ssh_have_their_places(string variables, string expected)
    {
        var host = Host("h1 " + variables);
        Assert.Empty(host.Obstacles);
        Assert.Equal(expected, string.Join(' ', SshSettings.Parts.Where(p => p.Read(host.Ssh) is not null).Select(p => $"{p.Name}={(p.Name.Contains("password", StringComparison.Ordinal) ? "***" : p.Read(host.Ssh))}")));
    }

    [Fact]
    public void A_password_is_in_no_message_and_no_text_of_the_host()
    {
        var (inventory, problems) = AnsibleInventory.Read([Write("hosts.ini", "h1 ansible_password=hush-hush wrong\nh2 ansible_password=hush-hush\n")]);
        Assert.DoesNotContain("hush", string.Concat(problems.Select(ProblemPrinter.Print)), StringComparison.Ordinal);
        Assert.Single(problems);
        Assert.DoesNotContain("hush", inventory.Find("h2")!.Ssh.ToString() + inventory.Find("h2")!.Variables["ansible_password"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plugin: aws_ec2\nregions: [x]\n", "hosts.yml", "this configures the plugin `aws_ec2` of Ansible")]
    [InlineData("[web]\n", "hosts.toml", "is TOML")]
    [InlineData("[a:children]\nb\n[b:children]\nc\n[c:children]\na\n", "hosts", "is inside itself")]
    [InlineData("[all]\nh[1:99999]\n", "hosts", "stands for more than 10000 names")]
    [InlineData("[all]\nh[1:99]x[1:99]x[1:99]\n", "hosts", "stands for more than 10000 names")]
    [InlineData("[batch]\nh1\n", "hosts", "`batch` is a word of patterns")]
    [InlineData("- a\n- b\n", "hosts.yml", "an inventory is a map, but this is a list")]
    public void What_cannot_be_read_is_said(string text, string file, string expected) => Assert.Contains(expected, Told(Write(file, text)), StringComparison.Ordinal);

    [Fact]
    public void A_file_of_50_MB_is_refused_at_once()
    {
        var path = Path.Combine(folder.FullName, "hosts.ini");
        using (var file = File.Create(path)) file.SetLength(50 << 20);
        Assert.Contains("the file is larger than 2 MiB", Told(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo '{\"a\": ' ", "this is no JSON")]
    [InlineData("echo '[1]'", "must print an object, but this is a list")]
    [InlineData("printf 'no \\033[31mway\\n' >&2; exit 3", "ended with exit code 3; it said: no \\e[31mway")]
    [InlineData("kill -9 $$", "ended with signal KILL")]
    [InlineData("head -c 100000000 /dev/zero", "printed more than 16 MB")]
    [InlineData("echo '{\"a\": {\"hosts\": \"h\"}}'", "the hosts of the group `a` must be a list")]
    [InlineData("printf '{\"a\": [\"\\377\"]}'", "is not UTF-8")]
    public void An_executable_that_fails_is_told_with_what_it_said(string body, string expected) =>
        Assert.Contains(expected, Told(Write("inventory.sh", $"#!/bin/sh\n{body}\n", executable: true)), StringComparison.Ordinal);

    [Fact, Trait("Category", "Long")]
    public void An_executable_that_hangs_is_ended() =>
        Assert.Contains("took longer than 60 s and was ended", Told(Write("inventory.sh", "#!/bin/sh\nexec sleep 1000\n", executable: true)), StringComparison.Ordinal);

    [Fact]
    public void A_name_that_an_executable_gives_is_no_path()
    {
        Write("secret.yml", "stolen: yes\n");
        var path = Write("inventory.sh", "#!/bin/sh\necho '{\"../secret\": [\"h1\", \"../secret\"], \"_meta\": {\"hostvars\": {}}}'\n", executable: true);
        Directory.CreateDirectory(Path.Combine(folder.FullName, "group_vars"));
        Directory.CreateDirectory(Path.Combine(folder.FullName, "host_vars"));
        var (inventory, problems) = AnsibleInventory.Read([path]);
        Assert.Empty(problems);
        Assert.All(inventory.Hosts, host => Assert.Empty(host.Variables));
    }

    [Fact]
    public void Files_beside_the_playbook_count_more_than_those_of_the_same_name_beside_the_source()
    {
        var source = Write("i/hosts", "[web]\nh1\n");
        Write("i/group_vars/web.yml", "x: source\ny: source\n");
        Write("i/host_vars/h1.yml", "z: source\n");
        Write("p/group_vars/all.yml", "y: all of playbook\n");
        Write("p/group_vars/web.yml", "x: playbook\n");
        Write("p/host_vars/h1.yml", "z: playbook\n");
        var (inventory, problems) = AnsibleInventory.Read([source], Path.Combine(folder.FullName, "p"));
        Assert.Empty(problems);
        Assert.Equal(("playbook", "source", "playbook"), (inventory.Find("h1")!.Variables["x"], inventory.Find("h1")!.Variables["y"], inventory.Find("h1")!.Variables["z"]));
        Assert.Equal(("web", 1), (inventory.Find("h1")!.Origins["x"].Group, inventory.Find("h1")!.Origins["x"].At.Line));
    }

    [Fact]
    public void A_file_that_is_vaulted_as_a_whole_wants_the_password_for_its_names()
    {
        var source = Write("hosts", "h1\n");
        var vaulted = Write("group_vars/all.yml", File.ReadAllText(Repository.PathOf("tests/Playbooks.Tests/Loading/Vault/whole.vault.yml")));
        Assert.Contains("is vaulted as a whole, so not even the names in it are known", Told(null, [source], password: null), StringComparison.Ordinal);
        Assert.Contains("the vault's password is wrong", Told(null, [source], password: "other"), StringComparison.Ordinal);
        var host = AnsibleInventory.Read([source]).Inventory.Find("h1")!;
        Assert.Equal(["db", "multi", "port"], host.Hidden.Order(StringComparer.Ordinal));
        Assert.Equal("s3cret-db", Assert.IsType<SecretSource.Held>(Assert.IsType<Secret>(host.Variables["db"]).Source).Value);
        Assert.DoesNotContain("s3cret", host.Variables["db"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Ours_and_theirs_add_up_and_a_host_in_both_is_a_problem()
    {
        var ours = Write("ours.yaml", "groups: { web: { hosts: { w1: { ssh: 192.0.2.1 } } } }\n");
        var (inventory, problems) = AnsibleInventory.Read([ours, Write("theirs", "[web]\nw2\n[db]\nd1\n")]);
        Assert.Empty(problems.Select(ProblemPrinter.Print));
        Assert.Equal(["w1", "w2"], inventory.Groups["web"].Select(h => h.Name));
        Assert.Equal(["w1", "d1", "w2"], inventory.Hosts.Select(h => h.Name).OrderBy(n => n == "w2"));
        Assert.Contains("w1 is in this inventory and in one of Ansible's", Told(ours, Write("again", "w1\n")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gruops: { web: { hosts: { w1: { ssh: x } } } }", "an inventory has no key `gruops`")]
    [InlineData("web: { hosts: { w1: { ssh: x@y } } }", "an inventory needs `groups`")]
    [InlineData("groups: { web: { hosts: { w1: { ssh: { usr: x } } } } }", "`ssh` has no key `usr`")]
    [InlineData("ssh: { user: x }\nall: { hosts: { w1: } }", "an inventory needs `groups`")]
    public void A_mistake_in_an_inventory_of_ours_is_told_as_one(string text, string expected) => Assert.Contains(expected, Told(Write("hosts.yaml", text)), StringComparison.Ordinal);

    [Theory]
    [InlineData("name")]
    [InlineData("address")]
    [InlineData("label")]
    public void A_variable_that_is_called_as_something_of_every_host_hides_nothing(string name) =>
        Assert.Equal("h1", Playbooks.Planning.Views.Host(Host($"h1 {name}=h1x")).TryGet(name, out var value) ? value : null);
}
