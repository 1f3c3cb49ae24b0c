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

    [Theory]
    [InlineData("m", null)]
    [InlineData("C", "c")]
    [InlineData("ta", "at")]
    [InlineData("as", null)]
    [InlineData("att", "at")]
    [InlineData("sude", "sudo")]
    public void In_a_word_of_two_letters_another_letter_is_another_word(string word, string? expected) =>
        Assert.Equal(expected, Suggest.Closest(word, ["c", "at", "sudo"]));
}
