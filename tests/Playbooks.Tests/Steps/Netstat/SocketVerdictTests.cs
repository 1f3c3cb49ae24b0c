using System.Globalization;
using Playbooks.Steps;
using Playbooks.Steps.Netstat;
using Xunit;

namespace Playbooks.Tests.Steps.Netstat;

/// <summary>What is said of a machine whose sockets are known (Recorded/ss-tcp.txt).</summary>
public sealed class SocketVerdictTests
{
    [Theory]
    [InlineData("22", null)]
    [InlineData("4000", "java")]
    [InlineData("192.0.2.11:4000", "java")]
    [InlineData("::ffff:192.0.2.11:4000", "java")]
    [InlineData("203.0.113.1:18009", "java")]
    [InlineData("*:18009", "java")]
    [InlineData("0.0.0.0:18009", "java")]
    [InlineData(":::18009", "java")]
    [InlineData("[::]:18009", "java")]
    [InlineData("[::1]:8005", "java")]
    [InlineData("::1:8005", "java")]
    [InlineData("[2001:DB8:aaaa:bbbb:cccc:dddd:eeee:ff11]:48009", null)]
    [InlineData("web:4000", null)]
    [InlineData("5555", "a-very-long-program")]
    [InlineData("9222", "Web Content")]
    public void Something_listens_there(string endpoint, string? process) => Assert.Empty(Messages(new Asked(Endpoints(endpoint), [], [], process)));

    [Theory]
    [InlineData("23", null, "nothing listens on 23; listening here: 22, 80, 4000, 5555, 5556, 7000, 8005, 9222, 18009, 48009")]
    [InlineData("23", "java", "nothing listens on 23 (java); listening here: 22, 80, 4000, 5555, 5556, 7000, 8005, 9222, 18009, 48009")]
    [InlineData("192.0.2.12:4000", null, "nothing listens on 192.0.2.12:4000; 4000 is listened on at 192.0.2.11 only")]
    [InlineData("*:4000", null, "nothing listens on *:4000; 4000 is listened on at 192.0.2.11 only")]
    [InlineData("[::1]:4000", null, "nothing listens on [::1]:4000; 4000 is listened on at 192.0.2.11 only")]
    [InlineData("web:8005", null, "nothing listens on web:8005; 8005 is listened on at ::1 only")]
    [InlineData("80", "java", "80 is listened on by nginx (pid 5295), nginx (pid 5294), nginx (pid 5293), not by java")]
    [InlineData("59212", null, "nothing listens on 59212; listening here: 22, 80, 4000, 5555, 5556, 7000, 8005, 9222, 18009, 48009")]
    public void What_does_not_listen_is_told_with_what_does(string endpoint, string? process, string message)
    {
        var result = Judge(new Asked(Endpoints(endpoint), [], [], process));
        Assert.Equal((Outcome.Failed, message), (result.Outcome, Assert.Single(result.Messages)));
        Assert.Equal([endpoint], (IReadOnlyList<object?>)result.Fields["missing"]!);
    }

    [Theory]
    [InlineData("23", null)]
    [InlineData("127.0.0.1:4000", null)]
    [InlineData("*:4000", null)]
    [InlineData("40842", null)]
    [InlineData("4000", "4000 is listened on at 192.0.2.11 by java (pid 5290)")]
    [InlineData("127.0.0.1:80", "127.0.0.1:80 is listened on at * by nginx (pid 5295), nginx (pid 5294), nginx (pid 5293)")]
    [InlineData("*:80", "*:80 is listened on at * by nginx (pid 5295), nginx (pid 5294), nginx (pid 5293)")]
    public void What_listens_and_should_not_is_told(string endpoint, string? message)
    {
        var result = Judge(new Asked([], Endpoints(endpoint), [], null));
        Assert.Equal(message is null ? [] : [message], result.Messages);
        Assert.Equal(message is null ? [] : [endpoint], (IReadOnlyList<object?>)result.Fields["unexpected"]!);
    }

    [Theory]
    [InlineData("192.0.2.11:4000", "java", null)]
    [InlineData("web:4000", null, null)]
    [InlineData("40842", null, null)]
    [InlineData("*:40842", null, "no connection to *:40842 is established; connected here to: 192.0.2.11:4000, 192.0.2.12:40842, [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ff11]:40332, [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ff11]:48009")]
    [InlineData("192.0.2.11:4000", "nginx", "the connection to 192.0.2.11:4000 is held by java (pid 5290), not by nginx")]
    [InlineData("127.0.0.1:7000", null, "no connection to 127.0.0.1:7000 is established; there are some in the state TIME_WAIT, CLOSE_WAIT")]
    public void Connections_are_found_by_whom_they_lead_to(string endpoint, string? process, string? message) =>
        Assert.Equal(message is null ? [] : [message], Messages(new Asked([], [], Endpoints(endpoint), process)).Select(m => string.Join(": ", m.Split(": ") is [var a, var b] && b.Contains(", ", StringComparison.Ordinal) && a.EndsWith("to", StringComparison.Ordinal) ? [a, string.Join(", ", b.Split(", ").Order(StringComparer.Ordinal))] : [m])));

