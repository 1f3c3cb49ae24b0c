using CsCheck;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;
using static Playbooks.Tests.Templating.Asking;

namespace Playbooks.Tests.Templating;

public sealed class TemplateFileTests
{
    private static TemplateFile GoodFile(string text)
    {
        var problems = new ProblemList();
        var file = TemplateFile.Parse(Placed(text), problems);
        Assert.True(problems.Count == 0, string.Join("\n", problems.Select(ProblemPrinter.Print)));
        return file!;
    }

    private static Gen<string> One(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static PlacedText Placed(string text)
    {
        var source = new SourceText("file", text);
        return new PlacedText(text, source.At);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a\r\nb\n\n", "a\r\nb\n\n")]
    [InlineData("\ufeffa {{ n }}\0", "\ufeffa 3\0")]
    [InlineData("{{ yes }} {{ 2.0 }} {{ wait }} {{ big }}", "true 2.0 2s 10MB")]
    [InlineData("{{ if n == 3 }}three{{ else if n == 4 }}four{{ else }}more{{ end }}", "three")]
    [InlineData("{{ if n == 4 }}four{{ else if x == 'ten' }}ten{{ else }}more{{ end }}", "ten")]
    [InlineData("{{ if n == 4 }}four{{ else }}more{{ end }}", "more")]
    [InlineData("{{ if n == 4 }}{{ nothing.at.all }}{{ end }}-", "-")]
    [InlineData("{{ for i in list }}{{ i }}{{ if !for.last }}, {{ end }}{{ end }}", "1, 2, 3")]
    [InlineData("{{ for i in 1..9 }}{{ if i == 2 }}{{ continue }}{{ end }}{{ if i > 4 }}{{ break }}{{ end }}{{ i }}{{ end }}", "134")]
    [InlineData("{{ for i in list }}{{ for j in list }}{{ for.index }}{{ end }}/{{ for.index }} {{ end }}", "012/0 012/1 012/2 ")]
    [InlineData("{{ a = n + 1 }}{{ a }}{{ a = a * 2 }} {{ a }}", "4 8")]
    [InlineData("{{ m = {a: 1} }}{{ for k in object.keys(m) }}{{ k }}={{ m[k] }}{{ end }}", "a=1")]
    [InlineData("{{ s = '' }}{{ for i in list }}{{ s = s + text(i) }}{{ end }}{{ s }}", "123")]
    [InlineData("{{ # it's a \"comment }}a{{# and }}b", "ab")]
    [InlineData("{%{ {{ not.filled }} {% if x %} }%}", " {{ not.filled }} {% if x %} ")]
    [InlineData("{%%{ a }%} }%%}", " a }%} ")]
    [InlineData("{{ '{{' }}{{ \"}}\" }}", "{{}}")]
    [InlineData("{{ `{{ n }}` }}", "{{ n }}")]
    [InlineData("{{\n  n\n}}", "3")]
    [InlineData("{{ -1 }} {{-1}}", "-1 -1")]
    [InlineData("a\n  {{~ if yes ~}}  \n  b\n  {{~ end ~}}\nc", "a\n  b\nc")]
    [InlineData("a \n {{- n -}} \n b", "a3b")]
    [InlineData("{{ for i in [] }}x{{ end }}", "")]
    [InlineData("{{ for.index = 1 }}", null)]
    public void A_file_is_filled_in(string text, string? expected)
    {
        if (expected is null) Assert.Null(TemplateFile.Parse(Placed(text), []));
        else Assert.Equal(expected, GoodFile(text).Fill(Names));
    }

    /// <summary>Scriban itself knows how blanks are trimmed.</summary>
    [Fact]
    public void Blanks_are_trimmed_as_Scriban_does()
    {
        var text = One(" ", "\t", "\n", "\r\n", "x", "  \n\n ", "").Array[1, 4].Select(string.Concat);
        var mark = One("", "-", "~");
        var hole = Gen.Select(mark, mark, One("1", "'y'", "# no"), (l, r, code) => $"{{{{{l} {code} {r}}}}}");
        var choice = Gen.Select(mark, mark, mark, mark, text, (a, b, c, d, inner) => $"{{{{{a} if true {b}}}}}{inner}{{{{{c} end {d}}}}}");
        Gen.OneOf(text, hole, choice).Array[1, 8].Select(string.Concat).Sample(file =>
        {
            var context = new Scriban.TemplateContext { AutoIndent = false };
            Assert.Equal(Scriban.Template.Parse(file).Render(context), GoodFile(file).Fill(Scope.Empty));
        });
    }

    [Theory]
    [InlineData("a\n{{ if n }}b{{ end }}", "2:7", "`n` must be true or false, but is number 3")]
    [InlineData("{{ for i in x }}{{ end }}", "1:13", "`for` wants a list, and `x` is text \"ten\"")]
    [InlineData("{{ for i in session }}{{ end }}", "1:13", "`for` wants a list, and `session` is map {id: \"6B94\", route: \"tomcat1\"}")]
    [InlineData("a\n b {{ list }}", "2:7", "`list` is a list, which has no place in text: [1, 2, 3]")]
    [InlineData("{{ nothing }}", "1:4", "`nothing` is null, which has no place in text")]
    [InlineData("{{ if n == 4 }}{{ a = 1 }}{{ end }}{{ a }}", "1:39", "there is no `a` here")]
    [InlineData("{{ for i in list }}{{ end }}{{ default(i, 'gone') }}{{ owner }}", "1:56", "owner was not captured on was2: that step failed there")]
    [InlineData("{{ for i in 1..1000 }}{{ for j in 1..1000 }}{{ end }}{{ end }}", "1:35", "the loops of this file make more than 100000 turns")]
    [InlineData("{{ s = 'x' }}{{ for i in 1..30 }}{{ s = s + s }}{{ end }}", "1:41", "the text would be longer than 16777216 characters")]
    [InlineData("{{ s = array.join(1..90000, 'xxxxxxxxxx') }}{{ for i in 1..30 }}{{ s }}{{ end }}", "1:65", "the text would be longer than 16777216 characters")]
    public void What_cannot_be_filled_in_is_an_error_at_its_place(string text, string place, string message)
    {
        var error = Assert.Throws<ExpressionException>(() => GoodFile(text).Fill(Names));
        Assert.Equal(($"file:{place}", message), (error.At.ToString(), error.Message));
    }

    [Theory]
    [InlineData("{{ if n == 3 }}", "this `if` has no end")]
    [InlineData("{{ for i in list }}{{ if yes }}{{ end }}", "this `for` has no end")]
    [InlineData("{{ end }}", "this `end` ends nothing")]
    [InlineData("{{ else }}", "this `else` belongs to no `if`")]
    [InlineData("{{ for i in list }}{{ else }}{{ end }}", "a loop has no `else` here")]
    [InlineData("{{ if yes }}{{ else }}{{ else if yes }}{{ end }}", "the `else` before was the last branch of this `if`")]
    [InlineData("{{ if yes }}{{ else n }}{{ end }}", "`else` stands alone between its braces, or before `if`")]
    [InlineData("{{ if }}{{ end }}", "after `if` an expression is missing")]
    [InlineData("{{ for in list }}{{ end }}", "a loop names its item and its list")]
    [InlineData("{{ for host in list }}{{ end }}", "`host` is one of play's own names")]
    [InlineData("{{ count = 1 }}", "`count` is a function")]
    [InlineData("{{ break }}", "`break` ends a loop, and this is in none")]
    [InlineData("{{ }}", "between these braces an expression is missing")]
    [InlineData("{{ n", "this `{{` is never closed")]
    [InlineData("{{ # n", "this comment is never closed")]
    [InlineData("{%{ n", "this `{%{` is never closed")]
    [InlineData("{% for x in y %}", "`{% for … %}` is Jinja's; here statements stand in {{ }}")]
    [InlineData("{{ while yes }}{{ end }}", "there is no `while` in templates here", "this `end` ends nothing")]
    [InlineData("{{ include 'x' }}", "there is no `include` in templates here")]
    [InlineData("{{ func f }}", "there is no `func` in templates here")]
    [InlineData("{{ capture f }}", "there is no `capture` in templates here")]
    [InlineData("{{ import f }}", "there is no `import` in templates here")]
    [InlineData("{{ a = 1; b = 2 }}", "an expression is exactly one, and `;` would begin another")]
    [InlineData("{{ n += 1 }}", "`+=` assigns, and an expression only asks")]
    [InlineData("{{ session.id = 1 }}", "`=` assigns, and an expression only asks")]
    [InlineData("{{ object.eval('1') }}", "a value never becomes code here")]
    [InlineData("{{ date.now }}", "an expression does not read the clock")]
    [InlineData("{{ this }}", "there is no `this` in expressions")]
    public void What_is_not_of_the_language_is_a_problem_before_the_run(string text, params string[] messages)
    {
        var problems = new ProblemList();
        Assert.Null(TemplateFile.Parse(Placed(text), problems));
        Assert.Equal(messages, problems.Select(p => p.Message));
    }

    [Fact]
    public void Its_names_are_known_but_for_those_it_gives_itself()
    {
        var file = GoodFile("{{ a.b }}\n{{ c = d }}{{ c }}{{ for e in f }}{{ e }}{{ for.index }}{{ end }}{{ default(g, 1) }}");
        Assert.Equal(["a file:1:4", "d file:2:8", "f file:2:31", "g file:2:77"], file.Names.Select(n => $"{n.Name} {n.At}"));
        Assert.Equal([false, false, false, true], file.Names.Select(n => n.Guarded));
    }

    [Fact]
    public void What_a_value_holds_is_never_read_as_a_template() =>
        Assert.Equal("{{ n }}{{ end }}", GoodFile("{{ v }}{{ for i in l }}{{ i }}{{ end }}").Fill(Scope.Empty.With("v", "{{ n }}").With("l", new object?[] { "{{ end }}" })));

    [Fact]
    public void Depth_is_limited()
    {
        var problems = new ProblemList();
        Assert.Throws<TooMuchException>(() => TemplateFile.Parse(Placed(string.Concat(Enumerable.Repeat("{{ if yes }}", 40))), problems));
        Assert.Contains("nested more than 32 deep", Assert.Single(problems).Message, StringComparison.Ordinal);
    }
}
