using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Steps;
using Playbooks.Steps.Files;
using Playbooks.Templating;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Files;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class CopyTests(Sshd sshd) : FileFixture
{
    private string Yaml(string more, string src = "new", string dest = "there") => $"{{ src: {Quoted(PathOf(src))}, dest: {Quoted(PathOf(dest))}{more} }}";

    [Fact]
    public async Task Only_what_differs_is_changed_and_is_shown()
    {
        Write("new", "one\ntwo\nthree\n");
        var result = await Run("copy", Yaml(""));
        Assert.Equal((true, $"--- /dev/null\n+++ {PathOf("there")}\n@@ -0,0 +1,3 @@\n+one\n+two\n+three"), Passed(result));
        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData("one\ntwo\nthree\n"u8)), PathOf("there"), null), (result.Fields["checksum"], result.Fields["dest"], result.Fields["backup"]));
        Assert.Equal("0644", Mode(PathOf("there")));
        Assert.Equal((false, ""), Passed(await Run("copy", Yaml(""))));

        Write("there", "one\n2\nthree\n");
        SetMode(PathOf("there"), "0751");
        Assert.Equal((true, $"--- {PathOf("there")}\n+++ {PathOf("there")}\n@@ -1,3 +1,3 @@\n one\n-2\n+two\n three"), Passed(await Run("copy", Yaml(""))));
        Assert.Equal("0751", Mode(PathOf("there")));

        Assert.Equal((true, "mode 0751 → 0600"), Passed(await Run("copy", Yaml(", mode: 0600"))));
        Assert.Equal(("one\ntwo\nthree\n", "0600"), (File.ReadAllText(PathOf("there")), Mode(PathOf("there"))));
        Assert.Equal((false, ""), Passed(await Run("copy", Yaml(", mode: 0600"))));
        Assert.Empty(Temporary());
    }

    [Fact]
    public async Task Comparing_changes_nothing_and_fails_with_the_difference()
    {
        Write("new", "a\n");
        var absent = await Run("copy", Yaml(""), compares: true);
        Assert.Equal((Outcome.Failed, $"there is no {PathOf("there")}"), (absent.Outcome, Assert.Single(absent.Messages)));
        Assert.False(File.Exists(PathOf("there")));

        Write("there", "b\n");
        SetMode(PathOf("there"), "0644");
        var differs = await Run("copy", Yaml(", mode: 0640"), compares: true);
        Assert.Equal([$"{PathOf("there")} has another content", $"{PathOf("there")}: its mode is 0644, not 0640"], differs.Messages);
        Assert.Equal((false, $"--- {PathOf("there")}\n+++ {PathOf("there")}\n@@ -1 +1 @@\n-b\n+a\nmode 0644 → 0640"), (differs.Fields["changed"], differs.Fields["diff"]));
        Assert.Equal(("b\n", "0644"), (File.ReadAllText(PathOf("there")), Mode(PathOf("there"))));

        Write("there", "a\n");
        Assert.Equal((false, ""), Passed(await Run("copy", Yaml(""), compares: true)));
    }

    /// <summary>The law: what is there afterwards is what was wanted, and a second run changes nothing.</summary>
    [Theory, InlineData(9)]
    public Task Any_content_under_any_name_arrives_as_it_is(int cases) => Law(cases);

    [Theory, InlineData(300), Trait("Category", "Long")]
    public Task Any_content_under_any_name_arrives_as_it_is_many_times(int cases) => Law(cases);

    private async Task Law(int cases)
    {
        var busybox = Busybox();
        await using var ssh = sshd.Pool();
        await using var local = new ConnectionPool(TimeProvider.System);
        var size = Gen.OneOf(Gen.Int[0, 3], Gen.Int[32 * 1024 - 80, 32 * 1024 + 80], Gen.Int[64 * 1024 - 3, 64 * 1024 + 3], Gen.Int[0, 300_000]);
        var bytes = Gen.OneOf(
            One("", "a", "a\n", "a\r\nb", "\0", "봄\n", "\ufeff", "a\n\n").Select(Encoding.UTF8.GetBytes),
            Gen.Select(size, Gen.Int[0, 999], (n, seed) => { var random = new byte[n]; new Random(seed).NextBytes(random); return random; }));
        var name = Gen.OneOf(One("-n", "--", "a b", "it's", "\"q\"", "$(id)", "`id`", "new\nline", "봄 여름", "back\\slash", "*", "~", "%s", ".hidden", "c\rr", "a: b"), Gen.String[Gen.Char[' ', '~'].Where(c => c != '/'), 1, 40].Where(n => n is not ("." or "..") && !n.Contains("{{", StringComparison.Ordinal)));
        var mode = One(null, "0644", "0600", "0755", "0400", "4711", "000");
        await Gen.Select(bytes, bytes, name, mode, Gen.Int[0, 2]).SampleAsync(async (wanted, before, file, permissions, where) =>
        {
            var run = PathOf(Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(run);
            var src = Path.Combine(run, "src");
            var dest = Path.Combine(run, file);
            await File.WriteAllBytesAsync(src, wanted, Cancel);
            if (before.Length % 3 != 0) await File.WriteAllBytesAsync(dest, before, Cancel);
            var work = KindHarness.Bound("copy", $"{{ src: {Quoted(src)}, dest: {Quoted(dest)}{(permissions is null ? "" : $", mode: \"{permissions}\"")} }}");
            Task<StepResult> Once(bool compares = false) => where switch
            {
                0 => Run(work, local, Host.Control, compares),
                1 => Run(work, local, Host.Control, compares, busybox),
                _ => Run(work, ssh, sshd.Host(), compares),
            };
            var same = File.Exists(dest) && before.AsSpan().SequenceEqual(wanted) && (permissions is null || Mode(dest) == permissions.PadLeft(4, '0'));
            Assert.Equal(same ? Outcome.Passed : Outcome.Failed, (await Once(compares: true)).Outcome);
            Assert.Equal(!same, Passed(await Once()).Changed);
            Assert.Equal(wanted, await File.ReadAllBytesAsync(dest, Cancel));
            if (permissions is not null) Assert.Equal(permissions.PadLeft(4, '0'), Mode(dest));
            Assert.False(Passed(await Once()).Changed);
            Assert.Equal(Outcome.Passed, (await Once(compares: true)).Outcome);
            Assert.Equal(new[] { dest, src }.Order(StringComparer.Ordinal), Directory.GetFileSystemEntries(run).Order(StringComparer.Ordinal));
        }, iter: cases, threads: 1);
    }

    [Fact]
    public async Task A_file_goes_into_a_folder_under_its_own_name_and_a_link_stays()
    {
        Write("new", "a");
        Write("folder/real", "b");
        File.CreateSymbolicLink(PathOf("folder/link"), "real");
        File.CreateSymbolicLink(PathOf("link to folder"), "folder");
        Assert.Equal(PathOf("folder/new"), (await Run("copy", Yaml("", dest: "folder"))).Fields["dest"]);
        Assert.Equal(PathOf("folder/new"), (await Run("copy", Yaml("", dest: "folder/"))).Fields["dest"]);
        Assert.Equal(PathOf("folder/real"), (await Run("copy", Yaml("", dest: "folder/link"))).Fields["dest"]);
        Assert.Equal("a", File.ReadAllText(PathOf("folder/real")));
        Assert.Equal("real", new FileInfo(PathOf("folder/link")).LinkTarget);
        Passed(await Run("copy", Yaml("", dest: "link to folder")));
        Assert.Equal("folder", new FileInfo(PathOf("link to folder")).LinkTarget);
    }

    [Fact]
    public async Task What_stands_in_the_way_is_an_error_and_stays()
    {
        Write("new", "a");
        Directory.CreateDirectory(PathOf("folder/new"));
        await using var local = new LocalConnection(TimeProvider.System);
        await local.Run(new RemoteCommand { Words = ["mkfifo", PathOf("pipe")] }, Cancel);
        Assert.Equal($"there is no folder {PathOf("no/such/")}", Error(await Run("copy", Yaml("", dest: "no/such/file"))));
        Assert.Equal($"there is no folder {PathOf("no/")}", Error(await Run("copy", Yaml("", dest: "no/"))));
        Assert.Equal($"{PathOf("folder/new")} is a folder, and a file is to be there", Error(await Run("copy", Yaml("", dest: "folder"))));
        Assert.Equal($"{PathOf("pipe")} is a device, a pipe or a socket, and a file is to be there", Error(await Run("copy", Yaml("", dest: "pipe"))));
        Assert.Equal($"there is no folder {PathOf("new")}/", Error(await Run("copy", Yaml("", dest: "new/file"))));
        var compared = await Run("copy", Yaml("", dest: "folder"), compares: true);
        Assert.Equal((Outcome.Failed, $"{PathOf("folder/new")}: a folder → a file"), (compared.Outcome, compared.Fields["diff"]));
        Assert.Equal((Outcome.Failed, $"there is no {PathOf("no/such/file")}"), (await Run("copy", Yaml("", dest: "no/such/file"), compares: true)) is var missing ? (missing.Outcome, missing.Messages[0]) : default);
        var named = await Run("copy", $"{{ content: x, dest: {PathOf("folder")} }}");
        Assert.Equal($"{PathOf("folder")}/ is a folder, and what has no name of its own cannot go into it", Error(named));
        Assert.False(named.Began);
    }

    [Fact]
    public async Task What_may_not_be_seen_is_an_error_also_where_it_is_only_compared()
    {
        Write("new", "a");
        Write("closed/file", "b");
        SetMode(Folder, "0755");
        SetMode(PathOf("closed"), "0000");
        var sudo = Environment.IsPrivilegedProcess ? "nobody" : null;
        Assert.Equal($"{PathOf("closed/")} may not be looked into", Error(await Run("copy", Yaml("", dest: "closed/file"), compares: true, sudo: sudo)));
        SetMode(PathOf("closed"), "0755");
        SetMode(PathOf("closed/file"), "0000");
        Assert.Equal($"{PathOf("closed/file")} may not be read, so it cannot be compared", Error(await Run("copy", Yaml("", dest: "closed/file"), sudo: sudo)));
        SetMode(PathOf("closed/file"), "0644");
        if (sudo is not null) Assert.Equal($"{PathOf("closed/file")}: it could not be written there: Permission denied", Error(await Run("copy", Yaml("", dest: "closed/file"), sudo: sudo)));
    }

    [Fact]
    public async Task A_validation_that_says_no_leaves_the_old_file()
    {
        Write("new", "bad\n");
        Write("there", "good\n");
        var refused = await Run("copy", Yaml(", validate: \"grep -H good %s\""));
        Assert.Equal("`validate` ended with exit code 1", Error(refused)[(PathOf("there").Length + 2)..]);
        // Nothing was changed, so nothing is owed.
        var unowned = await Run("copy", Yaml(", owner: nobody-such"));
        Assert.Contains("there is no such user or group there: nobody-such", Error(unowned), StringComparison.Ordinal);
        Write("there", "bad\n");
        var same = await Run("copy", Yaml(", owner: nobody-such"));
        Assert.Contains("there is no such user or group there: nobody-such", Error(same), StringComparison.Ordinal);
        Write("there", "good\n");
        Assert.Equal((false, false, false), (refused.Began, unowned.Began, same.Began));
        Assert.Equal("good\n", File.ReadAllText(PathOf("there")));
        Assert.Empty(Temporary());
        Assert.Contains("exit code 3: it's %no good", Error(await Run("copy", Yaml(", validate: [sh, -c, 'echo \"$2\"; exit 3', sh, '%s', \"{{ v }}\"]"), scope: Scope.Empty.With("v", "it's %no good"))), StringComparison.Ordinal);
        Assert.True(Passed(await Run("copy", Yaml(", mode: 0640, validate: [sh, -c, 'test \"$(stat -c %a \"$1\")$(cat \"$2\")\" = 640bad', sh, '%s', '%s']"))).Changed);
        Assert.Equal("bad\n", File.ReadAllText(PathOf("there")));
    }

    [Fact]
    public async Task A_backup_is_kept_beside_the_file_with_all_it_had()
    {
        Write("new", "new\n");
        Assert.Null((await Run("copy", Yaml(", backup: true"))).Fields["backup"]);
        Write("there", "old\n");
        SetMode(PathOf("there"), "0604");
        var first = (string)(await Run("copy", Yaml(", backup: true"))).Fields["backup"]!;
        Assert.Matches($"^{PathOf("there")}\\.\\d{{8}}-\\d{{6}}\\.bak$", first);
        Assert.Equal(("old\n", "0604", "new\n"), (File.ReadAllText(first), Mode(first), File.ReadAllText(PathOf("there"))));
        Write("there", "older\n");
        var second = (string)(await Run("copy", Yaml(", backup: true"))).Fields["backup"]!;
        Assert.Equal(("old\n", "older\n"), (File.ReadAllText(first), File.ReadAllText(second)));
        Assert.Null((await Run("copy", Yaml(", backup: true"))).Fields["backup"]);
    }

    [Fact]
    public async Task Owner_and_group_are_set_by_name_or_number_and_compared()
    {
        Write("new", "a");
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Contains("the owner could not be made nobody: ", Error(await Run("copy", Yaml(", owner: nobody"))), StringComparison.Ordinal);
            return;
        }
        Assert.True(Passed(await Run("copy", Yaml(", owner: nobody, group: 12"))).Changed);
        Assert.False(Passed(await Run("copy", Yaml(", owner: 65534, group: man"))).Changed);
        Assert.Equal((true, "owner nobody → root\ngroup man → 0"), Passed(await Run("copy", Yaml(", owner: root, group: 0"))));
        Write("there", "b");
        Passed(await Run("copy", Yaml(", group: man")));
        Assert.False(Passed(await Run("copy", Yaml(", owner: 0, group: 12"))).Changed);
        Write("new", "c");
        Assert.False(Passed(await Run("copy", Yaml(""))).Diff.Contains("group", StringComparison.Ordinal));
        Assert.False(Passed(await Run("copy", Yaml(", owner: 0, group: 12"))).Changed);
        Assert.StartsWith($"{PathOf("there")}: there is no such user or group there: no-such-user", Error(await Run("copy", Yaml(", owner: no-such-user"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_owner_leaves_the_mode_as_it_was()
    {
        if (!Environment.IsPrivilegedProcess) return;
        foreach (var name in new[] { "new", "there", "from/it", "to/it" }) Write(name, "a");
        foreach (var name in new[] { "there", "to/it" }) SetMode(PathOf(name), "4755");
        Assert.Equal((true, "owner root → nobody"), Passed(await Run("copy", Yaml(", owner: nobody"))));
        Assert.Equal((true, "group root → man"), Passed(await Run("copy", Yaml(", group: man", "from", "to"))));
        Assert.Equal(("4755", "4755"), (Mode(PathOf("there")), Mode(PathOf("to/it"))));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_any_more_before_anything_is_written_is_not_begun()
    {
        Write("new", "a");
        var work = KindHarness.Bound("copy", Yaml(""));
        await using var pool = new ConnectionPool(TimeProvider.System);
        Passed(await Run(work, pool, Host.Control));
        File.Delete(PathOf("new"));
        Write("there", "old");
        var result = await Run(work, pool, Host.Control);
        Assert.Contains(PathOf("new"), Error(result), StringComparison.Ordinal);
        Assert.False(result.Began);
    }

    [Fact]
    public async Task What_kept_a_script_from_writing_is_said_as_of_one_that_looks()
    {
        await using var pool = new ConnectionPool(TimeProvider.System);
        var context = new StepContext { Scope = Scope.Empty, Machine = Host.Control, Connections = pool, Jars = new CookieJars(), Timeout = TimeSpan.FromSeconds(60), Time = TimeProvider.System, Claim = new Claim("test", "test") };
        var wrong = HostWrite.Judge(context, new CommandResult { End = CommandEnd.Exited, ExitCode = 1, Refused = "sudo does not take the password", WrongPassword = true });
        Assert.Equal(("sudo does not take the password", CommandOutput.WrongPassword, false), (Error(wrong), wrong.Mend, wrong.Began));
        var flooded = HostWrite.Judge(context, new CommandResult { End = CommandEnd.Flooded, StdoutBytes = 7 });
        Assert.Equal(("the answer has more than 7 bytes, and was not waited for", true), (Error(flooded), flooded.Began));
    }

    [Fact]
    public async Task A_file_that_changed_while_it_was_sent_is_not_taken()
    {
        Write("new", new string('a', 400_000));
        Write("there", "old");
        var work = KindHarness.Bound("copy", Yaml(", validate: 'true %s'"));
        await using var pool = new ConnectionPool(TimeProvider.System);
        Passed(await Run(work, pool, Host.Control));
        // Nothing tells that it was written, so its checksum is that of the first time.
        var written = File.GetLastWriteTimeUtc(PathOf("new"));
        Write("new", new string('b', 400_000));
        File.SetLastWriteTimeUtc(PathOf("new"), written);
        Write("there", "old");
        Assert.Equal($"{PathOf("there")}: it did not arrive as a whole", Error(await Run(work, pool, Host.Control)));
        Assert.Equal("old", File.ReadAllText(PathOf("there")));
        Assert.Empty(Temporary());
    }

    [Fact]
    public async Task What_was_written_since_is_read_again_and_what_comes_late_is_found()
    {
        var work = KindHarness.Bound("copy", $"{{ src: \"{{{{ dir }}}}/new\", dest: {Quoted(PathOf("there"))} }}");
        var scope = Scope.Empty.With("dir", Folder);
        await using var pool = new ConnectionPool(TimeProvider.System);
        Assert.Contains("there is no file", Error(await Run(work, pool, Host.Control, scope: scope)), StringComparison.Ordinal);
        foreach (var text in new[] { "one", "two" })
        {
            Write("new", text);
            Assert.True(Passed(await Run(work, pool, Host.Control, scope: scope)).Changed);
            Assert.Equal(text, File.ReadAllText(PathOf("there")));
        }
    }

    [Fact]
    public async Task What_only_its_owner_may_read_is_told_by_its_size()
    {
        Write("new", "secret new\n");
        Write("there", "secret old\n");
        SetMode(PathOf("there"), "0600");
        Assert.DoesNotContain("secret", Passed(await Run("copy", Yaml(", mode: 0644"))).Diff, StringComparison.Ordinal);
        File.Delete(PathOf("there"));
        Assert.DoesNotContain("secret", Passed(await Run("copy", Yaml(", mode: 0400"))).Diff, StringComparison.Ordinal);
        File.Delete(PathOf("there"));
        SetMode(PathOf("new"), "0600");
        Assert.DoesNotContain("secret", Passed(await Run("copy", Yaml(""))).Diff, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_interrupted_run_left_is_removed_and_what_another_writes_is_told()
    {
        Write("new", "a");
        Passed(await Run("copy", Yaml("")));
        var name = Playbooks.Steps.Files.FilePlacing.Temporary(PathOf("there"));
        Write($"{name}.999999999", "left");
        var own = $"{name}.{Environment.ProcessId}.{File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ')[19]}";
        Write(own, "written now");
        // The same number, given again to another process since.
        Write($"{name}.{Environment.ProcessId}.1", "left");
        Write("new", "b");
        var result = await Run("copy", Yaml(""));
        Assert.True(Passed(result).Changed);
        Assert.Equal([PathOf(own)], Temporary());
        // Also where all is in place already; and who only compares leaves it.
        Write($"{name}.999999999.1", "left");
        Assert.False(Passed(await Run("copy", Yaml(""), compares: true)).Changed);
        Assert.Equal(2, Temporary().Length);
        Assert.False(Passed(await Run("copy", Yaml(""))).Changed);
        Assert.Equal([PathOf(own)], Temporary());
        Assert.Equal($"{PathOf(own)} is there: another run writes there now, or a run before left it", Assert.Single(result.Notes));
    }

    [Fact]
    public async Task Content_that_is_no_text_or_long_is_told_by_its_size()
    {
        Write("new", "a\0b");
        Assert.Equal($"{PathOf("there")}: not there → 3 bytes 59b271ae1bbc", Passed(await Run("copy", Yaml(""))).Diff);
        Write("new", new byte[] { 0xff, 0xfe });
        Assert.Equal($"{PathOf("there")}: 3 bytes 59b271ae1bbc → 2 bytes b3d510ef0427", Passed(await Run("copy", Yaml(""))).Diff);
        Write("new", "");
        Write("empty", "");
        Assert.Equal($"{PathOf("none")}: not there → 0 bytes e3b0c44298fc", Passed(await Run("copy", Yaml("", dest: "none"))).Diff);
    }

    [Fact]
    public async Task A_text_of_the_playbook_is_content_too()
    {
        var scope = Scope.Empty.With("v", "a'b\n");
        Assert.True(Passed(await Run("copy", $"{{ content: \"x {{{{ v }}}}\", dest: {PathOf("there")}, mode: \"0600\" }}", scope: scope)).Changed);
        Assert.Equal("x a'b\n", File.ReadAllText(PathOf("there")));
        Assert.False(Passed(await Run("copy", $"{{ content: \"x {{{{ v }}}}\", dest: {PathOf("there")} }}", scope: scope)).Changed);
    }

    [Fact]
    public async Task A_template_is_filled_in_and_never_stands_on_a_command_line()
    {
        Write("new", "{{ for v in vs ~}}\nv={{ v }}\n{{ end ~}}\n\r\n");
        Assert.Equal((true, $"--- /dev/null\n+++ {PathOf("there")}\n@@ -0,0 +1,3 @@\n+v=1\n+v=$(id)\n+\r"), Passed(await Run("template", Yaml(""), scope: Scope.Empty.With("vs", new object?[] { 1L, "$(id)" }))));
        Assert.Equal("v=1\nv=$(id)\n\r\n", File.ReadAllText(PathOf("there")));
        Passed(await Run("template", Yaml(", validate: [sh, -c, '! grep -q s3c[r]et /proc/$PPID/cmdline', sh, '%s']"), scope: Scope.Empty.With("vs", new object?[] { "s3cret" })));
        Assert.Equal("v=s3cret\n\r\n", File.ReadAllText(PathOf("there")));
    }
}
