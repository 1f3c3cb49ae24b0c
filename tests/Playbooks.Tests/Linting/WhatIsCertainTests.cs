using Playbooks.Reporting;
using Xunit;

namespace Playbooks.Tests.Linting;

/// <summary>Each rule tells what is certain, and nothing else: a false alarm costs more than one that is missing.</summary>
public sealed class WhatIsCertainTests
{
    private static string Step(string kind, string more = "") => $"hosts: was1\nsteps:\n  - name: a\n    {kind}\n{more}";

    private static void Tells(string rule, bool isTold, string text) => Assert.Equal(isTold ? [rule] : [], Linted.Rules(text).Where(told => told == rule).Distinct());

    [Theory]
    [InlineData("true", true)]
    [InlineData("1 < 2 && count(lines) >= 0", true)]
    [InlineData("count(lines) > -1", true)]
    [InlineData("0 <= string.size(stdout)", true)]
    [InlineData("stdout == stdout", true)]
    [InlineData("exit_code == 3 || !false", true)]
    [InlineData("stdout != null", true)]
    [InlineData("result.stdout != null", true)]
    [InlineData("matches(stdout, `.*`)", true)]
    [InlineData("string.contains(stdout, '')", true)]
    [InlineData("(exit_code == 1 || (true))", true)]
    [InlineData("count(lines) >= 1", false)]
    [InlineData("count(lines) != 0", false)]
    [InlineData("stdout != stderr", false)]
    [InlineData("stdout == stderr", false)]
    [InlineData("exit_code >= 0", false)]
    [InlineData("exit_code == 0 || stdout == ''", false)]
    [InlineData("exit_code == 0 && true", false)]
    [InlineData("false", false)]
    [InlineData("matches(stdout, `^.*$`)", false)]
    [InlineData("signal != null", false)]
    [InlineData("!(exit_code == 0)", false)]
    [InlineData("number(stdout) >= 0", false)]
    public void An_assertion_that_cannot_fail(string assertion, bool isTold) => Tells("assert-cannot-fail", isTold, Step("command: look", $"    assert:\n      - {(assertion.StartsWith('!') ? $"\"{assertion}\"" : assertion)}\n"));

    [Theory]
    [InlineData("status > 99", true)]
    [InlineData("status != 0", true)]
    [InlineData("600 <= status || status < 1000", true)]
    [InlineData("status < 600", false)]
    [InlineData("status > 100", false)]
    [InlineData("status != null", true)]
    [InlineData("steps.before.status > 0", false)]
    public void A_status_has_bounds(string assertion, bool isTold) => Tells("assert-cannot-fail", isTold, $"steps:\n  - id: before\n    http: http://192.0.2.1/\n  - name: a\n    http: http://192.0.2.1/\n    assert: {assertion}\n");

    [Theory]
    [InlineData("a | b", true)]
    [InlineData("a && b", true)]
    [InlineData("a; b", true)]
    [InlineData("a > /tmp/x", true)]
    [InlineData("a 2>/dev/null", true)]
    [InlineData("a 2>&1", true)]
    [InlineData("a </tmp/x", true)]
    [InlineData("ls ~/x", true)]
    [InlineData("ls ~", true)]
    [InlineData("echo ${HOME}", true)]
    [InlineData("echo $(date)", true)]
    [InlineData("echo `date`", true)]
    [InlineData("rm /tmp/x*", true)]
    [InlineData("rm {{ host.dir }}/*", true)]
    [InlineData("LC_ALL=C ls", true)]
    [InlineData("export X=1", true)]
    [InlineData("echo a '|' b", false)]
    [InlineData("echo a \\| b", false)]
    [InlineData("sh -c 'a | b > c'", false)]
    [InlineData("awk '{ print $NF }' /etc/passwd", false)]
    [InlineData("sh -c \"echo $HOME\"", false)]
    [InlineData("psql -c 'select * from t;'", false)]
    [InlineData("find /srv -name *.log", false)]
    [InlineData("systemctl restart tomcat*", false)]
    [InlineData("grep -E a|b /etc/hosts", false)]
    [InlineData("env LC_ALL=C ls", false)]
    [InlineData("curl http://192.0.2.1/?a=1&b=2", false)]
    [InlineData("git checkout main~1", false)]
    [InlineData("echo {{ host.name + ' | ' }}", false)]
    [InlineData("rpm -q --qf %{VERSION} java", false)]
    [InlineData("echo $1", false)]
    [InlineData("curl -s {{ host.base }}/status?full=1", false)]
    public void A_command_that_wants_a_shell(string command, bool isTold) => Tells("command-wants-shell", isTold, Step($"command: |-\n      {command}"));

