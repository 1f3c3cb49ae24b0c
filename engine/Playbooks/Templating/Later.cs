namespace Playbooks.Templating;

/// <summary>Stands in a map for a value that is worked out when it is first read, and only once; it may turn out to be <see cref="Absent"/>.</summary>
public sealed class Later(Func<object?> find)
{
    private readonly Lazy<object?> value = new(find);

    public object? Value => value.Value;
}