    [Theory]
    [InlineData("ss", false, "needs sudo: who owns port 4000 cannot be seen by wasadm", "say `sudo: true` on this step")]
    [InlineData("netstat", false, "needs sudo: who owns port 4000 cannot be seen by wasadm", "say `sudo: true` on this step")]
    [InlineData("ss", true, "who owns port 4000 cannot be seen even by root: it is the kernel's, or in another container, or this container's root may not look (CAP_SYS_PTRACE)", null)]
    public void An_owner_who_cannot_be_seen_is_an_error_and_no_guess(string program, bool root, string message, string? mend)
    {
        var result = Judge(new Asked(Endpoints("4000"), [], [], "java"), program, program + "-tcp-nobody", root ? "0 root" : "1000 wasadm");
        Assert.Equal((Outcome.Error, message, mend), (result.Outcome, Assert.Single(result.Messages), result.Mend));
    }

    [Theory]
    [InlineData("netstat", "macos", "Darwin", "22", "who owns port 22 cannot be seen on Darwin: its netstat does not show processes", "leave `process` out")]
    [InlineData("netstat", "freebsd", "FreeBSD", "22", "who owns port 22 cannot be seen on FreeBSD: its netstat does not show processes", "leave `process` out")]
    [InlineData("/proc/net/tcp", "families-kernel-tcp", "Linux", "80", "who owns port 80 cannot be seen without ss or netstat", "install iproute2 or net-tools on it, or leave `process` out")]
    public void Where_nobody_could_see_an_owner_that_is_said(string program, string file, string system, string endpoint, string message, string mend)
    {
        var result = Judge(new Asked(Endpoints(endpoint), [], [], "java"), program, file, "0 root", system);
        Assert.Equal((Outcome.Error, message, mend), (result.Outcome, Assert.Single(result.Messages), result.Mend));
        Assert.Equal(Outcome.Passed, Judge(new Asked(Endpoints(endpoint), Endpoints("1"), [], null), program, file, "0 root", system).Outcome);
    }

    [Theory]
    [InlineData("[2001:db8::9]:18009", null)]
    [InlineData("192.0.2.1:80", null)]
    [InlineData("0.0.0.0:80", null)]
    [InlineData("*:80", null)]
    [InlineData("6800", null)]
    [InlineData("[::1]:80", "nothing listens on [::1]:80; 80 is listened on at 0.0.0.0 only")]
    [InlineData(":::80", "nothing listens on :::80; 80 is listened on at 0.0.0.0 only")]
    [InlineData("192.0.2.1:22", "nothing listens on 192.0.2.1:22; 22 is listened on at :: only")]
    [InlineData("0.0.0.0:22", "nothing listens on 0.0.0.0:22; 22 is listened on at :: only")]
    [InlineData("192.0.2.1:6800", "nothing listens on 192.0.2.1:6800; 6800 is listened on at 0.0.0.0%lo only")]
    public void A_wildcard_serves_its_own_family_and_surely_not_all_where_it_is_one_interfaces(string endpoint, string? message) =>
        Assert.Equal(message is null ? [] : [message], Judge(new Asked(Endpoints(endpoint), [], [], null), "ss", "families-ss-tcp").Messages);

    [Theory]
    [InlineData("[::1]:80", true)]
    [InlineData("192.0.2.1:80", false)]
    [InlineData("192.0.2.1:6800", false)]
    [InlineData("192.0.2.1:22", true)]
    public void What_might_serve_an_address_is_not_free_of_it(string endpoint, bool free) =>
        Assert.Equal(free, Judge(new Asked([], Endpoints(endpoint), [], null), "ss", "families-ss-tcp").Outcome == Outcome.Passed);

    [Theory]
    [InlineData("5555", "a-very-long-program", "of the process's name only this much can be seen: a-very-long-pro")]
    [InlineData("5555", "a-very-long-pro", null)]
    [InlineData("4000", "java", null)]
    public void A_name_that_is_known_in_part_is_told(string endpoint, string process, string? note)
    {
        var result = Judge(new Asked(Endpoints(endpoint), [], [], process));
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Equal(note is null ? [] : [note], result.Notes);
    }

    [Theory]
    [InlineData("\nplay end 0\n")]
    [InlineData("\nplay: here end\n")]
    [InlineData("\nplay table x\n")]
    public void A_name_of_a_process_cannot_end_the_list(string name)
    {
        var answer = SocketScript.Read($"play system Linux\nplay user 0 root\nplay table ss\nState Recv-Q\nLISTEN 0 5 *:1 *:* users:((\"{name}\",pid=5,fd=3))\nLISTEN 0 5 *:2 *:*\n\nplay: here ends the table, exit code 0\n");
        Assert.EndsWith("*:2 *:*\n", answer.Table.ToString(), StringComparison.Ordinal);
        Assert.Null(SocketTable.Read("ss", "tcp", answer.Table.Span, out _));
    }

