using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Steps.Log;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Steps.Log;

/// <summary>What a playbook may say behind `log`, and what a path means.</summary>
public sealed class LogBindingTests
{
    [Theory]
    [InlineData("{ path: logs/a.log }", "the path of a log must be absolute: it begins with /")]
    [InlineData("{ path: /var/log/ }", "this path names a directory, not a file → a `*` in its last part stands for any letters")]
    [InlineData("{ path: '/var/*/a.log' }", "a `*` or `?` may stand only in the last part of a path")]
    [InlineData("{ path: '/var/*{{ x }}/a.log' }", "a `*` or `?` may stand only in the last part of a path")]
    [InlineData("{ path: [/a, /b] }", "a path is a text, but this is a list → write one `log` step for each")]
    [InlineData("{ path: /a, since: '{{ x }}' }", "`since` holds no templates: the window opens before any value is known → `since` is play, beginning, last_run, or the id of an earlier step")]
    [InlineData("{ path: /a, since: 5 }", "`since` must be a word, but is a number → `since` is play, beginning, last_run, or the id of an earlier step")]
    [InlineData("{ path: /a, matches: 'a(' }", "this is no regex: a `(` is not closed; `\\(` is the letter")]
    [InlineData("{ path: /a, matches: [] }", "an empty list of patterns asserts nothing")]
    [InlineData("{ path: /a, matches: '' }", "a regex is a text, but this is empty")]
    [InlineData("{ path: /a, matches: 'x\\{{ n }}' }", "a backslash before `{{` would change what is filled in")]
    [InlineData("{ path: /a, contains: [] }", "this must be a text or a list of texts, each with something in it and no line end, but is list []")]
    [InlineData("{ path: /a, lacks: '' }", "this must be a text or a list of texts, each with something in it and no line end, but is text \"\"")]
    [InlineData("{ path: /a, contains: \"a\\nb\" }", "this must be a text or a list of texts, each with something in it and no line end, but is text \"a\\nb\"")]
    [InlineData("{ path: /a, encoding: klingon }", "this must be an encoding such as utf-8, euc-kr or shift_jis, but is text \"klingon\"")]
    [InlineData("{ contains: x }", "`log` needs `path` → The file, absolute. A `*` or `?` in its last part stands for any letters or one; a value that is filled in never does.")]
    public void A_mistake_is_found_before_the_run(string yaml, string problem) => Assert.Equal([problem], KindHarness.Problems("log", yaml));

    [Theory]
    [InlineData("/a/b.log", "", "/a", "b.log", "")]
    [InlineData("/a", "", "", "a", "")]
    [InlineData("//a///b c.log", "", "/a", "b c.log", "")]
    [InlineData("/logs/localhost.*.log", "", "/logs", "", "localhost.*.log")]
    [InlineData("/logs/a?[x]\\*", "", "/logs", "", "a?[[]x][\\\\]*")]
    [InlineData("/logs/[x]", "", "/logs", "[x]", "")]
    [InlineData("/logs/{{ x }}.log", "*", "/logs", "*.log", "")]
    [InlineData("/logs/{{ x }}.*", "a*?[b]", "/logs", "", "a[*][?][[]b].*")]
    [InlineData("{{ x }}/{{ x }}", "/srv/*", "/srv/*/srv", "*", "")]
    [InlineData("/{{ x }}/*.log", "a b/$(touch x)", "/a b/$(touch x)", "", "*.log")]
    public void Only_the_playbooks_own_stars_are_patterns(string path, string x, string directory, string name, string pattern)
    {
        var filled = Path(path).Fill(Scope.Empty.With("x", x));
        Assert.Equal((directory, name, pattern), (filled.Directory, filled.Name, filled.Pattern));
    }

    [Theory]
    [InlineData("{{ x }}", "relative", "the path of a log must be absolute, but this is \"relative\"")]
    [InlineData("/a/{{ x }}", "", "this path names a directory, not a file: \"/a/\"")]
    [InlineData("/a/{{ x }}", "..", "this path names a directory, not a file: \"/a/..\"")]
    [InlineData("/a/*{{ x }}", "b/c", "a `*` or `?` may stand only in the last part of a path, but this is \"/a/*b/…\"")]
    [InlineData("/a/{{ x }}", "b\0c", "a path cannot hold a NUL character")]
    public void A_path_that_is_none_once_filled_in_is_an_error(string path, string x, string message) =>
        Assert.Equal(message, Assert.Throws<ExpressionException>(() => Path(path).Fill(Scope.Empty.With("x", x))).Message);

    [Theory]
    [InlineData("tcp://.*:{{ x }},", ".*", "tcp://a:4000,", false)]
    [InlineData("tcp://.*:{{ x }},", "4000", "tcp://a:4000,", true)]
    [InlineData("[{{ x }}]", "^a]-", "x", false)]
    [InlineData("[{{ x }}]", "^a]-", "-", true)]
    [InlineData("{{ x }}", "a.c", "abc", false)]
    [InlineData("{{ x }}", "a.c", "a.c", true)]
    public void What_is_filled_into_a_pattern_stands_for_itself(string pattern, string x, string line, bool matches)
    {
        var problems = new ProblemList();
        var patterns = LinePatterns.Parse(new ScalarNode(PlacedText.Of("test", pattern), false), problems)!;
        Assert.Equal(matches, Assert.Single(patterns.Fill(Scope.Empty.With("x", x))).IsMatch(line));
    }

    private static LogPath Path(string text)
    {
        var problems = new ProblemList();
        var path = LogPath.Parse(new ScalarNode(PlacedText.Of("test", text), false), problems);
        Assert.Empty(problems.Select(p => p.Message));
        return path!;
    }
}
