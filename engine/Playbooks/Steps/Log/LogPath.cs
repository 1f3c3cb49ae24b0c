using System.Text;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Steps.Log;

/// <summary>The path of a `log` step: only a `*` or `?` that stands in the playbook itself is a pattern, and only in the last part.</summary>
internal sealed class LogPath
{
    private readonly Template template;

    private LogPath(Template template) => this.template = template;

    /// <summary>Null where it is wrong, and the problems say why.</summary>
    public static LogPath? Parse(Node node, ProblemList problems)
    {
        if (node is not ScalarNode { Value: not null } scalar)
        {
            problems.Add(node.At, $"a path is a text, but this is {node.Kind}", node is ListNode ? "write one `log` step for each" : null);
            return null;
        }
        if (Template.Parse(scalar.Text, problems) is not { } template) return null;
        var literals = template.Parts.OfType<TemplatePart.Literal>().ToList();
        var before = problems.Count;
        if (template.Parts is [] or [TemplatePart.Literal { Text.Value: [not '/', ..] }, ..]) problems.Add(node.At, "the path of a log must be absolute: it begins with /");
        else if (template.Parts is [.., TemplatePart.Literal { Text.Value: [.., '/'] }]) problems.Add(node.At, "this path names a directory, not a file", "a `*` in its last part stands for any letters");
        var text = string.Concat(template.Parts.Select(p => p is TemplatePart.Literal literal ? literal.Text.Value : "x"));
        if (text.IndexOfAny(['*', '?']) is var glob and >= 0 && literals.Any(l => l.Text.Value.IndexOfAny(['*', '?']) >= 0) && text.IndexOf('/', glob) > 0)
            problems.Add(node.At, "a `*` or `?` may stand only in the last part of a path");
        return problems.Count == before ? new LogPath(template) : null;
    }

    /// <exception cref="ExpressionException">A template cannot be filled in, or the path is none then.</exception>
    public FilledPath Fill(Scope scope)
    {
        var shown = new StringBuilder();
        var pattern = new StringBuilder();
        var (globs, slash, patternSlash) = (false, -1, -1);
        foreach (var part in template.Parts)
        {
            var isLiteral = part is TemplatePart.Literal;
            foreach (var c in part switch
            {
                TemplatePart.Literal literal => literal.Text.Value,
                TemplatePart.Hole hole => Text(hole, hole.Expression.Evaluate(scope)),
                _ => throw new System.Diagnostics.UnreachableException(),
            })
            {
                if (c == '\0') throw new ExpressionException(template.At, "a path cannot hold a NUL character");
                if (c == '/')
                {
                    if (globs) throw new ExpressionException(template.At, $"a `*` or `?` may stand only in the last part of a path, but this is {Data.Show(shown + "/…", 200)}");
                    // Slashes in a row are one.
                    if (slash == shown.Length - 1 && slash >= 0) continue;
                    (slash, patternSlash) = (shown.Length, pattern.Length);
                }
                var wild = c is '*' or '?';
                globs |= wild && isLiteral;
                shown.Append(c);
                // In brackets, because a backslash in a pattern that comes out of a variable is not read alike by all shells.
                if (c is '[' or '\\' || wild && !isLiteral) pattern.Append('[').Append(c is '\\' ? "\\\\" : c.ToString()).Append(']');
                else pattern.Append(c);
            }
        }
        var path = shown.ToString();
        if (!path.StartsWith('/')) throw new ExpressionException(template.At, $"the path of a log must be absolute, but this is {Data.Show(path, 200)}");
        if (slash == path.Length - 1 || path[(slash + 1)..] is "." or "..") throw new ExpressionException(template.At, $"this path names a directory, not a file: {Data.Show(path, 200)}");
        return new FilledPath(path, path[..slash], globs ? "" : path[(slash + 1)..], globs ? pattern.ToString()[(patternSlash + 1)..] : "");
    }

    private static string Text(TemplatePart.Hole hole, object? value) => SettingTypes.Text.TryRead(value, out var text)
        ? text
        : throw new ExpressionException(hole.Expression.At, $"a path is a text, but `{hole.Expression.Text.Trim()}` is {Data.TypeName(value)} {Data.Show(value, 60)}");
}

/// <summary>A path, filled in: its directory (empty for the root), and the file's name, or a pattern of sh in which every other sign is itself.</summary>
internal sealed record FilledPath(string Shown, string Directory, string Name, string Pattern);
