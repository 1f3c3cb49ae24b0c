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
        Assert.Equal($"{{path: \"{PathOf("a.log")}\", from: 8, to: 26, sha256: \"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("a hit\nnothing\nn17\n"u8))}\"}}", Data.Show(((IReadOnlyList<object?>)Window(result)["files"]!)[0], 400));
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
    public async Task A_line_without_an_end_does_not_fill_the_memory_and_its_rest_is_said_to_be_unseen()
    {
        Write("a.log", $"begin\nstart {new string('x', 6 << 20)} late\nlast\n");
        var cut = $"{PathOf("a.log")} has a line of more than 4 MB, whose rest was not looked at";
        var result = await Run("{ path: 'FOLDER/a.log', since: beginning, contains: [begin, start, last] }");
        Assert.Equal((Outcome.Passed, 3L), (result.Outcome, result.Fields["count"]));
        Assert.Equal([cut], result.Notes);
        result = await Run("{ path: 'FOLDER/a.log', since: beginning, contains: late, lacks: late }");
        Assert.Equal((Outcome.Error, $"nothing that can be read in {PathOf("a.log")} contains \"late\", but {cut}"), (result.Outcome, result.Messages[0]));
        Assert.Equal($"whether {PathOf("a.log")} lacks \"late\" cannot be told: {cut}", result.Messages[^1]);
    }

    [Fact]
    public async Task A_line_of_a_megabyte_is_a_line()
    {
        Write("a.log", $"start {new string('x', 1 << 20)} late\n");
        Assert.Equal(1L, (await Run("{ path: 'FOLDER/a.log', since: beginning, contains: ' late', matches: '^start x+ late$' }")).Fields["count"]);
    }

    [Fact]
    public async Task Of_a_huge_file_only_the_window_is_read()
    {
        // It would take minutes, and the step has seconds.
        using (var file = File.Create(PathOf("a.log"))) file.SetLength(1L << 40);
        Append("a.log", "old\n");
        var result = await Run("{ path: 'FOLDER/a.log', since: leave, contains: new, lacks: old }", () => Append("a.log", "new\n"));
        Assert.Equal((Outcome.Passed, 4L), (result.Outcome, Window(result)["bytes"]));
    }

    [Fact]
    public async Task Thousands_of_files_are_looked_at_together()
    {
        for (var i = 0; i < 3000; i++) Write($"localhost.{i:0000}.log", "old\n");
        var result = await Run("{ path: 'FOLDER/localhost.*.log', since: leave, lacks: old }", () =>
        {
            Append("localhost.0003.log", "new\n");
            Append("localhost.2999.log", "new\n");
            Write("localhost.3000.log", "born\n");
        });
        Assert.Equal(["new", "new", "born"], Lines(result));
    }

    [Theory]
    [InlineData("euc-kr", "정보복제멤버")]
    [InlineData("cp949", "뷁쏀똠방각하")]
    [InlineData("shift_jis", "情報ソ表メンバー")]
    [InlineData("utf-8", "정보복제멤버")]
    [InlineData("utf-16", "정보복제멤버")]
    public async Task A_window_that_begins_within_a_character_has_that_character_right(string name, string word)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name == "cp949" ? 949 : Encoding.GetEncoding(name).CodePage);
        var line = encoding.GetBytes($"old line\n정보 {word}x\n".Replace("정보 ", name == "shift_jis" ? "情報 " : "정보 ", StringComparison.Ordinal));
        var start = encoding.GetByteCount("old line\nab") + encoding.GetByteCount(name == "shift_jis" ? "情報 " : "정보 ") - encoding.GetByteCount("ab");
        // From each byte of two characters on, the window begins within the line.
        for (var at = start; at < start + encoding.GetByteCount(word[..2]); at++)
        {
            Write("a.log", line[..at]);
            var cut = at;
            var result = await Run($"{{ path: 'FOLDER/a.log', since: leave, encoding: {name}, lacks: '뿅' }}", () => Append("a.log", line[cut..]));
            var expected = Enumerable.Range(0, word.Length).First(i => encoding.GetByteCount(word[..(i + 1)]) > cut - start);
            Assert.Equal((Outcome.Passed, word[expected..] + "x"), (result.Outcome, Assert.Single(Lines(result))));
        }
    }

    [Fact]
    public async Task A_log_in_another_encoding_than_was_said_lacks_nothing_for_sure()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Write("a.log", Encoding.GetEncoding(949).GetBytes("정보: 복제\n"));
        var result = await Run("{ path: 'FOLDER/a.log', since: beginning, contains: 복제, lacks: [멤버, SEVERE] }");
        const string why = "it has bytes that are not UTF-8; say `encoding`";
        Assert.Equal(Outcome.Error, result.Outcome);
        Assert.Equal([$"nothing that can be read in {PathOf("a.log")} contains \"복제\", but {why}", $"whether {PathOf("a.log")} lacks \"멤버\" cannot be told: {why}"], [result.Messages[0], result.Messages[^1]]);

        Write("a.log", Encoding.Unicode.GetBytes("SEVERE: x\n"));
        result = await Run("{ path: 'FOLDER/a.log', since: beginning, lacks: SEVERE }");
        Assert.Equal((Outcome.Error, $"whether {PathOf("a.log")} lacks \"SEVERE\" cannot be told: it has NUL characters where text in UTF-16 would have them; say `encoding`"), (result.Outcome, Assert.Single(result.Messages)));
        result = await Run("{ path: 'FOLDER/a.log', since: beginning, encoding: utf-16, lacks: SEVERE }");
        Assert.Equal(Outcome.Failed, result.Outcome);
        Write("a.log", [0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes("SEVERE: x\n")]);
        Assert.Equal(Outcome.Error, (await Run("{ path: 'FOLDER/a.log', since: beginning, encoding: utf-16, lacks: SEVERE }")).Outcome);
        Assert.Equal(Outcome.Failed, (await Run("{ path: 'FOLDER/a.log', since: beginning, encoding: utf-16be, lacks: SEVERE }")).Outcome);
    }

    [Fact]
    public async Task Lines_that_are_all_slow_end_with_the_time_of_the_step()
    {
        Harness.Timeout = TimeSpan.FromSeconds(1);
        Write("a.log", string.Concat(Enumerable.Repeat(new string('a', 18) + "!\n", 20_000)));
        var result = await Run("{ path: 'FOLDER/a.log', since: beginning, matches: '^(a+)+$' }");
        Assert.Equal((Outcome.Error, $"it took longer than 1s to read the window of {PathOf("a.log")}"), (result.Outcome, Assert.Single(result.Messages)));
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
