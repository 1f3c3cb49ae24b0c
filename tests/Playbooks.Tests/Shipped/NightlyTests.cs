using Playbooks.Tests.Journal;
using Xunit;

namespace Playbooks.Tests.Shipped;

/// <summary>What of the nightly playbooks the lab cannot show: certbot, of which a machine here has only the names; and hosts of which little is said.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class NightlyTests : IDisposable
{
    private const string Line = "17 3 * * 1 root certbot renew -q\n";
    private const string Well = "2026-11-29 03:00:01,000:DEBUG:certbot._internal.renewal:no renewal failures\n";

    private readonly PlayFolder folder = new();

    public NightlyTests()
    {
        folder.Write("hosts.yaml", "groups: { web: { hosts: { web1: { local: true, certbot: true, certificates: [] } } } }");
        // Both only say what the files beside them say.
        Program("systemctl", "for word; do :; done; test -e ${0%/*}/$word");
        Program("crontab", "cat ${0%/*}/lines");
        folder.Write("certbot.log", Well);
        folder.Environment["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    public void Dispose() => folder.Dispose();

    private void Program(string name, string script)
    {
        folder.Write(name, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(folder.PathOf(name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task<string> Run(int code, params string[] arguments)
    {
        var (ended, output, errors) = await folder.Play(200, [Repository.PathOf("playbooks/verify-certificates.yaml"), "-i", "hosts.yaml", "-e", "sudo=false", "-e", $"certbot_log={folder.PathOf("certbot.log")}", .. arguments]);
        Assert.True(ended == code, output + errors);
        return output;
    }

    [Theory]
    [InlineData("certbot.timer", "", true)]
    [InlineData("snap.certbot.renew.timer", "", true)]
    [InlineData("", Line, true)]
    [InlineData("", "#" + Line, false)]
    [InlineData("apt-daily.timer", "17 3 * * 1 root certbot certificates\n", false)]
    public async Task A_timer_or_a_line_of_a_crontab_renews_it_or_nothing_does(string timer, string line, bool isRenewed)
    {
        if (timer.Length > 0) folder.Write(timer, "");
        folder.Write("lines", line);
        var output = await Run(isRenewed ? 0 : 1);
        Assert.Contains(isRenewed ? "✓ Something renews it" : "✗ failed: Something renews it · web1", output, StringComparison.Ordinal);
        Assert.Contains("✓ Its last renewal went well", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("All renewals failed. The following certificates could not be renewed:\n", "could not be renewed")]
    [InlineData("1 renew failure(s), 0 parse failure(s)\n", "1 renew failure(s)")]
    [InlineData("Traceback (most recent call last):\n", "Traceback")]
    [InlineData("DEBUG:certbot._internal.main:Arguments: ['-q']\n", "it does not say that nothing failed")]
    [InlineData(null, "there is no ")]
    public async Task What_certbot_says_of_its_last_run_is_looked_at(string? log, string found)
    {
        folder.Write("lines", Line);
        if (log is null) File.Delete(folder.PathOf("certbot.log"));
        else folder.Write("certbot.log", log);
        var output = await Run(1);
        Assert.Contains("✗ failed: Its last renewal went well · web1", output, StringComparison.Ordinal);
        Assert.Contains(found, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certbot_that_has_not_run_for_long_is_found()
    {
        folder.Write("lines", Line);
        File.SetLastWriteTimeUtc(folder.PathOf("certbot.log"), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-10));
        Assert.Contains("certbot has not run for 8 days", await Run(1), StringComparison.Ordinal);
        await Run(0, "-e", "certbot_days=12");
    }

    [Fact]
    public async Task Where_nobody_says_that_there_is_a_certbot_it_is_skipped_and_not_proven()
    {
        folder.Write("hosts.yaml", "groups: { web: { hosts: { web1: { local: true, certificates: [] } } } }");
        var output = await Run(0);
        Assert.Contains("- Something renews it (skipped)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("✓", output, StringComparison.Ordinal);
    }

    /// <summary>Whatever else they read has a default, or its step is skipped.</summary>
    [Theory]
    [InlineData("nightly")]
    [InlineData("verify-cluster")]
    [InlineData("verify-balancer")]
    [InlineData("verify-certificates")]
    [InlineData("verify-hosts")]
    public async Task They_want_of_an_inventory_what_a_rolling_restart_wants(string name)
    {
        folder.Write("hosts.yaml", """
            groups:
              web: { hosts: { web1: { ssh: 192.0.2.1 } } }
              was:
                hosts:
                  was1: { ssh: 192.0.2.2, route: tomcat1, receiver_port: 4000, catalina_base: /srv/tomcat }
                  was2: { ssh: 192.0.2.3, route: tomcat2, receiver_port: 4001, catalina_base: /srv/tomcat }
            """);
        using var plan = folder.Start(100, "plan", Repository.PathOf($"playbooks/{name}.yaml"), "-i", "hosts.yaml");
        var (code, output, errors) = await PlayFolder.Ended(plan);
        Assert.True(code == 0, errors);
        Assert.Contains("No step changes anything", output, StringComparison.Ordinal);
    }
}
