using CsCheck;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;
using static Playbooks.Tests.Templating.Asking;

namespace Playbooks.Tests.Templating;

public sealed class RefusedExpressionTests
{
    [Theory]
    [InlineData("id = session.id", "=", "`=` assigns, and an expression only asks", "did you mean `==`?")]
    [InlineData("n += 1", "+=", "`+=` assigns, and an expression only asks", null)]
    [InlineData("n === 1", "===", "there is no `===`", "did you mean `==`?")]
    [InlineData("n !== 1", "!==", "there is no `!==`", "did you mean `!=`?")]
    [InlineData("n <> 1", "<>", "there is no `<>`", "did you mean `!=`?")]
    [InlineData("n == 1; x", ";", "an expression is exactly one, and `;` would begin another", "give a list of expressions, or join them with `&&`")]
    [InlineData("x => x", "=>", "functions of one's own are not part of expressions", "put it into `vars`, or into an action")]
    [InlineData("func f(a)", "func", "functions of one's own are not part of expressions", "put it into `vars`, or into an action")]
    [InlineData("do; ret 1; end", "do", "functions of one's own are not part of expressions", "put it into `vars`, or into an action")]
    [InlineData("this.x", "this", "there is no `this` in expressions", "write the names themselves")]
    [InlineData("$x == 1", "$", "names are written without `$`", null)]
    [InlineData("$\"a{x}\"", "$", "names are written without `$`", null)]
    [InlineData("n++", "++", "`++` changes a value, and an expression only asks", "for two signs leave a blank between: `+ +`")]
    [InlineData("--n", "--", "`--` changes a value, and an expression only asks", "for two signs leave a blank between: `- -`")]
    [InlineData("1 < n < 3", "<", "comparisons cannot be chained", "write a < b && b < c")]
    [InlineData("1 == n == 3", "==", "comparisons cannot be chained", "write a < b && b < c")]
    [InlineData("matches stdout \"a\" && ok", "matches", "a function is called with brackets", "write matches(…)")]
    [InlineData("string.size x > 3", "x", "between `size` and `x` an operator is missing", "a function is called with brackets: f(a, b)")]
    [InlineData("not yes", "not", "`not` is written `!` here", "write !yes")]
    [InlineData("not (n == 1)", "not", "`not` is written `!` here", "write !(…)")]
    [InlineData("yes and n == 3", "and", "`and` is written `&&` here", "write a && b")]
    [InlineData("yes or (n == 3)", "or", "`or` is written `||` here", "write a || b")]
    [InlineData("yes and !yes", "and", "`and` is written `&&` here", "write a && b")]
    [InlineData("stdout contains \"b\"", "contains", "`contains` is no operator here", "write string.contains(text, part), array.contains(list, item) or matches(text, `regex`)")]
    [InlineData("stdout matches `b`", "matches", "`matches` is no operator here", "write matches(text, `regex`)")]
    [InlineData("1 in list", "in", "`in` is no operator here", "write array.contains(list, item) or string.contains(text, part)")]
    [InlineData("x is defined", "is", "`is` is no operator here", "write `==`; whether a name is there is asked with defined(name)")]
    [InlineData("'a' if yes", "if", "`if` is a statement, and an expression is only a value", "write condition ? this : that")]
    [InlineData("if yes", "if", "`if` is a statement, and an expression is only a value", "write condition ? this : that")]
    [InlineData("for a in list", "for", "`for` is a statement, and an expression is only a value", "a step is repeated with `loop`")]
    [InlineData("while yes", "while", "`while` is a statement, and an expression is only a value", "a step is repeated with `loop`")]
    [InlineData("import x", "import", "`import` is a statement, and an expression is only a value", null)]
    [InlineData("include 'x'", "include", "`include` is a statement, and an expression is only a value", null)]
    [InlineData("include('x')", "include", "`include` is a statement, and an expression is only a value", null)]
    [InlineData("capture x", "capture", "`capture` is a statement, and an expression is only a value", null)]
    [InlineData("with x", "with", "`with` is a statement, and an expression is only a value", null)]
    [InlineData("wrap x", "wrap", "`wrap` is a statement, and an expression is only a value", null)]
    [InlineData("n == 1 && x | string.size", "|", "a pipe takes everything that stands before it, across operators", "set brackets: y == 1 && (x | f), or call the function: f(x)")]
    [InlineData("x | string.size == 3", "string.size == 3", "a pipe beside an operator needs brackets", "write (x | f) == 1, or call the function: f(x) == 1")]
    [InlineData("x | session", "session", "there is no function `session`", null)]
    [InlineData("x | 'y'", "'y'", "a pipe leads to a function", "write x | f, or f(x)")]
    [InlineData("{{ x }} == 1", "{{", "`{{` has no place inside an expression", "write the name or the expression alone, without `{{ }}`")]
    [InlineData("x == “ten”", "“", "“ is a typographic quote, which expressions do not know", "write \" or '")]
    [InlineData("x == ‘ten’", "‘", "‘ is a typographic quote, which expressions do not know", "write \" or '")]
    [InlineData("matches(stdout, \"(\\d+)\")", "\\d", "`\\d` means nothing in \"quotes\"", "write regexes and other text with backslashes in backticks: `…`")]
    [InlineData("wait < 2s", "2s", "a duration stands in quotes: 2s", "write '2s'")]
    [InlineData("big > 10MB", "10MB", "a size stands in quotes: 10MB", "write '10MB'")]
    [InlineData("x == 3abc", "3abc", "`3abc` is neither a number nor a name", "if it is meant as text write '3abc'")]
    [InlineData("1.5m > n", "1.5m", "a duration stands in quotes: 1.5m", "write '1.5m'")]
    [InlineData("count (list)", "(", "between `count` and its bracket there must be no blank", "write count(…)")]
    [InlineData("list [0]", "[", "between `list` and its bracket there must be no blank", "write list[…]")]
    [InlineData("7 // 2", "//", "`//` is neither a comment nor a division here", "for whole numbers write math.floor(a / b)")]
    [InlineData("n # three", "#", "an expression has no comments", "write the comment on a line of its own in the YAML")]
    [InlineData("n & 1", "&", "there is no `&` in expressions", "did you mean `&&`?")]
    [InlineData("n ^ 1", "^", "there is no `^` in expressions", null)]
    [InlineData("x ~ 'a'", "~", "there is no `~` in expressions", "join texts with `+`, and match with matches(text, `regex`)")]
    [InlineData("@count", "@", "`@` has no meaning in expressions", null)]
    [InlineData("n << 1", "<<", "there is no `<<` in expressions", "did you mean `<`?")]
    [InlineData("x ?? 1", "??", "there is no `??` in expressions", "write default(value, other)")]
    [InlineData("session?.id", "?.", "there is no `?.` in expressions", "write default(a.b, other)")]
    [InlineData("session.empty?", "?", "after `?` a value is missing", "write condition ? this : that")]
    [InlineData("a\\b", "\\", "a backslash can stand only within text", "write regexes in backticks: `…`")]
    [InlineData("count(list, 1)", "count(list, 1)", "count takes one argument, and here are 2", "write count(list)")]
    [InlineData("x | string.slice", "string.slice", "string.slice takes 2 to 3 arguments, and here are 1", "write string.slice(text, start[, length])")]
    [InlineData("count(list: 1)", "list", "arguments have no names here: they count by their place", null)]
    [InlineData("conut(list)", "conut", "there is no function `conut`", "did you mean `count`?")]
    [InlineData("upcase(x)", "upcase", "there is no function `upcase`", "did you mean `string.upcase`?")]
    [InlineData("len(x)", "len", "there is no function `len`", "write count(list) or string.size(text)")]
    [InlineData("object.eval('1')", "object.eval", "a value never becomes code here", null)]
    [InlineData("x | object.eval_template", "object.eval_template", "a value never becomes code here", null)]
    [InlineData("date.now()", "date.now", "an expression does not read the clock", "play.started_at is when the run began")]
    [InlineData("math.random(1, 2)", "math.random", "an expression leaves nothing to chance", null)]
    [InlineData("math.uuid()", "math.uuid", "an expression leaves nothing to chance", null)]
    [InlineData("session.id()", "session.id", "there is no function `session.id`", null)]
    [InlineData("list[0](1)", "(", "between `]` and `(` an operator is missing", "a function is called with brackets: f(a, b)")]
    [InlineData("matches(x, `a(`)", "(", "this is no regex: a `(` is not closed; `\\(` is the letter", null)]
    [InlineData("x | matches('[')", "'['", "this is no regex: a `[` is not closed; `\\[` is the letter", null)]
    [InlineData("defined(1 + 1)", "1 + 1", "defined asks for a name", "write defined(\"name\") or defined(steps.open.status)")]
    [InlineData("defined('a b')", "'a b'", "defined asks for a name", "write defined(\"name\") or defined(steps.open.status)")]
    [InlineData("'a' + raw(x)", "raw(x)", "raw(…) must be the whole expression", null)]
    [InlineData("1..n + 1", "+", "`..` binds its two neighbours first", "set brackets: 1..(n + 1), or (1..n) == list")]
    [InlineData("99999999999999999999", "99999999999999999999", "this number is too large", "write it as text, in quotes")]
    [InlineData("'it''s'", "'s'", "two texts stand side by side", "within a text the quote itself is written with a backslash: \\\"")]
    [InlineData("n n", "n", "between `n` and `n` an operator is missing", "a function is called with brackets: f(a, b)")]
    [InlineData("n ==", "==", "after `==` a value is missing", null)]
    [InlineData("x == \"ten", "\"", "the text that begins with this \" never ends", "close it with \"")]
    [InlineData("(n == 1", "(", "this `(` is never closed", null)]
    [InlineData("n == 1)", ")", "this `)` closes nothing", null)]
    [InlineData("count([1)", ")", "this `)` does not close the `[` that is open", null)]
    [InlineData("== n", "==", "before `==` a value is missing", null)]
    [InlineData("n == == 3", "==", "before `==` a value is missing", null)]
    [InlineData("[1,, 2]", ",", "before `,` a value is missing", null)]
    [InlineData("count(list,)", ",", "after `,` a value is missing", null)]
    [InlineData("yes ? 1", "1", "the expression ends too early", "write condition ? this : that")]
    [InlineData("list.0", "0", "after `.` a name is due", "write […]: x[0]")]
    [InlineData("n!3", "!", "`!` stands before what it negates", "did you mean `!=`?")]
    [InlineData("x == string.upcase", "string.upcase", "a function is called with brackets", "write string.upcase(text)")]
    [InlineData("date.now > x", "date.now", "an expression does not read the clock", "play.started_at is when the run began")]
    [InlineData("{a: 1, a: 2}", "a", "`a` stands twice in this map", null)]
    [InlineData("", "", "here an expression is missing", null)]
    [InlineData("  ", " ", "here an expression is missing", null)]
    public void A_refused_construct_says_where_what_and_how_to_mend_it(string text, string place, string message, string? mend)
    {
        var problem = Refused(text);
        Assert.Equal((message, mend, place), (problem.Message, problem.Mend, Marked(problem.At)));
    }

