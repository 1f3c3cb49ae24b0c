using Playbooks.Steps.Netstat;
using Xunit;

namespace Playbooks.Tests.Steps.Netstat;

/// <summary>What ss and netstat print, recorded from real machines (iproute2 6.1, net-tools 2.10, and the first user's own netstat).</summary>
public sealed class SocketTableTests
{
    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public void Ss_and_netstat_show_the_same_sockets(string protocol)
    {
        var ss = Read("ss", protocol, $"ss-{protocol}").Select(Facts).Order().ToList();
        Assert.Equal(ss, Read("netstat", protocol, $"netstat-{protocol}").Select(Facts).Order());
        Assert.Equal(ss, Read("ss", protocol, "ss-both").Select(Facts).Order());
    }

    [Fact]
    public void Every_way_to_write_a_socket_is_read()
    {
        Assert.Equal(
            [
                "tcp *:18009 *: LISTEN java",
                "tcp *:22 *: LISTEN sshd",
                "tcp *:22 *: LISTEN sshd",
                "tcp *:80 *: LISTEN nginx nginx nginx",
                "tcp 127.0.0.1:5555 *: LISTEN a-very-long-pro",
                "tcp 127.0.0.1:5556 *: LISTEN a-very-long-pro",
                "tcp 127.0.0.1:59212 127.0.0.1:7000 TIME_WAIT ",
                "tcp 127.0.0.1:59216 127.0.0.1:7000 CLOSE_WAIT closer",
                "tcp 127.0.0.1:7000 *: LISTEN closer",
                "tcp 127.0.0.1:7000 127.0.0.1:59216 FIN_WAIT2 ",
                "tcp 127.0.0.1:9222 *: LISTEN Web Content",
                "tcp 192.0.2.11:4000 *: LISTEN java",
                "tcp 192.0.2.11:4000 192.0.2.12:40842 ESTABLISHED java",
                "tcp 192.0.2.12:40842 192.0.2.11:4000 ESTABLISHED java",
                "tcp 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ff11:40332 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ff11:48009 ESTABLISHED java",
                "tcp 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ff11:48009 *: LISTEN java",
                "tcp 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ff11:48009 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ff11:40332 ESTABLISHED java",
                "tcp ::1:8005 *: LISTEN java",
            ],
            Read("ss", "tcp", "ss-tcp").Select(s => $"{Facts(s)} {string.Join(' ', s.Owners.Select(o => o.Name))}").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["udp *:45564 *: UNCONN java", "udp 127.0.0.1:5353 127.0.0.1:53 ESTABLISHED dns", "udp 127.0.0.53:53 *: UNCONN dns"],
            Read("ss", "udp", "ss-udp").Select(s => $"{Facts(s)} {s.Owners[0].Name}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_first_users_own_netstat_is_read()
    {
        Assert.Equal(
            [
                "tcp *:18009 *: LISTEN java (pid 9089)",
                "tcp 192.168.0.10:4000 *: LISTEN java (pid 9089)",
                "tcp ::1:8005 *: LISTEN java (pid 9089)",
                "tcp 192.168.0.10:4000 192.168.0.12:40842 ESTABLISHED java (pid 9089)",
                "tcp 192.168.0.10:47266 192.168.0.12:4001 ESTABLISHED java (pid 9089)",
            ],
            Read("netstat", "tcp", "netstat-operator").Select(s => $"{Facts(s)} {s.Owners[0]}"));
        Assert.Equal(["udp *:45564 *: UNCONN java (pid 9089)"], Read("netstat", "udp", "netstat-operator").Select(s => $"{Facts(s)} {s.Owners[0]}"));
    }

    [Theory]
    [InlineData("ss", "ss-tcp-nobody")]
    [InlineData("netstat", "netstat-tcp-nobody")]
    public void Owners_that_cannot_be_seen_are_not_there(string program, string file)
    {
        var sockets = Read(program, "tcp", file);
        Assert.Equal(18, sockets.Count);
        Assert.All(sockets, s => Assert.Empty(s.Owners));
    }

    [Theory]
    [InlineData("ss", "State Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0 128 *:4000 *:* users:((\"java\",9089,54))")]
    [InlineData("ss", "State Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0 128 :::4000 :::* users:((\"java\",pid=9089,fd=54))")]
    [InlineData("netstat", "tcp46      0      0  *.4000                 *.*                    LISTEN")]
    [InlineData("netstat", "tcp4       0      0  0.0.0.0.4000           *.*                    LISTEN")]
    [InlineData("netstat", "tcp        0      0 :::4000                 :::*                    LISTEN      9089/java")]
    public void Forms_of_older_programs_and_of_BSD_are_read(string program, string line) =>
        Assert.Equal("tcp *:4000 *: LISTEN", Facts(Assert.Single(SocketTable.Read(program, "tcp", line, out _)!)));

    [Theory]
    [InlineData("udp", "netstat", "udp4 0 0 *.53 *.*", true)]
    [InlineData("udp", "netstat", "udp4 0 0 192.0.2.1.5353 192.0.2.2.53", false)]
    [InlineData("tcp", "ss", "State Recv-Q\nUNCONN 0 0 *:80 *:*", false)]
    [InlineData("tcp", "ss", "State Recv-Q\nLISTEN 0 0 *:80 *:*", true)]
    public void Only_what_takes_from_anybody_listens(string protocol, string program, string line, bool listens) =>
        Assert.Equal(listens, Assert.Single(SocketTable.Read(program, protocol, line, out _)!).Listens);

    [Theory]
    [InlineData("ss", "", "ss printed nothing that can be read")]
    [InlineData("netstat", "\n", "netstat printed nothing that can be read")]
    [InlineData("ss", "ss: command is broken", "this line of ss cannot be read: ss: command is broken")]
    [InlineData("ss", "State Recv-Q\nLISTEN 0 128 nonsense *:*", "this line of ss cannot be read: LISTEN 0 128 nonsense *:*")]
    [InlineData("ss", "State Recv-Q\nHEARING 0 128 *:80 *:*", "this line of ss cannot be read: HEARING 0 128 *:80 *:*")]
    [InlineData("ss", "State Recv-Q\nLISTEN 0 128 *:65536 *:*", "this line of ss cannot be read: LISTEN 0 128 *:65536 *:*")]
    [InlineData("ss", "State Recv-Q\nLISTEN 0 128 *:80 *:* users:(java)", "this line of ss cannot be read: LISTEN 0 128 *:80 *:* users:(java)")]
    [InlineData("netstat", "tcp 0 0 *:80 *:*", "this line of netstat cannot be read: tcp 0 0 *:80 *:*")]
    [InlineData("netstat", "tcp 0 0 *:80 *:* LISTEN java", "this line of netstat cannot be read: tcp 0 0 *:80 *:* LISTEN java")]
    [InlineData("netstat", "tipc 0 0", "this line of netstat cannot be read: tipc 0 0")]
    public void What_cannot_be_read_is_refused(string program, string text, string reason)
    {
        Assert.Null(SocketTable.Read(program, "tcp", text, out var unreadable));
        Assert.Equal(reason, unreadable);
    }

    [Fact]
    public void Addresses_that_netstat_has_cut_are_refused()
    {
        Assert.Null(SocketTable.Read("netstat", "tcp", Recorded("netstat-narrow"), out var unreadable));
        Assert.Equal("this line of netstat cannot be read: tcp6       0      0 2001:db8:aaaa:bbb:48009 :::*                    LISTEN      5290/python3", unreadable);
    }

    [Theory]
    [InlineData("java", false, "java", true)]
    [InlineData("java", false, "jav", false)]
    [InlineData("java", false, "javac", false)]
    [InlineData("a-very-long-pro", true, "a-very-long-program", true)]
    [InlineData("a-very-long-pro", false, "a-very-long-program", false)]
    [InlineData("sshd: /usr/sbi", true, "sshd", true)]
    [InlineData("sshd-session", false, "sshd", false)]
    public void A_program_is_known_by_what_is_shown_of_its_name(string shown, bool cut, string process, bool same) => Assert.Equal(same, new Owner(shown, 1, cut).Is(process));

    internal static string Recorded(string name) => File.ReadAllText(Repository.PathOf("tests", "Playbooks.Tests", "Steps", "Netstat", "Recorded", name + ".txt"));

    private static IReadOnlyList<Socket> Read(string program, string protocol, string file)
    {
        var sockets = SocketTable.Read(program, protocol, Recorded(file), out var unreadable);
        Assert.Null(unreadable);
        return sockets!;
    }

    private static string Facts(Socket s) => $"{s.Protocol} {s.Local}:{s.LocalPort} {s.Remote}:{s.RemotePort} {s.State}";
}
