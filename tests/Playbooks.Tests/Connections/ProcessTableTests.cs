using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Connections;

public sealed class ProcessTableTests
{
    private const string Ps = """
          PID  PPID  PGID STAT COMMAND
            1     0     1 Ss   /sbin/init
            2     0     0 S    [kthreadd]
          100     1   100 Ss   sshd: root@notty
          200   100   200 Ss   sh -c work (really)
          201   200   200 Z    [sleep] <defunct>
          202   201   200 S    sleep 1
          300   200   300 Ss   setsid-child play-mark
          301   300   301 S    grandchild
          400     1   200 S    orphan of the group
          500     1   500 S    somebody else
        """;

    [Fact]
    public void A_command_its_group_and_all_its_descendants_are_its_family_but_for_the_dead() =>
        Assert.Equal([200, 202, 300, 301, 400], ProcessTable.Parse(Ps)!.Family(new HashSet<int> { 200 }).Select(p => p.Pid));

    [Fact]
    public void What_is_left_when_the_parent_is_gone_is_found_by_its_own_number() =>
        Assert.Equal([300, 301], ProcessTable.Parse(Ps)!.Family(new HashSet<int> { 300, 999 }).Select(p => p.Pid));

    [Fact]
    public void A_process_is_found_by_its_command_line_and_shown_with_it()
    {
        var found = Assert.Single(ProcessTable.Parse(Ps)!.With("play-mark"));
        Assert.Equal("300 (setsid-child play-mark)", found.ToString());
    }

    [Fact]
    public void The_kernels_own_list_is_read_too()
    {
        var table = ProcessTable.Parse("""
            200 (sh) S 100 200 200 0 -1
            201 (a (b) c) S 200 201 201 0 -1
            202 (gone) Z 200 200 200 0 -1
            """)!;
        Assert.Equal(["200 (sh)", "201 (a (b) c)"], table.Family(new HashSet<int> { 200 }).Select(p => p.ToString()));
    }

    [Fact]
    public void Linux_tells_sessions_starts_and_outputs_too_and_ps_the_command_lines()
    {
        var table = ProcessTable.Parse("""
            10c7e734-08ff-4f65-93f2-5f5a3b037fc8
            1 (init) S 0 1 1 0 -1 4194304 88 0 0 0 0 0 0 0 20 0 1 0 7 2654208
            200 (dash) R 100 200 200 0 -1 4194304 88 0 0 0 0 0 0 0 20 0 1 0 119923 2654208
            300 (sleep) R 1 300 200 0 -1 4194304 88 0 0 0 0 0 0 0 20 0 1 0 119924 2654208
              PID  PPID  PGID STAT COMMAND
              200   100   200 R    dash -c work
            l-wx------ 1 root root 64 Nov 24 15:00 /proc/200/fd/1 -> pipe:[4711]
            lrwx------ 1 root root 64 Nov 24 15:00 /proc/200/fd/2 -> /var/log/x -> pipe:[1]
            lrwx------ 1 root root 64 Nov 24 15:00 /proc/400/fd/1 -> pipe:[4711]
            lrwx------ 1 root root 64 Nov 24 15:00 /proc/200/fd/2 -> /dev/null
            """)!;
        Assert.Equal(("10c7e734-08ff-4f65-93f2-5f5a3b037fc8", true), (table.Boot, table.ShowsOthers));
        Assert.Equal("119923", table.Find(200)!.Start);
        Assert.Equal(["200 (dash -c work)", "300 (sleep)"], table.Family(new HashSet<int> { 200 }).Select(p => p.ToString()));
        Assert.Contains("pipe:[4711]", table.OutputsOf(200));
        Assert.Equal([200, 400], table.Holding(new HashSet<string> { "pipe:[4711]" }));
    }

    [Theory]
    [InlineData(""), InlineData("sh: ps: not found"), InlineData("  PID  PPID  PGID STAT COMMAND\n")]
    public void A_list_without_processes_is_no_list(string text) => Assert.Null(ProcessTable.Parse(text));
}