    [Fact]
    public void What_surely_fails_is_failed_whatever_else_cannot_be_seen() =>
        Assert.Equal(Outcome.Failed, Judge(new Asked(Endpoints("4000", "23"), [], [], "java"), "ss", "ss-tcp-nobody", "1000 wasadm").Outcome);

    [Fact]
    public void A_hundred_thousand_sockets_and_many_questions_are_no_matter()
    {
        var table = "State Recv-Q\n" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $"ESTAB 0 0 10.0.0.1:{1024 + i % 60000} 10.{i >> 16}.{(i >> 8) & 255}.{i & 255}:443 users:((\"java\",pid=7,fd={i}))\n"));
        var answer = SocketScript.Read($"play system Linux\nplay user 0 root\nplay table ss\n{table}\nplay: here ends the table, exit code 0\n");
        var asked = new Asked(Endpoints([.. Enumerable.Range(1, 5000).Select(i => i.ToString(CultureInfo.InvariantCulture))]), [], Endpoints("443"), "java");
        var result = new SocketVerdict(asked, SocketTable.Read("ss", "tcp", answer.Table.Span, out _)!, answer).Result();
        Assert.Equal(5000, result.Messages.Count);
        Assert.Throws<Playbooks.Templating.MissingValueException>(() => result.Fields.TryGet("sockets", out _));
    }

    [Theory]
    [InlineData(new[] { "*:1", "127.0.0.1:2", "[::1]:3" }, null, new string[0])]
    [InlineData(new[] { "1", "2", "3" }, null, new string[0])]
    [InlineData(new[] { "*:1", "127.0.0.1:2" }, null, new[] { "[::1]:3" })]
    [InlineData(new[] { "127.0.0.1:1", "127.0.0.1:2", "[::1]:3" }, null, new[] { "*:1" })]
    [InlineData(new[] { "2" }, "java", new string[0])]
    [InlineData(new[] { "1" }, "sshd", new[] { "[::1]:3" })]
    public void Nothing_else_listens_but_for_ports_that_come_and_go(string[] endpoints, string? process, string[] unexpected)
    {
        const string Table = """
            State Recv-Q
            LISTEN 0 5 0.0.0.0:1 0.0.0.0:* users:(("sshd",pid=5,fd=3))
            LISTEN 0 5 [::]:1 [::]:* users:(("sshd",pid=5,fd=4))
            LISTEN 0 5 127.0.0.1:2 0.0.0.0:* users:(("java",pid=6,fd=3))
            LISTEN 0 5 [::1]:3 [::]:* users:(("sshd",pid=5,fd=5))
            LISTEN 0 5 0.0.0.0:40000 0.0.0.0:* users:(("java",pid=6,fd=4))
            LISTEN 0 5 127.0.0.1:6010 0.0.0.0:* users:(("sshd",pid=9,fd=4))
            LISTEN 0 5 127.0.0.1:9 0.0.0.0:* users:(("sshd-session",pid=9,fd=5))
            """;
        var answer = SocketScript.Read($"play system Linux\nplay user 0 root\nplay given 32768 60999\nplay table ss\n{Table}\n\nplay: here ends the table, exit code 0\n");
        var result = new SocketVerdict(new Asked(Endpoints(endpoints), [], [], process) { Only = true }, SocketTable.Read("ss", "tcp", answer.Table.Span, out _)!, answer).Result();
        Assert.Equal(unexpected.Length == 0 ? Outcome.Passed : Outcome.Failed, result.Outcome);
        Assert.Equal(unexpected, (IReadOnlyList<object?>)result.Fields["unexpected"]!);
    }

    [Fact]
    public void What_else_listens_is_not_known_where_nobody_says_which_ports_are_given() =>
        Assert.Equal(Outcome.Error, Judge(new Asked(Endpoints("22"), [], [], null) { Only = true }).Outcome);

    private static IReadOnlyList<string> Messages(Asked asked) => Judge(asked).Messages;

    private static StepResult Judge(Asked asked, string program = "ss", string file = "ss-tcp", string user = "0 root", string system = "Linux")
    {
        var answer = SocketScript.Read($"play system {system}\nplay user {user}\nplay name web\n192.0.2.11 STREAM web\n192.0.2.11 DGRAM\nplay table {program}\n{SocketTableTests.Recorded(file)}\nplay: here ends the table, exit code 0\n");
        Assert.Equal(program, answer.Program);
        return new SocketVerdict(asked, SocketTable.Read(program, "tcp", answer.Table.Span, out _)!, answer).Result();
    }

    private static IReadOnlyList<Endpoint> Endpoints(params string[] texts)
    {
        Assert.True(Endpoint.List.TryRead(texts, out var endpoints), string.Join(' ', texts));
        return endpoints;
    }
}
