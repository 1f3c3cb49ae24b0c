using System.Collections.Concurrent;
using Playbooks.Problems;
using Playbooks.Steps;
using Playbooks.Templating;

namespace Playbooks.Running;

/// <summary>The kinds' own assertions as expressions, each parsed once.</summary>
internal static class OwnExpressions
{
    private static readonly ConcurrentDictionary<string, Expression> Parsed = new();

    public static Expression Of(OwnAssertion assertion) => Parsed.GetOrAdd(assertion.Expression, text =>
    {
        var problems = new ProblemList();
        return Expression.Parse(PlacedText.Of("own assertion", text), problems) ?? throw new InvalidOperationException(problems.First().Message);
    });
}
