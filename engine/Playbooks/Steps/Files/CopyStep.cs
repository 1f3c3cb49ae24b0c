using System.Collections.Concurrent;
using System.Text;
using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Files;

/// <summary>`copy`: a file or a folder of this machine is to be on the host.</summary>
public sealed class CopyStep : StepKind
{
    public override string Name => "copy";

    public override string Summary => "Brings a file, or a folder with all that is in it, to the host. Only what differs is changed, and each file takes its place in one step.";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("src", "text", "A file or folder of this machine, relative to the file that says so. A folder is to be what `dest` names; files that are there beside its own stay."),
        new("content", "text", "Instead of `src`: what is to be in the file."),
        .. FileSettings.Parameters,
    ];

    public override IReadOnlyList<ResultField> Fields => FileSettings.Fields;

    public override bool CanCompare => true;

    public override KindWork? Bind(Arguments arguments)
    {
        if (arguments.Has("src") == arguments.Has("content"))
        {
            arguments.Problems.Add(arguments.At, arguments.Has("src") ? "`copy` takes `src` or `content`, not both" : "`copy` needs `src` or `content`", "src: FILE is a file or folder of this machine; content: TEXT is what is to be in the file");
            return null;
        }
        var (src, content) = (arguments.Get("src", SettingTypes.Text), arguments.Get("content", SettingTypes.Text));
        if (FileSettings.Bind(arguments) is not { } settings || src is null && content is null) return null;
        if (src is { IsConstant: true })
        {
            // Looked at again when it is copied: steps before may bring more into a folder.
            var (source, problem) = LocalSource.Of(LocalFile.PathOf(src.Get(Scope.Empty), src.At));
            if (problem is not null) arguments.Problems.Add(src.At, problem);
            else if (source!.IsFolder && (settings.Backup ?? arguments.Raw("validate") as object) is not null)
                arguments.Problems.Add(arguments.PlaceOf(settings.Backup is null ? "validate" : "backup"), CopyWork.OneFileOnly, CopyWork.OneByOne);
        }
        return new CopyWork(this, src, content, settings);
    }
}

/// <summary>A `copy` step, bound.</summary>
internal sealed record CopyWork(StepKind Kind, Setting<string>? Src, Setting<string>? Content, FileSettings Settings) : KindWork(Kind)
{
    public const string OneFileOnly = "`backup` and `validate` are for a single file, and this is a folder";
    public const string OneByOne = "copy the files that need it with steps of their own";

    /// <summary>What was found last at each path: its files are read once for all hosts, and again where they have changed since.</summary>
    private readonly ConcurrentDictionary<string, LocalSource> sources = new(StringComparer.Ordinal);

    /// <summary>The content goes through standard input.</summary>
    public override IEnumerable<Template> OnCommandLine => base.OnCommandLine.Except(Content?.Templates ?? []);

    public override Effect Effect => Effect.Repeatable;

    public override Task<StepResult> Run(StepContext context, CancellationToken cancel) => FilePlacing.Guarded(async () =>
    {
        var wishes = Settings.Get(context.Scope);
        if (Src is null) return await new FilePlacing(context, wishes, Files.Content.Of(Encoding.UTF8.GetBytes(Content!.Get(context.Scope)))).Run("", cancel);
        var path = LocalFile.PathOf(Src.Get(context.Scope), Src.At);
        var (source, problem) = LocalSource.Of(path);
        if (source is null) return StepResult.Error(problem!) with { Began = false };
        source = sources.AddOrUpdate(path, source, (_, before) => before.IsSame(source) ? before : source);
        if (!source.IsFolder) return await new FilePlacing(context, wishes, source.Contents[0]).Run(source.Entries[0].Name, cancel);
        if (wishes.Backup || wishes.Validate.Count > 0) return StepResult.Error(OneFileOnly, OneByOne) with { Began = false };
        return await new FolderPlacing(context, wishes, source).Run(cancel);
    });
}