    [Fact]
    public void Words_of_a_list_are_meant_as_they_are() => Tells("command-wants-shell", false, Step("command: [find, /srv, -exec, ls, '{}', ;, '|', $X]"));

    [Theory]
    [InlineData("command: psql --password hunter2", true)]
    [InlineData("command: java -Djavax.net.ssl.keyStorePassword=hunter2 -jar a.jar", true)]
    [InlineData("command: keytool -list -storepass changeit", true)]
    [InlineData("command: openssl rsa -passin pass:hunter2 -in k", true)]
    [InlineData("command: sshpass -p hunter2 ssh x", true)]
    [InlineData("command: mysqldump -u root -phunter2 db", true)]
    [InlineData("command: curl -u admin:hunter2 http://192.0.2.1/", true)]
    [InlineData("command: [curl, 'https://u:hunter2@192.0.2.1/']", true)]
    [InlineData("command: env PGPASSWORD=hunter2 psql", true)]
    [InlineData("shell: PGPASSWORD='hunter2' psql", true)]
    [InlineData("shell: export AWS_SECRET_ACCESS_KEY=abc; aws s3 ls", true)]
    [InlineData("command: login {{ host.db_password }}", true)]
    [InlineData("command: [mysql, -phunter3, -e, 'select 1']", true)]
    [InlineData("command: [mysql, -e, 'select 1', -phunter3]", true)]
    [InlineData("command: [psql, --password, hunter4]", true)]
    [InlineData("command: mysql -u 'root' -e 'select 1' -phunter2", true)]
    [InlineData("command: docker run app --client-secret hunter2", true)]
    [InlineData("command: docker service create --secret db_cred nginx", false)]
    [InlineData("command: mysql -e 'select 5 -price from t'", false)]
    [InlineData("command: [mysql, -e, 'select 5 -price from t']", false)]
    [InlineData("command: [mysql, -p, db]", false)]
    [InlineData("shell: PGPASSWORD=\"$PW\" psql", false)]
    [InlineData("shell: PGPASSWORD=$(cat /etc/pw) psql", false)]
    [InlineData("command: psql --no-password", false)]
    [InlineData("command: psql --password-file /etc/pw", false)]
    [InlineData("command: mysql -p", false)]
    [InlineData("command: mysql -P 3306", false)]
    [InlineData("command: passwd --status root", false)]
    [InlineData("command: mkdir -p /srv", false)]
    [InlineData("command: curl http://192.0.2.1:8080/a@b", false)]
    [InlineData("command: chage -l --password --list", false)]
    [InlineData("command: 'grep password: /etc/app.conf'", false)]
    [InlineData("command: login {{ count(host.passwords) }}", false)]
    [InlineData("command: get {{ host.password_file }}", false)]
    [InlineData("command: rsync --password={{ host.pwfile }} a b", false)]
    public void A_secret_in_a_command(string kind, bool isTold) => Tells("secret-on-command-line", isTold, Step(kind));

    [Fact]
    public void The_line_of_a_secret_is_not_shown()
    {
        var linter = Linted.Text(Step("command: psql --password hunter2 | tee x"));
        Assert.DoesNotContain("hunter2", string.Concat(LintText.Findings(linter)) + LintJson.Write(linter) + LintSarif.Write(linter, "1"), StringComparison.Ordinal);
        Assert.Equal(["secret-on-command-line", "command-wants-shell"], linter.Findings.Select(finding => finding.Rule.Name));
        Assert.Contains(":4:30: ", LintText.Findings(linter).First(), StringComparison.Ordinal);
    }

