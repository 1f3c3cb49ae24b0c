using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Connections;

/// <summary>What those who watch a command are told while it prints.</summary>
public sealed class OutputLinesTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly List<PrintedLine> told = [];

    private OutputLines Lines(bool all, Encoding? encoding = null, List<PrintedLine>? into = null) => new(encoding ?? Encoding.UTF8, clock, all, line =>
    {
        (into ?? told).Add(line);
        return true;
    });

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public void However_it_is_cut_into_pieces_the_same_lines_are_told() =>
        Gen.Select(Gen.Int[1, 7].List[1, 20], Gen.String[Gen.Char["ab한\r\n "], 0, 40]).Sample((pieces, text) =>
        {
            var told = new List<PrintedLine>();
            var lines = Lines(all: true, into: told);
            var bytes = Bytes(text);
            for (int at = 0, i = 0; at < bytes.Length; at += pieces[i++ % pieces.Count])
                lines.Add(false, bytes.AsSpan(at, Math.Min(pieces[i % pieces.Count], bytes.Length - at)));
            lines.End();
            var expected = text.Split('\n').Select(line => line.TrimEnd('\r').Split('\r')[^1]).ToList();
            if (expected[^1].Length == 0) expected.RemoveAt(expected.Count - 1);
            Assert.Equal(expected, told.Select(t => t.Text));
            Assert.All(told, line => Assert.True(line is { Error: false, Continues: false, LeftOut: 0 }));
        });

    [Fact]
    public void A_question_without_a_line_end_is_told_after_a_moment_and_what_follows_continues_it()
    {
        var lines = Lines(all: true);
        lines.Add(false, Bytes("Go on? "));
        lines.Pulse();
        Assert.Empty(told);
        clock.Advance(TimeSpan.FromMilliseconds(300));
        lines.Pulse();
        lines.Pulse();
        lines.Add(false, Bytes("yes\nnext\n"));
        Assert.Equal([new("Go on? ", false), new("yes", false, Continues: true), new("next", false)], told);
    }

    [Fact]
    public void A_flood_is_counted_its_first_and_last_lines_are_told_and_nothing_of_it_is_kept()
    {
        var lines = Lines(all: true);
        var piece = Bytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i}\n")));
        lines.Add(false, piece);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++) lines.Add(false, piece);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
        lines.End();
        Assert.InRange(told.Count, 2000, 2500);
        Assert.Equal(("0", "1", "19999"), (told[0].Text, told[1].Text, told[^1].Text));
        Assert.Equal(501 * 20_000, told.Count + told.Sum(t => t.LeftOut));
    }

    [Fact]
    public void Of_who_only_wants_the_last_line_ten_a_second_are_told()
    {
        var lines = Lines(all: false);
        for (var i = 0; i < 1000; i++)
        {
            lines.Add(false, Bytes($"line {i}\n"));
            lines.Pulse();
            clock.Advance(TimeSpan.FromMilliseconds(2));
        }
        Assert.InRange(told.Count, 15, 20);
        Assert.Equal("line 50", told[0].Text);
    }

    [Fact]
    public void A_line_of_a_megabyte_is_cut()
    {
        var lines = Lines(all: true);
        for (var i = 0; i < 1000; i++) lines.Add(true, Bytes(new string('x', 1000)));
        lines.Add(true, Bytes("\nnext\n"));
        Assert.Equal([(1000, '…'), (4, 't')], told.Select(t => (t.Text.Length, t.Text[^1])));
    }

    [Fact]
    public void A_progress_bar_is_told_as_it_stands()
    {
        var lines = Lines(all: false);
        for (var percent = 10; percent <= 100; percent += 10)
        {
            lines.Add(false, Bytes($"\r{percent} %"));
            clock.Advance(TimeSpan.FromMilliseconds(100));
            lines.Pulse();
        }
        Assert.Equal(Enumerable.Range(1, 10).Select(i => new PrintedLine($"{i}0 %", false)), told);
    }

    [Fact]
    public void It_is_decoded_as_the_step_says_also_where_a_character_is_cut_in_two()
    {
        var korean = CodePagesEncodingProvider.Instance.GetEncoding("euc-kr")!;
        var lines = Lines(all: true, korean);
        foreach (var b in korean.GetBytes("서버가 시작됨\n")) lines.Add(false, [b]);
        Assert.Equal("서버가 시작됨", Assert.Single(told).Text);
    }
}
