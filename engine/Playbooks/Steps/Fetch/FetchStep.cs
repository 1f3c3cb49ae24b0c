using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps.Fetch;

/// <summary>`fetch`: brings a file or a folder of a host to this machine.</summary>
public sealed class FetchStep : StepKind
{
    public override string Name => "fetch";

    public override string Summary => "Brings a file or a folder of a host to this machine. Nothing is written but below its destination, whatever the host answers.";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("src", "text", "The absolute path of a file or a folder there.", Required: true),
        new("dest", "text", "Where it goes on this machine; the path starts at this file's folder. With a `/` at its end it is a folder that has one for each host: DEST/HOST/NAME. Without, the file or folder itself.", Required: true),
    ];

    public override IReadOnlyList<ResultField> Fields =>
    [
        new("files", "list", "What was brought: `path` on this machine, `size`, `sha256`."),
        new("checksum", "text", "SHA-256 of the file; of a folder, that of the sorted lines `SHA-256  PATH` of its files."),
    ];

    public override bool CanProbe => false;

    public override KindWork? Bind(Arguments arguments)
    {
        var src = arguments.Get("src", SettingTypes.Text);
        var dest = arguments.Get("dest", SettingTypes.Text);
        if (src is { IsConstant: true } && FetchWork.WrongSource(src.Get(Scope.Empty)) is { } wrong) arguments.Problems.Add(src.At, wrong);
        if (dest is { IsConstant: true } && FetchWork.WrongDestination(dest.Get(Scope.Empty)) is { } none) arguments.Problems.Add(dest.At, none);
        return src is null || dest is null ? null : new FetchWork(this, src, dest);
    }
}
