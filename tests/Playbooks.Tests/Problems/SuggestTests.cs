using Playbooks.Problems;
using Xunit;

namespace Playbooks.Tests.Problems;

public sealed class SuggestTests
{
    [Theory]
    [InlineData("asert", "assert")]
    [InlineData("whne", "when")]
    [InlineData("Hosts", "hosts")]
    [InlineData("zebra", null)]
    public void The_nearest_word_is_suggested_and_a_far_one_is_not(string word, string? expected) =>
        Assert.Equal(expected, Suggest.Closest(word, ["assert", "when", "hosts", "name"]));
}
