using Playbooks.Problems;
using Playbooks.Templating.Statements;

namespace Playbooks.Templating;

/// <summary>
/// A file with expressions and statements in `{{ }}`: `if`, `for`, assignments. Its expressions are those of any template; the statements are read and carried out
/// by ourselves, so that there is nothing that a file could do but choose, repeat and fill in. Safe to use from many threads.
/// </summary>
public sealed class TemplateFile
{
    private readonly IReadOnlyList<Statement> statements;

    private TemplateFile(IReadOnlyList<Statement> statements, IReadOnlyList<NameUse> names) => (this.statements, Names) = (statements, names);

    /// <summary>The names it uses and does not give itself.</summary>
    public IReadOnlyList<NameUse> Names { get; }

    /// <summary>Reads it; null where there were problems, which are then in the list with their places.</summary>
    public static TemplateFile? Parse(PlacedText text, ProblemList problems)
    {
        var before = problems.Count;
        var reader = new StatementReader(problems);
        var statements = reader.Read(PieceScanner.Scan(text, problems));
        return problems.Count == before ? new TemplateFile(statements, reader.Names) : null;
    }

    /// <summary>The text, filled in.</summary>
    /// <exception cref="ExpressionException">An expression has no value, or one that has no place there, or a limit is reached.</exception>
    public string Fill(Scope scope) => new Carrying(scope).Out(statements);
}
