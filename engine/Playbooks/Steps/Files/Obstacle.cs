using Playbooks.Templating;

namespace Playbooks.Steps.Files;

/// <summary>What keeps a file from its place on a host.</summary>
/// <param name="Difference">Who only compares finds in it a difference, shown so; null: nobody can tell what is there.</param>
internal sealed record Obstacle(string Message, string? Mend = null, string? Difference = null)
{
    /// <param name="compares">Whoever meets it only compares.</param>
    /// <param name="fields">With that text as the difference.</param>
    public StepResult Result(bool compares, Func<string, DataMap> fields) =>
        compares && Difference is { } difference ? StepResult.Failed(fields(difference), Message) : StepResult.Error(Message, Mend) with { Began = false };

    /// <summary>Something else stands where a file or a folder is to be.</summary>
    public static Obstacle Other(string path, HostFileType type, string wanted) => type switch
    {
        HostFileType.ClosedFolder => new($"{path} may not be looked into", "does it need `sudo`?"),
        HostFileType.ClosedFile => new($"{path} may not be read, so it cannot be compared", "does it need `sudo`?"),
        HostFileType.BrokenLink => new($"{path} is a link that leads nowhere, and a {wanted} is to be there", null, $"{path}: a link that leads nowhere → a {wanted}"),
        HostFileType.Special => new($"{path} is a device, a pipe or a socket, and a {wanted} is to be there", null, $"{path}: a device, a pipe or a socket → a {wanted}"),
        HostFileType.Folder => new($"{path} is a folder, and a {wanted} is to be there", null, $"{path}: a folder → a {wanted}"),
        HostFileType.None => new($"there is no {wanted} {path}", null, $"{path}: not there → a {wanted}"),
        _ => new($"{path} is a file, and a {wanted} is to be there", null, $"{path}: a file → a {wanted}"),
    };
}
