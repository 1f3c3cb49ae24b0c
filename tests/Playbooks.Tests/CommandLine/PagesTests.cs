using System.CommandLine;
using System.Diagnostics;
using Play.Pages;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.CommandLine;

/// <summary>What `--help` and the manual page say, which are made of the commands themselves.</summary>
public class PagesTests
{
    private static readonly RootCommand Root = Play.CommandLine.Root();

    private static IEnumerable<CommandPage> Pages => CommandPage.All(Root);

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    public Task Help_reads_well_in_a_wide_and_in_a_narrow_terminal(int width)
    {
        var lines = Pages.SelectMany(page => HelpText.Lines(page, width).Prepend($"$ {page.Name} --help").Append("")).ToList();
        // A word of an example's quotes may be wider than a phone.
        Assert.Equal([], lines.SelectMany(line => line.Split('\n')).Where(line => line.Length > width && !line.StartsWith('`')));
        return Verifier.Verify(string.Join('\n', lines), $"{width}");
    }

    [Fact]
    public void Every_word_of_the_command_line_is_explained()
    {
        foreach (var page in Pages)
        {
            Assert.NotEmpty(page.Summary);
            foreach (var entry in page.Arguments.Concat(page.Options).Concat(page.Commands)) Assert.True(entry.Text.Length > 5, $"{page.Name} {entry.Label} is not explained");
            Assert.True(page.Commands.Count > 0 || page.Examples.Count > 0, $"{page.Name} has no example");
        }
    }

    [Fact]
    public void Every_example_is_a_command_line_that_can_be_typed()
    {
        foreach (var example in Example.All)
        {
            Assert.Contains(Pages, page => page.Name == example.Command);
            Assert.StartsWith(example.Command == "play completion" ? "eval " : example.Command, example.Line, StringComparison.Ordinal);
            var words = Playbooks.Templating.ShellWords.Split(example.Line.Split("$(")[^1].Split(" | ")[0].TrimEnd('"').TrimEnd(')')).Skip(1).ToArray();
            var errors = Play.CommandLine.Root(words.Contains("--") ? [.. words.SkipWhile(word => word != "--").Skip(1)] : null)
                .Parse([.. words.TakeWhile(word => word != "--").Select(word => word == "--sudo" ? "--sudo=root" : word)], new ParserConfiguration { ResponseFileTokenReplacer = null }).Errors;
            Assert.True(errors.Count == 0, $"{example.Line}: {string.Join(' ', errors.Select(error => error.Message))}");
        }
    }

    [Fact]
    public async Task The_manual_page_is_one_that_man_reads_without_a_warning()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, ManPage.Write(Root, "0.0"), TestContext.Current.CancellationToken);
        using var man = Process.Start(new ProcessStartInfo("man", ["--warnings=w", "-l", file]) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["MANWIDTH"] = "80", ["PAGER"] = "cat", ["MANPAGER"] = "cat", ["LC_ALL"] = "C.UTF-8" } })!;
        var (shown, said) = (await man.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), await man.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await man.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.Delete(file);
        Assert.Equal((0, ""), (man.ExitCode, said));
        Assert.Contains("play schedule add FILE --at TIME", shown, StringComparison.Ordinal);
        // What is copied out of it can be typed.
        Assert.Contains("play exec was 'netstat: { listening: 4000 }'", shown, StringComparison.Ordinal);
        await Verifier.Verify(shown);
    }
}
