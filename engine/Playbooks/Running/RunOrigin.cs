using System.Security.Cryptography;
using System.Text;
using Playbooks.Connections;
using Playbooks.Problems;

namespace Playbooks.Running;

/// <summary>What a run was made of, as texts in which no secret stands: enough to plan it again, and to say what has changed since.</summary>
public sealed record RunOrigin
{
    /// <summary>The files that were read for it, the playbook first.</summary>
    public required IReadOnlyList<OriginFile> Files { get; init; }

    /// <summary>The hosts with their variables, without how they are reached.</summary>
    public required string Inventory { get; init; }

    /// <summary>The plan, a line for each step, without addresses.</summary>
    public required IReadOnlyList<string> Plan { get; init; }

    /// <summary>What the command line said, as JSON.</summary>
    public required string Request { get; init; }

    /// <summary>All of it as a list, to be kept as it is.</summary>
    public IReadOnlyList<OriginText> Texts =>
    [
        .. Files.Select(file => new OriginText("file", file.Path, file.Text, file.Hash)),
        new("inventory", "", Inventory),
        new("plan", "", string.Join('\n', Plan)),
        new("request", "", Request),
    ];

    /// <summary>The same from that list; null where it is not all there.</summary>
    public static RunOrigin? Of(IReadOnlyList<OriginText> texts)
    {
        string? One(string kind) => texts.FirstOrDefault(text => text.Kind == kind)?.Text;
        if (One("inventory") is not { } inventory || One("plan") is not { } plan || One("request") is not { } request) return null;
        return new RunOrigin { Files = [.. texts.Where(text => text.Kind == "file").Select(text => new OriginFile(text.Name, text.Text, text.Hash))], Inventory = inventory, Plan = plan.Split('\n'), Request = request };
    }
}

/// <summary>A file that a run was made of.</summary>
/// <param name="Path">As it was said.</param>
/// <param name="Text">With its secrets hidden.</param>
/// <param name="Hash">SHA-256 of the text as it is, as hexadecimal digits.</param>
public sealed record OriginFile(string Path, string Text, string Hash)
{
    public static OriginFile Of(SourceText source, Masker masker) => new(source.Name, masker.Mask(source.Text), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Text))));
}

/// <summary>One of the texts that a run was made of, as it is kept: of a kind, with a name where there are several of the kind, and a hash where it has one.</summary>
public sealed record OriginText(string Kind, string Name, string Text, string Hash = "");
