using System.Diagnostics;
using System.Text;
using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Log;

/// <summary>What a window holds, and what is asserted of it.</summary>
public sealed class LogRunTests : LogFixture
{
    [Fact]
    public async Task Only_what_was_written_since_the_mark_is_looked_at()
    {
        Write("a.log", "memberDisappeared old\n");
        var result = await Run("{ path: 'FOLDER/a.log', since: leave, contains: memberDisappeared }", () => Append("a.log", "one\ntwo\r\nthree"));
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal(
            [$"nothing in {PathOf("a.log")} since `leave` contains \"memberDisappeared\" (looked at 3 lines, 14 bytes)", "it ends with:\none\ntwo\nthree"],
            result.Messages);
        Assert.Equal(0L, result.Fields["count"]);
        Assert.Equal(false, result.Fields["found"]);
        Assert.Throws<MissingValueException>(() => result.Fields.TryGet("first", out _));
    }

    [Fact]
    public async Task Lines_that_hold_what_was_asked_for_are_the_result()
    {
        Write("a.log", "old hit\n");
        var result = await Run("{ path: 'FOLDER/a.log', since: leave, contains: hit, matches: 'n\\d+', lacks: SEVERE }", () => Append("a.log", "a hit\nnothing\nn17\n"));
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Equal(["a hit", "n17"], Lines(result));
        Assert.Equal("a hit", result.Fields["first"]);
        Assert.Equal(2L, result.Fields["count"]);
        Assert.Equal(true, result.Fields["found"]);
        Assert.Equal(18L, Window(result)["bytes"]);
        Assert.Equal($"{{path: \"{PathOf("a.log")}\", from: 8, to: 26}}", Data.Show(((IReadOnlyList<object?>)Window(result)["files"]!)[0]));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told()
    {
        Write("a.log", "SEVERE: a\nok\nSEVERE: b\n");
        var result = await Run("{ path: 'FOLDER/a.log', since: beginning, contains: [ok, x, y], matches: 'z+', lacks: [SEVERE, ok, none] }");
        Assert.Equal(
            [
                $"nothing in {PathOf("a.log")} contains \"x\" (looked at 3 lines, 23 bytes)",
                $"nothing in {PathOf("a.log")} contains \"y\" (looked at 3 lines, 23 bytes)",
                $"nothing in {PathOf("a.log")} matches `z+` (looked at 3 lines, 23 bytes)",
                "it ends with:\nSEVERE: a\nok\nSEVERE: b",
                $"2 lines in {PathOf("a.log")} contain \"SEVERE\"; the first: SEVERE: a",
                $"1 line in {PathOf("a.log")} contains \"ok\"; the first: ok",
            ],
            result.Messages);
    }

    [Fact]
    public async Task A_file_that_is_not_there_fails_whatever_is_asked()
    {
        var result = await Run("{ path: 'FOLDER/none/a.log', since: beginning, lacks: SEVERE }");
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal([$"there is no file {PathOf("none/a.log")}"], result.Messages);
    }

    [Fact]
    public async Task A_file_born_after_the_mark_counts_from_its_start()
    {
        Write("localhost.1.log", "old\n");
        Write("other.log", "old\n");
        var result = await Run("{ path: 'FOLDER/localhost.*.log' }", () =>
        {
            Append("localhost.1.log", "more\n");
            Write("localhost.2 $(touch x)\n;.log", "born\n");
            Append("other.log", "not asked for\n");
        });
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Equal(["more", "born"], Lines(result));
        Assert.Equal(3, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public async Task A_directory_born_after_the_mark_counts_too()
    {
        var result = await Run("{ path: 'FOLDER/logs/*.log' }", () =>
        {
            Directory.CreateDirectory(PathOf("logs"));
            Write("logs/a.log", "born\n");
        });
        Assert.Equal(["born"], Lines(result));
    }

    [Fact]
    public async Task A_value_is_never_a_pattern()
    {
        Harness.Scope = Scope.Empty.With("name", "*[a]\\?'\"$(touch x)");
        Write("*[a]\\?'\"$(touch x).1.log", "its\n");
        Write("aaa.1.log", "another's\n");
        Assert.Equal(["its"], Lines(await Run("{ path: 'FOLDER/{{ name }}.1.log', since: beginning }")));
        Assert.Equal(["its"], Lines(await Run("{ path: 'FOLDER/{{ name }}.*.log', since: beginning }")));
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Theory]
    [InlineData("euc-kr", "정보: 복제 멤버가 추가됨")]
    [InlineData("shift_jis", "情報: メンバー")]
    [InlineData("utf-16", "정보 ਊ x")]
    [InlineData("utf-8", "INFOS déjà")]
    public async Task A_log_is_decoded_as_told(string name, string line)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Write("a.log", Encoding.GetEncoding(name).GetBytes($"first\r\n{line}\r\nlast\r\n"));
        Harness.Scope = Scope.Empty.With("line", line);
        Assert.Equal([line], Lines(await Run($"{{ path: 'FOLDER/a.log', since: beginning, encoding: {name}, contains: '{{{{ line }}}}' }}")));
    }

    [Fact]
    public async Task Junk_stays_data()
    {
        byte[] junk = [.. "{{ secret }}\n"u8, 0xff, 0xfe, 0, (byte)'\n', .. "end\0file 1 2 3\0"u8];
        Write("a.log", junk);
        var result = await Run("{ path: 'FOLDER/a.log', since: beginning }");
        Assert.Equal(["{{ secret }}", "\ufffd\ufffd\0", "end\0file 1 2 3\0"], Lines(result));
    }

    [Fact]
    public async Task What_is_no_file_is_passed_over_or_an_error_but_never_waited_for()
    {
        using (var mkfifo = Process.Start("mkfifo", [PathOf("a.fifo")])) await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        Directory.CreateDirectory(PathOf("a.d"));
        Write("a.log", "line\n");
        File.CreateSymbolicLink(PathOf("a.link"), PathOf("a.log"));
        Assert.Equal(["line"], Lines(await Run("{ path: 'FOLDER/a.*', since: beginning }")));
        var result = await Run("{ path: 'FOLDER/a.fifo', since: beginning, contains: x }");
        Assert.Equal((Outcome.Error, $"{PathOf("a.fifo")} is not a file"), (result.Outcome, Assert.Single(result.Messages)));
    }

    [Fact]
    public async Task A_large_window_is_read_in_pieces_and_few_of_its_lines_are_kept()
    {
        Write("a.log", "old\n");
        Write("b.log", "");
        var result = await Run("{ path: 'FOLDER/*.log', contains: [line 0 , last, 'b!'] }", () =>
        {
            Append("a.log", string.Concat(Enumerable.Range(0, 200_000).Select(i => $"line {i} {new string('x', 40)}\n")) + "last");
            Append("b.log", "b!");
        });
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.Equal(3L, result.Fields["count"]);
        Assert.Equal(new FileInfo(PathOf("a.log")).Length - 4 + 2, Window(result)["bytes"]);

        result = await Run("{ path: 'FOLDER/a.log', since: beginning }");
        Assert.Equal(200_002L, result.Fields["count"]);
        Assert.Equal("these are 200002 lines, more than are kept", Assert.Throws<MissingValueException>(() => result.Fields.TryGet("lines", out _)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(300)]
    public async Task A_file_for_which_a_piece_has_little_room_left_comes_with_the_next(int room)
    {
        Write("a.log", "");
        Write("b.log", new string('x', 5000));
        var result = await Run("{ path: 'FOLDER/*.log', contains: hit }", () =>
        {
            Append("a.log", new string('y', (4 << 20) - room));
            Append("b.log", "hit");
        });
        Assert.Equal(["hit"], Lines(result));
    }

    [Fact]
    public async Task A_window_that_is_too_large_gives_no_answer_but_what_was_found_is_found()
    {
        await using (var file = File.Create(PathOf("a.log")))
        {
            await file.WriteAsync("begin\n"u8.ToArray(), TestContext.Current.CancellationToken);
            file.SetLength(70 << 20);
        }
        var result = await Run("{ path: 'FOLDER/a.log', since: beginning, contains: [begin, x], lacks: [y] }");
        Assert.Equal(Outcome.Error, result.Outcome);
        Assert.Equal(
            [
                $"nothing that can be read in {PathOf("a.log")} contains \"x\", but the window has more than the 64 MB that are read",
                "it ends with:\nbegin",
                $"whether {PathOf("a.log")} lacks \"y\" cannot be told: the window has more than the 64 MB that are read",
            ],
            result.Messages);
        Assert.Equal(Outcome.Passed, (await Run("{ path: 'FOLDER/a.log', since: beginning, contains: begin }")).Outcome);
    }

    [Fact]
    public async Task A_slow_regex_is_an_error()
    {
        Write("a.log", new string('a', 60) + "!\n");
        var result = await Run("{ path: 'FOLDER/a.log', since: beginning, matches: '^(a+)+$' }");
        Assert.Equal(Outcome.Error, result.Outcome);
        Assert.StartsWith("the regex ^(a+)+$ took longer than 500ms on a line of ", Assert.Single(result.Messages), StringComparison.Ordinal);
    }
}
