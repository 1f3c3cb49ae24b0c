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
    [InlineData("ss", "State Recv-Q\nLISTEN 0 128 *:80 *:* users:((\"java\",pid=1,fd=2)", "this line of ss cannot be read: LISTEN 0 128 *:80 *:* users:((\"java\",pid=1,fd=2)")]
    [InlineData("/proc/net/tcp", "0: 0100007F:0016 00000000:0000 0F 0", "this line of /proc/net/tcp cannot be read: 0: 0100007F:0016 00000000:0000 0F 0")]
    [InlineData("/proc/net/tcp", "0: 01007F:0016 00000000:0000 0A 0", "this line of /proc/net/tcp cannot be read: 0: 01007F:0016 00000000:0000 0A 0")]
    [InlineData("/proc/net/tcp", "0: 0100007F:0016", "this line of /proc/net/tcp cannot be read: 0: 0100007F:0016")]
    public void What_cannot_be_read_is_refused(string program, string text, string reason)
    {
        Assert.Null(SocketTable.Read(program, "tcp", text, out var unreadable));
        Assert.Equal(reason, unreadable);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public void The_kernels_own_list_shows_the_same_sockets(string protocol)
    {
        var ss = Read("ss", protocol, $"families-ss-{protocol}").Select(Facts).Order().ToList();
        Assert.Equal(ss, Read("netstat", protocol, $"families-netstat-{protocol}").Select(Facts).Order());
        Assert.Equal(ss, Read($"/proc/net/{protocol}", protocol, $"families-kernel-{protocol}").Select(Facts).Order());
    }

    [Theory]
    [InlineData("ss", "80 0.0.0.0; 6800 0.0.0.0%lo; 5555 127.0.0.1; 18009 *; 22 ::; 4001 2001:db8::11; 8005 ::1; 4000 192.0.2.11")]
    [InlineData("netstat", "80 0.0.0.0; 6800 0.0.0.0; 5555 127.0.0.1; 18009 *; 22 *; 4001 2001:db8::11; 8005 ::1; 4000 192.0.2.11")]
    [InlineData("kernel", "80 0.0.0.0; 6800 0.0.0.0; 5555 127.0.0.1; 18009 *; 22 *; 4001 2001:db8::11; 8005 ::1; 4000 192.0.2.11")]
    public void A_wildcard_is_of_the_families_and_the_interface_it_is_shown_with(string program, string listeners) =>
        Assert.Equal(listeners, string.Join("; ", Read(program, "tcp", $"families-{program}-tcp").Where(s => s.Listens).Select(s => $"{s.LocalPort} {s.Local.Precisely}")));

    [Theory]
    [InlineData("netstat", "tcp", "macos", "88 0.0.0.0; 88 ::; 5900 *; 22 0.0.0.0; 22 ::; 548 0.0.0.0; 548 ::; 631 127.0.0.1; 631 ::1")]
    [InlineData("netstat", "udp", "macos", "123 10.0.1.197; 88 10.0.1.197; 88 fe80::1%lo0; 123 ::1; 123 127.0.0.1; 123 fe80::1%lo0; 123 ::; 123 0.0.0.0; 5353 ::; 5353 0.0.0.0")]
    [InlineData("netstat", "tcp", "freebsd", "8000 0.0.0.0; 8000 ::; 22 0.0.0.0; 22 ::")]
    [InlineData("netstat", "udp", "freebsd", "68 0.0.0.0; 546 ::")]
    [InlineData("netstat", "tcp", "busybox", "45541 127.0.0.11; 443 0.0.0.0 nginx: master pro; 80 0.0.0.0 nginx: master pro; 80 * nginx: master pro")]
    [InlineData("netstat", "udp", "busybox", "42758 127.0.0.11")]
    [InlineData("ss", "tcp", "ss-centos7", "22 * sshd; 40881 * java; 22 * sshd; 9092 * java; 8005 127.0.0.1 java")]
    public void Other_systems_are_read(string program, string protocol, string file, string listeners) =>
        Assert.Equal(listeners, string.Join("; ", Read(program, protocol, file).Where(s => s.Listens && s.LocalPort is not null).Select(s => $"{s.LocalPort} {s.Local.Precisely} {string.Join(' ', s.Owners.Select(o => o.Name))}".TrimEnd())));

    [Fact]
    public void A_name_that_looks_like_an_owner_is_one_name()
    {
        var sockets = Read("ss", "tcp", "ss-names");
        Assert.Equal(
            ["java\",pid=1,fd=", "java\",1,2", "a \"q\" (b", "a한글서버\ufffd", "\u001b[31mred", " lead tr ", "a\tb", "users:((\"java\""],
            sockets.OrderBy(s => s.LocalPort).Select(s => Assert.Single(s.Owners).Name));
        Assert.DoesNotContain(sockets.SelectMany(s => s.Owners), o => o.Is("java"));
        Assert.Single(sockets, s => s.Owners[0].Is("a한글서버프로그램") && !s.Owners[0].Surely("a한글서버프로그램"));
    }

    [Fact]
    public void A_name_with_a_line_end_makes_the_list_unreadable_and_no_line_of_it()
    {
        Assert.Null(SocketTable.Read("ss", "tcp", Recorded("ss-line-end"), out var unreadable));
        Assert.StartsWith("this line of ss cannot be read: LISTEN 0      5", unreadable, StringComparison.Ordinal);
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
