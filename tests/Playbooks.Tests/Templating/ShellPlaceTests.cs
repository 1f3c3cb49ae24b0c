using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Templating;

/// <summary>Which places a value can stand at, by the text alone; `@` is the value.</summary>
public sealed class ShellPlaceTests
{
    internal static ShellQuoting? Read(string text, out IReadOnlyList<string> problems)
    {
        var list = new ProblemList();
        var quoting = Template.Parse(PlacedText.Of("test", text), list) is { } template ? ShellQuoting.Of(template, list) : null;
        problems = [.. list.Select(p => p.Message)];
        return quoting;
    }

    private static string Filled(string text, string value)
    {
        var quoting = Read(text.Replace("@", "{{ v }}", StringComparison.Ordinal), out var problems);
        Assert.Empty(problems);
        return quoting!.Fill(Scope.Empty.With("v", value));
    }

    [Theory]
    [InlineData("a @ b", "a 'v w' b")]
    [InlineData("--opt=@", "--opt='v w'")]
    [InlineData("@@", "'v w''v w'")]
    [InlineData("x@y", "x'v w'y")]
    [InlineData("\"a @ b\"", "\"a \"'v w'\" b\"")]
    [InlineData("'a @ b'", "'a v w b'")]
    [InlineData("\"$(a \"@\" '@' @)\"", "\"$(a \"\"'v w'\"\" 'v w' 'v w')\"")]
    [InlineData("$(a $(b @) ) @", "$(a $(b 'v w') ) 'v w'")]
    [InlineData("\"$x@\" $x@ \"$$@\" $?@", "\"$x\"'v w'\"\" $x'v w' \"$$\"'v w'\"\" $?'v w'")]
    [InlineData("a \\\n # '\n @", "a \\\n # '\n 'v w'")]
    [InlineData("a#' @'", "a#' v w'")]
    [InlineData("\\' @", "\\' 'v w'")]
    [InlineData("case $x in (a) b @;; @) c;; esac", "case $x in (a) b 'v w';; 'v w') c;; esac")]
    [InlineData("`a b` @", "`a b` 'v w'")]
    [InlineData("cat <<E; b @\n it's ${x} $(d)\nE\n@", "cat <<E; b 'v w'\n it's ${x} $(d)\nE\n'v w'")]
    [InlineData("cat <<-'E' <<\\F\n ` $(\n\tE\nit's\nF\n@", "cat <<-'E' <<\\F\n ` $(\n\tE\nit's\nF\n'v w'")]
    [InlineData("echo ${x:-\"'}\"} ${#x} $((1 + (x << 2))) @", "echo ${x:-\"'}\"} ${#x} $((1 + (x << 2))) 'v w'")]
    [InlineData("[ @ = b ] && a[1]=@ && [[ @ == b ]]", "[ 'v w' = b ] && a[1]='v w' && [[ 'v w' == b ]]")]
    [InlineData("cat <<<@ >@ <(a @)", "cat <<<'v w' >'v w' <(a 'v w')")]
    [InlineData("(a @) && f() { b @; }", "(a 'v w') && f() { b 'v w'; }")]
    public void A_value_is_quoted_for_the_place_it_stands_in(string text, string filled) => Assert.Equal(filled, Filled(text, "v w"));

    [Theory]
    [InlineData("cat <<E\n@\nE", "inside a here-document")]
    [InlineData("cat <<'E'\n@\nE", "inside a here-document")]
    [InlineData("cat <<@\nE", "after a here-document whose end is no plain word")]
    [InlineData("cat <<E\n`a`\nE\n@", "after a here-document with a substitution")]
    [InlineData("cat <<E\na\\\nE\n@", "after a here-document with a substitution or a backslash")]
    [InlineData("$(cat <<E)\nE\n@", "after a here-document that begins inside $( )")]
    [InlineData("cat <<E 'a\nE\n@'", "after a line end inside quotes")]
    [InlineData("`a @`", "inside backquotes")]
    [InlineData("\"`a @`\"", "inside backquotes")]
    [InlineData("`a 'b'` @", "after backquotes with quotes")]
    [InlineData("`a \\`b\\`` @", "after backquotes with quotes or a backslash")]
    [InlineData("a # @", "inside a comment")]
    [InlineData("$(a # it's\n) @", "after a comment with quotes")]
    [InlineData("$((@ + 1))", "inside $(( ))")]
    [InlineData("$((a); b) @", "after a `$((`")]
    [InlineData("((@ > 1))", "after a `((`")]
    [InlineData("${x:-@}", "inside ${ }")]
    [InlineData("\"${x#@}\"", "inside ${ }")]
    [InlineData("${x:-\"@\"}", "inside ${ }")]
    [InlineData("\"${x:-'}'}\" @", "after a `${ }` with quotes")]
    [InlineData("$'@'", "inside $' '")]
    [InlineData("$'\\'' @", "after a `\\'` inside $' '")]
    [InlineData("\\@", "right after a backslash")]
    [InlineData("\"\\@\"", "right after a backslash")]
    [InlineData("$@", "right after a `$`")]
    [InlineData("\"$@\"", "right after a `$`")]
    [InlineData("$(case x in x) a @;; esac)", "after a `case` inside $( )")]
    [InlineData("[[ @ -eq 1 ]]", "beside -eq")]
    [InlineData("[[ 1 -lt \"@\" ]]", "beside -eq")]
    [InlineData("a[@]=1", "inside [ ]")]
    [InlineData("a[b[1]+\"@\"]=1", "inside [ ]")]
    [InlineData("ls [@]*", "inside [ ]")]
    [InlineData("$[@]", "after a `$[`")]
    public void Every_other_place_is_refused(string text, string why)
    {
        // "@" alone in `$@` stands for the value here.
        Assert.Null(Read(text.Replace("@", "{{ v }}", StringComparison.Ordinal), out var problems));
        Assert.StartsWith($"a value cannot be quoted here: it stands {why}", problems[0], StringComparison.Ordinal);
        Assert.NotNull(Read(text.Replace("@", "{{ raw(v) }}", StringComparison.Ordinal), out _));
    }

    [Theory]
    [InlineData("a 'b")]
    [InlineData("a \"b $(c")]
    [InlineData("a `b")]
    [InlineData("a ${b")]
    public void What_never_ends_is_told_before_the_run(string text)
    {
        Assert.Null(Read(text, out var problems));
        Assert.Contains("is never closed", problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_raw_is_code_but_moves_no_other_value_into_other_quotes()
    {
        var quoting = Read("a {{ raw(r) }} {{ v }}", out _)!;
        Assert.Equal("a -x 'y' 'v'", quoting.Fill(Scope.Empty.With("r", "-x 'y'").With("v", "v")));
        Assert.Throws<ExpressionException>(() => quoting.Fill(Scope.Empty.With("r", "'").With("v", "v")));
        Assert.Throws<ExpressionException>(() => quoting.Fill(Scope.Empty.With("r", "#").With("v", "v")));
    }

    [Fact]
    public void What_no_shell_can_be_given_is_an_error() => Assert.All(["a\0b", "\ud800", "\udc00a", null],
        value => Assert.Throws<ExpressionException>(() => Read("a {{ v }}", out _)!.Fill(Scope.Empty.With("v", value))));

    [Fact]
    public void A_list_or_a_map_has_no_place_in_a_text_for_a_shell() =>
        Assert.Contains("is a list", Assert.Throws<ExpressionException>(() => Read("{{ v }}", out _)!.Fill(Scope.Empty.With("v", new object?[] { "a" }))).Message, StringComparison.Ordinal);
}