    /// <summary>Other rules would quote its words or its title, or show another line of it.</summary>
    [Theory]
    [InlineData("  - command: mysql -phunter2 -e {{ host.sql }}", "secret-on-command-line unnamed-step")]
    [InlineData("  - name: a\n    command: curl -u admin:hunter5$x https://192.0.2.1/", "secret-on-command-line command-wants-shell")]
    [InlineData("  - command: mysql -phunter2 {{ host.sql }}\n  - name: b\n    log: { path: /l, contains: a }", "secret-on-command-line unnamed-step log-without-anchor")]
    [InlineData("  - name: a\n    shell: |\n      psql --password hunter1\n      mysql -phunter2 {{ raw(host.sql) }}", "secret-on-command-line raw-in-shell")]
    [InlineData("  - name: a\n    command: mysql -phunter2 # lint: allow raw-in-shell", "secret-on-command-line useless-allow")]
    public void No_finding_shows_a_step_with_a_secret(string steps, string rules)
    {
        var linter = Linted.Text($"hosts: was1\nsteps:\n{steps}\n");
        Assert.Empty(linter.Problems);
        Assert.Equal(rules.Split(' ').Order(StringComparer.Ordinal), linter.Findings.Select(finding => finding.Rule.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("hunter", string.Concat(LintText.Findings(linter)) + LintJson.Write(linter) + LintSarif.Write(linter, "1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("command: wasstop", "", true)]
    [InlineData("command: wasstop", "command: wasstart", false)]
    [InlineData("command: /opt/was/bin/stopServer.sh server1", "", true)]
    [InlineData("command: /opt/was/bin/stopServer.sh server1", "command: /opt/was/bin/startServer.sh server1", false)]
    [InlineData("command: \"{{ host.base }}/bin/shutdown.sh\"", "", true)]
    [InlineData("command: \"{{ host.base }}/bin/shutdown.sh\"", "command: \"{{host.base}}/bin/startup.sh\"", false)]
    [InlineData("command: systemctl stop tomcat", "", true)]
    [InlineData("command: systemctl stop tomcat.service", "service: { name: tomcat, state: restarted }", false)]
    [InlineData("command: systemctl stop tomcat", "command: systemctl start httpd", false)]
    [InlineData("command: systemctl stop tomcat", "command: systemctl start httpd\n    hosts: web1", true)]
    [InlineData("command: systemctl stop tomcat", "command: systemctl start httpd\n    at: web1", true)]
    [InlineData("command: systemctl stop tomcat", "command: systemctl start httpd\n    hosts: was", false)]
    [InlineData("command: systemctl stop tomcat", "command: systemctl start httpd\n    hosts: all", false)]
    [InlineData("command: systemctl start httpd", "command: systemctl stop tomcat", true)]
    [InlineData("command: checkrestart", "", false)]
    [InlineData("command: wait-for-stop tomcat", "", false)]
    [InlineData("command: wait-for tomcat stop", "", false)]
    [InlineData("command: /opt/bin/non-stop", "", false)]
    [InlineData("command: /opt/bin/redis-stop", "", true)]
    [InlineData("command: /opt/was/stop_and_start was1", "", false)]
    [InlineData("command: git commit -m stop", "", false)]
    [InlineData("command: nginx -s stop", "", true)]
    [InlineData("command: pg_ctl -D /x stop", "", true)]
    [InlineData("command: pg_ctl stop -D /x", "command: pg_ctl -D /x start", false)]
    [InlineData("command: pg_ctl stop -D /x", "command: pg_ctl -D /x start\n    hosts: web1", false)]
    [InlineData("command: catalina.sh stop", "service: { name: tomcat, state: started }", false)]
    [InlineData("shell: |\n      cat <<'EOF' >/tmp/x\n      stop tomcat\n      EOF", "", false)]
    [InlineData("shell: |\n      cat <<EOF >/tmp/x\n      a\n      EOF\n      catalina.sh stop", "", true)]
    [InlineData("shell: |\n      psql -c 'select a; stop b'\n      true # stop it", "", false)]
    [InlineData("command: service tomcat stop", "command: /etc/init.d/tomcat start", false)]
    [InlineData("shell: cd /srv && ./bin/catalina.sh stop 30", "", true)]
    [InlineData("shell: systemctl stop a; sleep 1; systemctl start a", "", false)]
    [InlineData("command: docker stop web", "command: docker start web", false)]
    [InlineData("service: { name: a, state: stopped }", "", true)]
    [InlineData("service: { name: a, state: stopped }\n    effect: none", "", false)]
    [InlineData("service: { name: a, state: stopped }", "reboot:", false)]
    [InlineData("command: echo stop", "", false)]
    [InlineData("command: grep stop /var/log/messages", "", false)]
    [InlineData("command: stopwatch", "", false)]
    [InlineData("command: systemctl status stop.service\n    effect: none", "", false)]
    [InlineData("command: systemctl is-active tomcat", "", false)]
    [InlineData("command: shutdown -r now", "", false)]
    [InlineData("command: wasstop\n    undo: { command: wasstart }", "", false)]
    [InlineData("command: wasstop\n    effect: none", "", false)]
    public void A_stop_with_no_start(string stop, string later, bool isTold) => Tells("stop-without-start", isTold, Step(stop, later.Length == 0 ? "" : $"  - name: b\n    {later}\n"));

    [Theory]
    [InlineData("hosts: was1, was2", "", true)]
    [InlineData("hosts: all", "", true)]
    [InlineData("hosts: was*", "", true)]
    [InlineData("hosts: was[1:2]", "", true)]
    [InlineData("hosts: was", "  - name: b\n    hosts: was[route=a]\n    command: x\n", true)]
    [InlineData("hosts: was", "  - name: b\n    assert: count(groups.was) > 1\n", true)]
    [InlineData("hosts: was", "  - name: b\n    print: \"{{ groups.was[0].name }}\"\n", false)]
    [InlineData("hosts: all\n    at: localhost", "", false)]
    [InlineData("hosts: all\n    at: lb1", "", false)]
    [InlineData("hosts: all\n    at: host", "", true)]
    [InlineData("hosts: was", "", false)]
    [InlineData("hosts: was1", "", false)]
    [InlineData("hosts: was1, was1", "", false)]
    [InlineData("hosts: was[route=a]", "", false)]
    [InlineData("hosts: all not was1", "", false)]
    [InlineData("hosts: all\n    run_once: true", "", false)]
    [InlineData("hosts: all\n    when: host.name == 'was1'", "", false)]
    [InlineData("hosts: all\n    effect: none", "", false)]
    public void All_at_once(string more, string later, bool isTold) => Tells("restart-all-at-once", isTold, $"steps:\n  - name: a\n    service: {{ name: x, state: restarted }}\n    {more}\n{later}");

    [Theory]
    [InlineData("command: systemctl restart tomcat", true)]
    [InlineData("command: systemctl stop tomcat", true)]
    [InlineData("reboot:", true)]
    [InlineData("command: checkrestart", false)]
    [InlineData("command: needs-restarting -r", false)]
    [InlineData("command: /opt/was/stop_and_start was1", false)]
    [InlineData("command: systemctl reload tomcat", false)]
    [InlineData("service: { name: x, state: started }", false)]
    [InlineData("service: { name: cups, state: stopped, enabled: false }", false)]
    public void What_takes_a_service_away(string kind, bool isTold) => Tells("restart-all-at-once", isTold, $"hosts: all\nsteps:\n  - name: a\n    {kind}\n");

    [Theory]
    [InlineData("command: x", "contains: a", true)]
    [InlineData("command: x", "since: beginning, contains: a", true)]
    [InlineData("copy: { content: a, dest: /tmp/a }", "matches: a", true)]
    [InlineData("command: x", "lacks: a", false)]
    [InlineData("command: x", "since: last_run, contains: a", false)]
    [InlineData("command: x\n    id: did", "since: did, contains: a", false)]
    [InlineData("command: x\n    effect: none", "contains: a", false)]
    [InlineData("copy: { content: a, dest: /tmp/a }\n    effect: none", "contains: a", false)]
    [InlineData("wait: 1s", "contains: a", false)]
    [InlineData("netstat: { listening: 1 }", "contains: a", false)]
    [InlineData("http: { url: 'http://192.0.2.1/', method: POST }", "contains: a", false)]
    public void A_log_with_no_anchor(string kind, string log, bool isTold) => Tells("log-without-anchor", isTold, Step(kind, $"  - name: b\n    log: {{ path: /l, {log} }}\n"));

    [Theory]
    [InlineData("command: x\n    capture: { a: stdout }", "", true)]
    [InlineData("command: x\n    effect: none\n    capture: { a: stdout }", "", false)]
    [InlineData("command: x\n    capture: { a: stdout }", "  - name: b\n    print: \"{{ a }}\"\n", false)]
    [InlineData("command: x\n    capture: { a: stdout }", "  - name: b\n    hosts: localhost\n    assert: same(all.a)\n", false)]
    [InlineData("command: x\n    capture: { a: stdout }", "  - name: b\n    hosts: \"{{ a }}\"\n    command: y\n", false)]
    [InlineData("command: x\n    capture: { a: stdout }", "  - name: b\n    wait: 1s\n    when: defined(a)\n", false)]
    [InlineData("command: x\n    capture: { a: stdout }\n    undo: { command: 'y {{ a }}' }", "", false)]
    [InlineData("command: x\n    capture: { a: stdout }", "  - name: b\n    command: y\n    env: { A: \"{{ a }}\" }\n", false)]
    [InlineData("command: x\n    capture: { a: stdout }", "  - name: b\n    hosts: localhost\n    assert: count(object.keys(all)) > 0\n", false)]
    public void A_capture_that_nobody_uses(string kind, string later, bool isTold) => Tells("capture-unused", isTold, Step(kind, later));

    /// <summary>Each of them would take minutes if it were looked at once for each sign before it.</summary>
    [Theory]
    [InlineData("    shell: ", "mysql ", 40_000)]
    [InlineData("    command: ", "/aaaaaaa", 40_000)]
    [InlineData("    command: x", " a", 10_000)]
    [InlineData("    shell: PASSWORD", "_A", 100_000)]
    [InlineData("    shell: --a", "-a", 100_000)]
    [InlineData("    shell: ://a", ":a", 100_000)]
    [InlineData("    command: x\n", "    # lint: allow raw-in-shell\n", 20_000)]
    public void A_long_text_takes_no_long_time(string start, string again, int times)
    {
        TakesNoLongTime(times, many => Step("wait: 1s", $"  - name: b\n{start}{string.Concat(Enumerable.Repeat(again, many))}\n"));
    }

    [Fact]
    public void Of_a_line_with_very_many_only_some_are_told()
    {
        static string Surprises(int many) => $"vars: {{ a: [{string.Join(", ", Enumerable.Repeat("yes", many))}] }}\nsteps:\n  - print: a\n";
        Assert.Equal(20, Linted.Text(Surprises(20)).Findings.Count);
        var findings = Linted.Text(Surprises(50)).Findings;
        Assert.Equal(20, findings.Count);
        Assert.EndsWith("; and there are 30 more in this line", findings[^1].Message, StringComparison.Ordinal);
        Assert.DoesNotContain("more in this line", findings[^2].Message, StringComparison.Ordinal);
        TakesNoLongTime(20_000, Surprises);
    }

    /// <summary>Twice as much takes twice as long, where each against each would take four times. On a busy machine a short time says nothing.</summary>
    private static void TakesNoLongTime(int times, Func<int, string> text)
    {
        TimeSpan Of(int many) => Enumerable.Range(0, 2).Min(_ =>
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            var linter = Linted.Text(text(many));
            Assert.NotEmpty(string.Concat(LintText.Findings(linter)) + LintJson.Write(linter) + LintSarif.Write(linter, "1"));
            return System.Diagnostics.Stopwatch.GetElapsedTime(began);
        });
        var (half, all) = (Of(times / 2), Of(times));
        Assert.True(all < (half * 3) + TimeSpan.FromSeconds(1), $"{times / 2}: {half}, {times}: {all}");
    }

    [Fact]
    public void Of_actions_too()
    {
        Assert.Equal(["capture-unused", "log-without-anchor", "raw-in-shell"], Linted.Rules("""
            actions:
              restart:
                params: { x: {} }
                steps:
                  - command: wasstop
                    capture: { a: stdout, b: stdout, c: stdout }
                  - log: { path: /l, contains: "{{ b }}" }
                  - shell: echo {{ raw(x) }}
                result: { c: c }
            """).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("version: 1.10", true)]
    [InlineData("debug: yes", true)]
    [InlineData("debug: True", true)]
    [InlineData("home: ~", true)]
    [InlineData("n: 1_000", true)]
    [InlineData("n: [a, { b: .5 }]", true)]
    [InlineData("version: '1.10'", false)]
    [InlineData("version: 1.1", false)]
    [InlineData("version: 1.1.0", false)]
    [InlineData("n: 10", false)]
    [InlineData("v: 0.10", true)]
    [InlineData("n: 0.5", false)]
    [InlineData("n: 1.0", false)]
    [InlineData("mode: 0644", false)]
    [InlineData("day: 2024-01-31", false)]
    [InlineData("n: null", false)]
    [InlineData("n: -1", false)]
    [InlineData("answer: y", false)]
    [InlineData("said: yes and no", false)]
    [InlineData("phone: 0891", false)]
    public void A_surprise_of_YAML(string value, bool isTold)
    {
        Tells("yaml-surprise", isTold, $"vars:\n  {value}\nsteps:\n  - print: a\n");
        Tells("yaml-surprise", isTold, $"groups:\n  was:\n    vars:\n      {value}\n    hosts:\n      was1: {{ ssh: 192.0.2.1 }}\n");
        Tells("yaml-surprise", isTold, $"groups:\n  was:\n    hosts:\n      was1:\n        ssh: 192.0.2.1\n        {value}\n");
    }

    [Theory]
    [InlineData("{ command: 'kill {{ pid }}' }", true)]
    [InlineData("{ when: pid > 0, command: kill }", true)]
    [InlineData("{ print: '{{ all.pid.was1 }}' }", true)]
    [InlineData("{ command: 'kill {{ steps.start.stdout }}' }", false)]
    [InlineData("{ command: 'kill {{ default(pid, 1) }}' }", false)]
    [InlineData("{ when: 'defined(\"pid\")', command: 'kill {{ pid }}' }", false)]
    [InlineData("[{ name: b, command: pgrep x, capture: { pid: stdout } }, { name: c, command: 'kill {{ pid }}' }]", false)]
    [InlineData("{ command: 'kill {{ other }}' }", false)]
    public void What_an_undo_finds_captured(string undo, bool isTold)
    {
        const string steps = "steps:\n  - name: other\n    command: look\n    capture: { other: stdout }\n  - id: start\n    name: a\n    command: start\n    capture: { pid: number(stdout) }\n";
        Tells("undo-reads-capture", isTold, $"hosts: was1\n{steps}    undo: {undo}\n");
    }

    [Fact]
    public void Another_step_that_captures_the_same_name_makes_an_undo_no_better() =>
        Tells("undo-reads-capture", true, "hosts: was1\nsteps:\n  - name: before\n    command: look\n    capture: { pid: stdout }\n  - name: a\n    command: start\n    capture: { pid: stdout }\n    undo: { command: \"kill {{ pid }}\" }\n");

    [Fact]
    public void Of_a_loop_each_item_has_captures_of_its_own() =>
        Tells("undo-reads-capture", false, "hosts: was1\nsteps:\n  - name: a\n    loop: [1, 2]\n    command: start {{ item }}\n    capture: { pid: stdout }\n    undo: { command: \"kill {{ pid }}\" }\n");
}
