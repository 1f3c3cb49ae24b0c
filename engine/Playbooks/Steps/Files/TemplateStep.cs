using System.Text;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Steps.Files;

/// <summary>`template`: a file that is filled in is to be on the host.</summary>
public sealed class TemplateStep : StepKind
{
    private const int MostBytes = 2 << 20;

    public override string Name => "template";

    public override string Summary => "Fills in a file of this machine and brings it to the host. Only what differs is changed, and the file takes its place in one step.";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("src", "text", "The file, relative to the file that says so; UTF-8. `{{ }}` holds an expression, or if, else if, else, for … in …, break, continue, end, name = value, # a comment; {{~ ~}} and {{- -}} trim blanks; {%{ … }%} is text as it is.", Required: true),
        .. FileSettings.Parameters,
    ];

    public override IReadOnlyList<ResultField> Fields => FileSettings.Fields;

    public override bool CanCompare => true;

    public override KindWork? Bind(Arguments arguments)
    {
        var settings = FileSettings.Bind(arguments);
        return Read(arguments) is var (name, source, file) && settings is not null ? new TemplateWork(this, name, source, file, settings) : null;
    }

    private static (string Name, SourceText Source, TemplateFile File)? Read(Arguments arguments)
    {
        var problems = arguments.Problems;
        if (arguments.Raw("src") is not ScalarNode { Value: string { Length: > 0 } written } node)
            problems.Add(arguments.PlaceOf("src"), "`src` must be the path of a file");
        else if (written.Contains("{{", StringComparison.Ordinal))
            problems.Add(node.At, "the path of a template holds no templates: what is filled in is checked before the run", "write a step for each file, with `when`; or one file with {{ if }}");
        else if (Bytes(LocalFile.PathOf(written, node.At), node.At, problems) is { } bytes)
        {
            var path = LocalFile.PathOf(written, node.At);
            try
            {
                var source = new SourceText(path, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
                return TemplateFile.Parse(new PlacedText(source.Text, source.At), problems) is { } file ? (Path.GetFileName(path), source, file) : null;
            }
            catch (DecoderFallbackException e)
            {
                problems.Add(node.At, $"{path} is not UTF-8: byte {e.Index + 1} cannot be read", "save it as UTF-8, or `copy` it as it is");
            }
        }
        return null;
    }

    private static byte[]? Bytes(string path, Position at, ProblemList problems)
    {
        var (source, problem) = LocalSource.Of(path);
        if (source is { IsFolder: true }) problem = $"{path} is a folder, not a file";
        else if (source is not null && source.Entries[0].Size > MostBytes) problem = $"{path} is larger than {MostBytes >> 20} MiB, which is no template any more";
        try
        {
            if (problem is null) return LocalFile.Read(path, MostBytes);
        }
        catch (Exception e) when (LocalFile.IsUnreadable(e))
        {
            problem = LocalFile.Problem(path, e);
        }
        problems.Add(at, problem);
        return null;
    }
}

/// <summary>A `template` step, bound.</summary>
internal sealed record TemplateWork(StepKind Kind, string File, SourceText Source, TemplateFile Template, FileSettings Settings) : KindWork(Kind)
{
    public override Effect Effect => Effect.Repeatable;

    public override IEnumerable<NameUse> Names => base.Names.Concat(Template.Names);

    public override IEnumerable<NameUse> OwnNames => Template.Gives;

    public override IEnumerable<SourceText> Texts => [Source];

    public override Task<StepResult> Run(StepContext context, CancellationToken cancel) => FilePlacing.Guarded(() =>
        new FilePlacing(context, Settings.Get(context.Scope), Content.Of(Encoding.UTF8.GetBytes(Template.Fill(context.Scope)))).Run(File, cancel));
}