    [Fact]
    public void A_problem_stands_at_its_column()
    {
        Assert.Equal(4, Refused("id = session.id").At.Column);
        Assert.Equal(16, Refused("  matches(x, `a(`)").At.Column);
        Assert.Equal(6, Refused("n\n&& ==\n").At.Column);
    }

    [Fact]
    public void Any_text_gives_problems_or_an_expression_and_never_an_exception()
    {
        var pieces = Gen.OneOf<string>(Gen.OneOf<string>(new[] { "a", "1", "\"", "'", "`", "(", ")", "[", "]", "{", "}", "{{", "}}", ".", "..", ",", ":", "?", "|", "||", "&&", "=", "==", "!", "-", "--",
            " ", "\n", "\\", "@", "$", "#", ";", "if", "end", "func", "this", "count", "string.size", "default", "2s", "$$", "0x", "^", "%", "/", "*", "한", "😀", "\0" }.Select(x => (IGen<string>)Gen.Const(x)).ToArray()), Gen.String);
        Gen.Select(pieces.Array[0, 12], words => string.Concat(words)).Sample(text =>
        {
            var problems = new ProblemList();
            var expression = Expression.Parse(PlacedText.Of("test", text), problems);
            var template = Template.Parse(PlacedText.Of("test", text), problems);
            if (problems.Count == 0) return expression is not null && template is not null;
            try { expression?.Explain(Names).Explanation.Render(40); } catch (ExpressionException) { }
            return true;
        }, iter: 20_000);
    }
}
