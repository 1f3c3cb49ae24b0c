using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Playbooks.Tests.Ssh;

/// <summary>The program itself, with inventories of Ansible, on a real sshd and on this machine.</summary>
public sealed class AnsibleHostsTests(Sshd sshd) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("play-ansible-hosts-");

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<(int Code, string Output)> Play(string? password, params string[] arguments)
    {
        var start = new ProcessStartInfo(Repository.Play, arguments) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var name in new[] { "PLAY_VAULT_PASSWORD", "ANSIBLE_VAULT_PASSWORD_FILE" }) start.Environment.Remove(name);
        if (password is not null) start.Environment["PLAY_VAULT_PASSWORD"] = password;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, wrong) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await wrong);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    [Fact]
    public async Task A_command_runs_on_the_hosts_of_an_INI_file()
    {
        Write("inventory.ini", string.Create(CultureInfo.InvariantCulture, $"""
            [web]
            w[1:2]
            [web:vars]
            ansible_host=127.0.0.1
            ansible_port={sshd.Port}
            ansible_user={Environment.UserName}
            ansible_ssh_private_key_file={sshd.Key}
            ansible_ssh_common_args=-o UserKnownHostsFile={sshd.KnownHosts} -o ConnectTimeout=10
            word=fine
            """));
        var (code, output) = await Play(null, "exec", "all", "-i", "inventory.ini", "--", "echo", "{{ host.name }} is {{ host.word }}");
        Assert.True(code == 0, output);
        Assert.Contains("w1 is fine", output, StringComparison.Ordinal);
        Assert.Contains("w2 is fine", output, StringComparison.Ordinal);
    }

    private void Vaulted(string steps)
    {
        Write("hosts", "here ansible_connection=local windows=no\n");
        Write("group_vars/all.yml", File.ReadAllText(Repository.PathOf("tests/Playbooks.Tests/Loading/Vault/inline.yml")));
        Write("p.yaml", $"name: p\nhosts: all\nsteps:\n{steps}");
    }

    [Fact]
    public async Task A_vaulted_variable_is_read_by_a_run_and_hidden_in_all_it_shows()
    {
        Vaulted("""
              - shell: { run: 'printf "%s|%s" "${#DB}" "$DB"' }
                env: { DB: "{{ host.db }}" }
                capture: { seen: stdout }
                assert: stdout == "16|" + host.db
              - print: "it is {{ seen }}, {{ host.app }}"
            """);
        var (code, output) = await Play("correct horse", "p.yaml", "-i", "hosts", "-v", "--output", "plain");
        Assert.True(code == 0, output);
        Assert.Contains("it is 16|***, web", output, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret inline", output, StringComparison.Ordinal);
        // The plan is made without the password, and asks for none.
        (code, output) = await Play(null, "plan", "p.yaml", "-i", "hosts");
        Assert.True(code == 0, output);
        (code, output) = await Play(null, "p.yaml", "-i", "hosts");
        Assert.Equal(2, code);
        Assert.Contains("the vault's password is not known", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  - command: \"echo {{ host.db }}\"\n", "a secret does not go on a command line")]
    [InlineData("  - shell: { run: 'true', with: sh }\n    capture: { x: host.db }\n  - command: \"echo {{ x }}\"\n", "a secret does not go on a command line")]
    [InlineData("  - command: \"true\"\n    hosts: all[db=x]\n", "a secret chooses no hosts")]
    [InlineData("  - print: \"{{ hosts.here.db }}\"\n    hosts: localhost\n", "is a secret, which only a run reads")]
    public async Task A_vaulted_variable_stands_only_where_secrets_may(string steps, string expected)
    {
        Vaulted(steps);
        var (code, output) = await Play("correct horse", "p.yaml", "-i", "hosts");
        Assert.True(code != 0, output);
        Assert.Contains(expected, output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret inline", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_of_Ansible_costs_nothing_until_it_is_used()
    {
        Write("hosts", "here ansible_connection=local port='{{ base + 1 }}'\n");
        var (code, output) = await Play(null, "exec", "all", "-i", "hosts", "--", "echo", "{{ host.name }}");
        Assert.True(code == 0, output);
        (code, output) = await Play(null, "exec", "all", "-i", "hosts", "--", "echo", "{{ default(host.port, 1) }}");
        Assert.Equal(2, code);
        Assert.Contains("`port` holds a template of Ansible (hosts:1:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_as_it_says_is_a_problem_of_the_step_that_would()
    {
        Write("hosts", "here ansible_connection=local\nbox ansible_connection=docker\n");
        var (code, output) = await Play(null, "exec", "here", "-i", "hosts", "--", "true");
        Assert.True(code == 0, output);
        (code, output) = await Play(null, "exec", "all", "-i", "hosts", "--", "true");
        Assert.Equal(2, code);
        Assert.Contains("box has `ansible_connection: docker`", output, StringComparison.Ordinal);
        (code, output) = await Play(null, "lint", "hosts");
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task A_list_with_a_comma_is_an_inventory()
    {
        var (code, output) = await Play(null, "hosts", "-i", "one.example.com,192.0.2.1:2222,");
        Assert.True(code == 0, output);
        Assert.Contains("one.example.com", output, StringComparison.Ordinal);
        Assert.Contains("192.0.2.1:2222", output, StringComparison.Ordinal);
    }
}
