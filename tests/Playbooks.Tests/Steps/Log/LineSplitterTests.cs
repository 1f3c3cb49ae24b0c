using System.Text;
using CsCheck;
using Playbooks.Steps.Log;
using Xunit;

namespace Playbooks.Tests.Steps.Log;

public sealed class LineSplitterTests
{
    static LineSplitterTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-32")]
    [InlineData("euc-kr")]
    [InlineData("shift_jis")]
    public void Lines_are_the_same_however_the_bytes_arrive(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var texts = Gen.OneOf<string>([.. new[] { "", "a", "정보", "日本", "ab\r", "ਊ\u0a00" }.Select(text => (IGen<string>)Gen.Const(text))]).Where(t => name.StartsWith("utf", StringComparison.Ordinal) || encoding.GetString(encoding.GetBytes(t)) == t);
        Gen.Select(texts.Array[0, 8], Gen.Int[1, 7]).Sample((lines, size) =>
        {
            var bytes = encoding.GetBytes(string.Join('\n', lines));
            var read = new List<string>();
            var splitter = new LineSplitter(encoding, read.Add);
            foreach (var piece in bytes.Chunk(size)) splitter.Add(piece);
            if (splitter.Unfinished is { } last) read.Add(last);
            var expected = lines.Select(l => l.TrimEnd('\r')).ToList();
            // What ends with a line end has no line after it.
            if (expected is [.., ""]) expected.RemoveAt(expected.Count - 1);
            return read.SequenceEqual(expected);
        });
    }

    [Fact]
    public void A_broken_character_does_not_swallow_the_end_of_its_line() =>
        Assert.Equal(["ab?", "next", "\0\u0001"], Split(Encoding.GetEncoding("euc-kr"), [(byte)'a', (byte)'b', 0xb0, (byte)'\n', .. "next\n"u8, 0, 1]));

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_line() => Assert.Equal(["a", "\ufeffb"], Split(Encoding.UTF8, [0xef, 0xbb, 0xbf, (byte)'a', (byte)'\n', 0xef, 0xbb, 0xbf, (byte)'b']));

    private static List<string> Split(Encoding encoding, byte[] bytes)
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(encoding, lines.Add);
        splitter.Add(bytes);
        if (splitter.Unfinished is { } last) lines.Add(last);
        return lines;
    }
}
