using CsCheck;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;
using static Playbooks.Tests.Templating.Asking;

namespace Playbooks.Tests.Templating;

public sealed class TemplateTests
{
    [Theory]
    [InlineData("{{ n }}", 3L)]
    [InlineData("{{list[0]}}", 1L)]
    [InlineData("{{ nothing }}", null)]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("n is {{ n }}, {{ yes }} {{ 2.0 }} {{ wait }} {{ big }}.", "n is 3, true 2.0 2s 10MB.")]
    [InlineData(" {{ n }}", " 3")]
    [InlineData("{{ {a: {b: 1}}.a.b }}", 1L)]
    [InlineData("{{ \"}}\" }}", "}}")]
    [InlineData("{{ `}}` + '{{' }}!", "}}{{!")]
    [InlineData("{{ '\\'}}' }}", "'}}")]
    [InlineData("{\"a\":{\"b\":{{ n }}}}", "{\"a\":{\"b\":3}}")]
    [InlineData("%{http_code} {%Y %}", "%{http_code} {%Y %}")]
    [InlineData("{{ n }}{{ n }}", "33")]
    [InlineData("a }} b", "a }} b")]
    public void A_template_is_filled_in_and_one_expression_alone_keeps_its_type(string text, object? expected) =>
        Assert.Equal(expected, GoodTemplate(text.Replace("{a: {b: 1}}.a.b", "({a: {b: 1}}).a.b", StringComparison.Ordinal)).Evaluate(Names));

    [Theory]
    [InlineData("a {{ n", "{{", "this `{{` is never closed", "close it with `}}`; braces that are meant as text are written {{ \"{{\" }}")]
    [InlineData("a {{ n }", "{{", "this `{{` is never closed", "close it with `}}`; braces that are meant as text are written {{ \"{{\" }}")]
    [InlineData("a {{ it's }}", "'", "the text that begins with this ' never ends", "close it with ' before the }}")]
    [InlineData("a {{ }}", "{{ }}", "between these braces an expression is missing", null)]
    [InlineData("a {{}}", "{{}}", "between these braces an expression is missing", null)]
    [InlineData("{{- n }}", "{{-", "blanks are not trimmed here", "write {{ … }}; a negative value with a blank: {{ -1 }}")]
    [InlineData("{{ n -}}", "-}}", "blanks are not trimmed here", "write {{ … }}; a negative value with a blank: {{ -1 }}")]
    [InlineData("{% if x %}a{% endif %}", "{% if x %}", "`{% if … %}` is Jinja's; a template holds only expressions in {{ }}", "write {{ condition ? this : that }}, or repeat the step with `loop`")]
    [InlineData("a {{ b {{ c }} }}", "{{", "`{{` has no place inside an expression", "write the name or the expression alone, without `{{ }}`")]
    [InlineData("a {{ n = 3 }}", "=", "`=` assigns, and an expression only asks", "did you mean `==`?")]
    [InlineData("{{ n; n }}", ";", "an expression is exactly one, and `;` would begin another", "give a list of expressions, or join them with `&&`")]
    public void A_bad_template_says_where_what_and_how_to_mend_it(string text, string place, string message, string? mend)
    {
        var problem = RefusedTemplate(text);
        Assert.Equal((message, mend, place), (problem.Message, problem.Mend, Marked(problem.At)));
    }

    [Fact]
    public void All_problems_of_a_template_are_reported_at_their_places()
    {
        var problems = new ProblemList();
        Assert.Null(Template.Parse(PlacedText.Of("test", "{{ a b }} and {{ c = d }}"), problems));
        Assert.Equal(["b", "="], problems.Select(p => Marked(p.At)));
        Assert.Equal(new Position(problems.First().At.Source, 1, 20), problems.Last().At);
    }

    [Theory]
    [InlineData("a {{ nothing }}", "`nothing` is null, which has no place in text")]
    [InlineData("a {{ list }}", "`list` is a list, which has no place in text: [1, 2, 3]")]
    [InlineData("a {{ session }}", "`session` is a map, which has no place in text: {id: \"6B94\", route: \"tomcat1\"}")]
    [InlineData("a {{ missing }}", "there is no `missing` here")]
    public void What_has_no_text_is_an_error_at_its_expression(string text, string message)
    {
        var error = Assert.Throws<ExpressionException>(() => GoodTemplate(text).Evaluate(Names));
        Assert.Equal((message, 6), (error.Message, error.At.Column));
    }

    [Fact]
    public void A_template_knows_its_names_and_parts()
    {
        var template = GoodTemplate("a {{ x.y }} b {{ default(z, 1) }}");
        Assert.Equal(["x", "z"], template.Names.Select(u => u.Name));
        Assert.Equal(["a ", "x.y", " b ", "default(z, 1)"], template.Parts.Select(p => p is TemplatePart.Hole hole ? hole.Expression.Text : ((TemplatePart.Literal)p).Text.Value));
        Assert.Equal([1, 3, 12, 15], template.Parts.Select(p => p.At.Column));
        Assert.False(template.IsConstant);
        Assert.Null(template.Whole);
        Assert.True(Template.Constant("{{ x }}").IsConstant);
        Assert.True(GoodTemplate("{{ raw(x) }}").Whole!.IsRaw);
    }

    [Fact]
    public void Doubling_a_text_again_and_again_ends_in_an_error()
    {
        var doubled = GoodTemplate("{{ t }}{{ t }}");
        object? text = "0123456789abcdef";
        Assert.Throws<ExpressionException>(() =>
        {
            for (var i = 0; i < 64; i++) text = doubled.Evaluate(Scope.Empty.With("t", text));
        });
    }

    [Theory]
    [InlineData("wasstop -f  now", "wasstop|-f|now")]
    [InlineData("echo 'a b' \"c d\" e\\ f ''", "echo|a b|c d|e f|")]
    [InlineData("echo a'b'\"c\" $HOME *.log #no ; | > x", "echo|abc|$HOME|*.log|#no|;|||>|x")]
    [InlineData("echo \"a\\\"b\\$c\\d\" 'e\\f'", "echo|a\"b$c\\d|e\\f")]
    [InlineData("kill {{ n }} -{{ n }} '{{ x }} y'", "kill|3|-3|ten y")]
    [InlineData("echo {{ spaced }} \"{{ spaced }}\" a{{ spaced }}b", "echo|p q 'r|p q 'r|ap q 'rb")]
    [InlineData("a\\\nb c", "ab|c")]
    [InlineData("  ", "")]
    public void Words_are_split_before_anything_is_filled_in(string text, string words)
    {
        var split = GoodTemplate(text).SplitWords(new ProblemList());
        var scope = Names.With("spaced", "p q 'r");
        Assert.Equal(words, string.Join('|', split!.Select(w => Data.ToText(w.Evaluate(scope)))));
    }

    [Fact]
    public void A_bare_list_stays_a_list_for_the_caller_and_a_quoted_one_is_refused()
    {
        var words = GoodTemplate("run {{ list }} \"{{ list }}\"").SplitWords(new ProblemList())!;
        Assert.IsAssignableFrom<IReadOnlyList<object?>>(words[1].Evaluate(Names));
        Assert.Throws<ExpressionException>(() => words[2].Evaluate(Names));
    }

    [Theory]
    [InlineData("a 'b", 3, "the ' is never closed")]
    [InlineData("a 'b {{ n }} c", 3, "the ' is never closed")]
    [InlineData("a {{ n }} \"b", 11, "the \" is never closed")]
    [InlineData("a b\\", 4, "the backslash at the end has nothing to escape")]
    [InlineData("a \\{{ n }}", 4, "a backslash stands before this {{ }}, and would escape nothing")]
    public void Quotes_that_do_not_match_are_a_problem_at_the_quote(string text, int column, string message)
    {
        var problems = new ProblemList();
        Assert.Null(GoodTemplate(text).SplitWords(problems));
        Assert.Equal((column, message), (Assert.Single(problems).At.Column, problems.Single().Message));
    }

    [Fact]
    public void A_word_stands_at_its_place()
    {
        var words = GoodTemplate("kill  'a'{{ n }} \"b c\" d").SplitWords(new ProblemList())!;
        Assert.Equal([1, 7, 18, 24], words.Select(w => w.At.Column));
        Assert.Equal([8, 10], words[1].Parts.Select(p => p.At.Column));
    }

    [Fact]
    public void Quoted_words_come_back_from_splitting_however_they_were_quoted()
    {
        var word = Gen.String[Gen.OneOf(Gen.Char["ab \t\n'\"\\$`*#;{}"], Gen.Char["한😀é"]), 0, 8];
        static string Single(string w) => "'" + w.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
        static string Double(string w) => "\"" + string.Concat(w.Select(c => "\"\\$`".Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString())) + "\"";
        static string Bare(string w) => w.Length == 0 || w.Contains('\n', StringComparison.Ordinal) ? Single(w) : string.Concat(w.Select(c => $"\\{c}"));
        Gen.Select(Gen.Select(word, Gen.Int[0, 2]).Array[0, 5], x => x).Sample(words =>
        {
            var text = string.Join(" ", words.Select(w => w.Item2 == 0 ? Single(w.Item1) : w.Item2 == 1 ? Double(w.Item1) : Bare(w.Item1)));
            var expected = words.Select(w => w.Item1).ToList();
            var asData = Assert.IsAssignableFrom<IReadOnlyList<object?>>(Value("words(t)", Scope.Empty.With("t", text)));
            var asTemplate = Template.Constant(text).SplitWords(new ProblemList())!.Select(w => w.Evaluate(Scope.Empty));
            return expected.SequenceEqual(asData) && expected.SequenceEqual(asTemplate);
        });
    }
}
