using System.Diagnostics;
using CsCheck;
using Playbooks.Model;
using Xunit;

namespace Playbooks.Tests.Model;

public sealed class TextDiffTests
{
    private static readonly Gen<string> Texts = Gen.Int[0, 6].Select(i => new[] { "a\n", "b\n", "c\n", "\r\n", "\n", "d", "é한\n" }[i]).List[0, 30].Select(string.Concat);

    [Fact]
    public void Equal_texts_have_no_difference() => Texts.Sample(text => Assert.Empty(TextDiff.Unified(text, text, "a", "b")));

    [Fact]
    public void Applied_to_the_one_text_it_gives_the_other() => Gen.Select(Texts, Texts, Gen.Int[0, 4])
        .Sample((before, after, context) => Assert.Equal(after, Apply(before, TextDiff.Unified(before, after, "a", "b", context))));

    [Fact]
    public void It_is_what_diff_prints()
    {
        var before = string.Concat(Enumerable.Range(1, 40).Select(i => $"line {i}\n"));
        var after = before.Replace("line 3\n", "", StringComparison.Ordinal).Replace("line 30\n", "line thirty\nand more\n", StringComparison.Ordinal) + "the end";
        Assert.Equal(Diff(before, after), TextDiff.Unified(before, after, "a", "b"));
        Assert.Equal(Diff("", "x\n"), TextDiff.Unified("", "x\n", "a", "b"));
        Assert.Equal(Diff("x\n", ""), TextDiff.Unified("x\n", "", "a", "b"));
        Assert.Equal(Diff("x", "x\n"), TextDiff.Unified("x", "x\n", "a", "b"));
    }

    [Fact]
    public void Huge_texts_are_shown_in_few_lines()
    {
        var before = "same\n" + string.Concat(Enumerable.Range(0, 300_000).Select(i => $"{i}\n")) + "end\n";
        var after = "same\n" + string.Concat(Enumerable.Range(0, 300_000).Select(i => $"{-i}\n")) + "end\n";
        var shown = TextDiff.Unified(before, after, "a", "b");
        Assert.Equal("… 599002 more lines of this difference", shown[^1]);
        Assert.Equal(1_003, shown.Count);
        Assert.Equal("-" + new string('x', 1_000) + "… (2000 characters)", TextDiff.Unified(new string('x', 2_000) + "\n", "", "a", "b")[3]);
    }

    [Fact]
    public void Texts_that_have_nothing_in_common_are_no_trap()
    {
        string Lines(char mark) => string.Concat(Enumerable.Range(0, 4_990).Select(i => $"{mark}{i}\n"));
        Assert.Equal(1_003, TextDiff.Unified(Lines('a'), Lines('b'), "a", "b").Count);
    }

    private static string Apply(string before, IReadOnlyList<string> diff)
    {
        var old = before.Split('\n');
        var (result, at) = (new System.Text.StringBuilder(), 0);
        for (var i = 2; i < diff.Count; i++)
            if (diff[i].StartsWith("@@ -", StringComparison.Ordinal))
            {
                var range = diff[i].Split(' ')[1][1..].Split(',');
                var from = int.Parse(range[0], System.Globalization.CultureInfo.InvariantCulture) - (range is [_, "0"] ? 0 : 1);
                while (at < from) result.Append(old[at++]).Append('\n');
            }
            else if (diff[i][0] == '\\')
            {
                if (diff[i - 1][0] != '-') result.Length--;
            }
            else
            {
                if (diff[i][0] != '+') Assert.Equal(old[at++], diff[i][1..]);
                if (diff[i][0] != '-') result.Append(diff[i].AsSpan(1)).Append('\n');
            }
        if (at < old.Length) result.Append(string.Join('\n', old[at..]));
        return result.ToString();
    }

    /// <summary>Of diffutils, without the two lines that hold the files' times.</summary>
    private static IEnumerable<string> Diff(string before, string after)
    {
        var folder = Directory.CreateTempSubdirectory("play-diff-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "a"), before);
            File.WriteAllText(Path.Combine(folder.FullName, "b"), after);
            using var diff = Process.Start(new ProcessStartInfo("diff", ["-u", "a", "b"]) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true })!;
            var lines = diff.StandardOutput.ReadToEnd().TrimEnd('\n').Split('\n');
            diff.WaitForExit();
            return ["--- a", "+++ b", .. lines[2..]];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
