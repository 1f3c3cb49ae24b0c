using System.Globalization;
using CsCheck;
using Playbooks.Model;
using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Model;

public sealed class NameRangesTests
{
    private static string Expand(string text)
    {
        var problems = new ProblemList();
        return NameRanges.Expand(PlacedText.Of("name", text), problems) is { } names ? string.Join(' ', names) : "? " + problems.Single().Message;
    }

    [Theory]
    [InlineData("app", "app")]
    [InlineData("app[1:3]", "app1 app2 app3")]
    [InlineData("app[8:11].example.com", "app8.example.com app9.example.com app10.example.com app11.example.com")]
    [InlineData("app[08:11]", "app08 app09 app10 app11")]
    [InlineData("app[001:003]", "app001 app002 app003")]
    [InlineData("[0:10:5]x", "0x 5x 10x")]
    [InlineData("db[a:c]", "dba dbb dbc")]
    [InlineData("db[A:E:2]", "dbA dbC dbE")]
    [InlineData("rack[1:2]-node[01:02]", "rack1-node01 rack1-node02 rack2-node01 rack2-node02")]
    [InlineData("u@[2001:db8::1]:[22:23]", "u@[2001:db8::1]:22 u@[2001:db8::1]:23")]
    [InlineData("[fe80::1%eth0]:22", "[fe80::1%eth0]:22")]
    [InlineData("web[main]", "web[main]")]
    [InlineData("app[1:1]", "app1")]
    [InlineData("app[2:1]", "? `[2:1]` goes backwards")]
    [InlineData("app[1:1][1:2:0]", "? `[1:2:0]` has a step of 0")]
    [InlineData("app[1-3]", "? `[1-3]` is no range")]
    public void A_range_stands_for_names(string text, string names) => Assert.Equal(names, Expand(text));

    [Fact]
    public void Ten_thousand_names_and_no_more()
    {
        Assert.Equal(10_000, NameRanges.Expand(PlacedText.Of("name", "a[1:100]-[001:100]"), [])!.Count);
        Assert.Equal("? `a[1:9999999999999]` stands for more than 10000 names", Expand("a[1:9999999999999]"));
    }

    [Theory]
    [InlineData("was1 was2", "was[1-2]")]
    [InlineData("웹1 와스1 웹2 와스2", "웹[1-2] 와스[1-2]")]
    [InlineData("was1", "was1")]
    [InlineData("was2 web was1 was4", "was[1-2,4] web")]
    [InlineData("a8 a9 a10 a11", "a[8-11]")]
    [InlineData("a08 a09 a10 a11", "a[08-11]")]
    [InlineData("a1 a01 a2 a02 a10", "a[1-2,01-02,10]")]
    [InlineData("a1.dc1 a2.dc1 a1.dc2", "a1.dc[1-2] a2.dc1")]
    [InlineData("r1-n01 r1-n02 r2-n01 r2-n02", "r[1-2]-n[01-02]")]
    [InlineData("w[1] w[2] w,1", "w[1] w[2] w,1")]
    [InlineData("a123456789012345678 a123456789012345679", "a123456789012345678 a123456789012345679")]
    public void Names_are_folded_for_people(string names, string folded) => Assert.Equal(folded, string.Join(' ', NameFolding.Fold(names.Split(' '))));

    [Fact]
    public void Ten_thousand_names_fold_into_one() =>
        Assert.Equal("app[00001-10000].example.com", Assert.Single(NameFolding.Fold(Enumerable.Range(1, 10_000).Select(i => $"app{i:00000}.example.com"))));

    private static readonly Gen<string> Names = Gen.Select(Gen.Int[0, 3].Select(i => new[] { "a", "웹", "rack-", "" }[i]), Gen.Int[0, 130], Gen.Int[1, 3], Gen.Int[0, 4].Select(i => new[] { "", ".x", "-n1", "-n2", "b007" }[i]))
        .Select((before, number, width, after) => before + number.ToString("D" + width, CultureInfo.InvariantCulture) + after);

    [Fact]
    public void What_is_folded_unfolds_into_the_same_names() => Names.List[0, 60].Sample(names =>
        Assert.Equal(names.Distinct().Order(StringComparer.Ordinal), NameFolding.Fold(names).SelectMany(Unfold).Order(StringComparer.Ordinal)), threads: 1);

    [Fact]
    public void What_a_range_stands_for_folds_into_it() => Gen.Select(Gen.Int[0, 200], Gen.Int[1, 200], Gen.Bool).Sample((from, count, padded) =>
    {
        var (first, last) = padded ? ($"{from:D3}", $"{from + count:D3}") : ($"{from}", $"{from + count}");
        Assert.Equal($"app[{first}-{last}].x", Assert.Single(NameFolding.Fold(Expand($"app[{first}:{last}].x").Split(' '))));
    });

    /// <summary>As `nodeset -e` does.</summary>
    private static IEnumerable<string> Unfold(string name)
    {
        var (open, close) = (name.IndexOf('[', StringComparison.Ordinal), name.IndexOf(']', StringComparison.Ordinal));
        if (open < 0) return [name];
        return name[(open + 1)..close].Split(',').SelectMany(run =>
        {
            var ends = run.Split('-');
            var (first, last) = (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture));
            return Enumerable.Range(first, last - first + 1).Select(i => name[..open] + i.ToString(ends[0] is ['0', _, ..] ? "D" + ends[0].Length : "D", CultureInfo.InvariantCulture));
        }).SelectMany(one => Unfold(one + name[(close + 1)..]));
    }
}
