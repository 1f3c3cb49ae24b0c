namespace Playbooks.Templating;

/// <summary>A value with named members, a map or a record, as expressions see it; members may be worked out only when they are asked for.</summary>
public interface IMembers
{
    /// <summary>The member of that name. May throw <see cref="MissingValueException"/>: the name is right, and its value is absent for a reason.</summary>
    bool TryGet(string name, out object? value);

    /// <summary>All the names, in the order in which people should read them.</summary>
    IEnumerable<string> Names { get; }
}
