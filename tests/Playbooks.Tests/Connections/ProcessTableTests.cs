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

    [Theory]
    [InlineData(""), InlineData("sh: ps: not found"), InlineData("  PID  PPID  PGID STAT COMMAND\n")]
    public void A_list_without_processes_is_no_list(string text) => Assert.Null(ProcessTable.Parse(text));
}
