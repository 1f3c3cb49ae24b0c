using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Templating;

/// <summary>How the tests of this folder ask: an expression that must be good, its value under some names, the one problem of a bad one.</summary>
internal static class Asking
{
    public static readonly Scope Names = Scope.Empty.With("n", 3L).With("x", "ten").With("yes", true).With("nothing", (object?)null)
        .With("list", new object?[] { 1L, 2L, 3L }).With("wait", TimeSpan.FromSeconds(2)).With("big", new Size(10_000_000))
        .With("dashed", Map(("web-1", 1L))).With("stdout", "tomcat 4000 LISTEN").With("session", Map(("id", "6B94"), ("route", "tomcat1")))
        .With("steps", Map(("open", Map(("status", 200L), ("body", "ok"), ("on", Map(("was 1", 7L)))))))
        .With("owner", () => throw new MissingValueException("owner was not captured on was2: that step failed there"));

    public static DataMap Map(params (string Name, object? Value)[] entries) => new(entries.Select(x => KeyValuePair.Create(x.Name, x.Value)));

    public static Expression Good(string text)
    {
        var problems = new ProblemList();
        var expression = Expression.Parse(PlacedText.Of("test", text), problems);
        Assert.True(problems.Count == 0, string.Join("\n", problems.Select(p => p.Message)));
        return expression!;
    }

    public static object? Value(string text, Scope? scope = null) => Good(text).Evaluate(scope ?? Names);

    public static Problem Refused(string text)
    {
        var problems = new ProblemList();
        Assert.Null(Expression.Parse(PlacedText.Of("test", text), problems));
        return Assert.Single(problems);
    }

    public static ExpressionException Fails(string text, Scope? scope = null) => Assert.Throws<ExpressionException>(() => Value(text, scope));

    /// <summary>What a position marks in a text of one line.</summary>
    public static string Marked(Position at) => at.Source.Text.Substring(Math.Min(at.Column - 1, at.Source.Text.Length), Math.Max(0, Math.Min(at.Length, at.Source.Text.Length - at.Column + 1)));

    public static Template GoodTemplate(string text)
    {
        var problems = new ProblemList();
        var template = Template.Parse(PlacedText.Of("test", text), problems);
        Assert.True(problems.Count == 0, string.Join("\n", problems.Select(p => p.Message)));
        return template!;
    }

    public static Problem RefusedTemplate(string text)
    {
        var problems = new ProblemList();
        Assert.Null(Template.Parse(PlacedText.Of("test", text), problems));
        return Assert.Single(problems);
    }
}
