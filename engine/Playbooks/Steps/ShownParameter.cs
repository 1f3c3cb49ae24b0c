using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>A parameter as a plan shows it: how it is written, which names it needs, and what it becomes with them.</summary>
/// <param name="Name">The word in the playbook.</param>
/// <param name="Written">As it stands in the file, for where it cannot be filled in yet.</param>
/// <param name="Names">The names that fill it in.</param>
/// <param name="Fill">What it becomes; throws <see cref="ExpressionException"/> where that cannot be worked out.</param>
public sealed record ShownParameter(string Name, object? Written, IReadOnlyList<NameUse> Names, Func<Scope, object?> Fill)
{
    /// <summary>What people read before its value, such as the method before a URL.</summary>
    public string Lead { get; init; } = "";

    /// <summary>False: people read it with another parameter.</summary>
    public bool IsTold { get; init; } = true;

    public static ShownParameter Of(string name, DataTemplate data) => new(name, data.Written, [.. data.Templates.SelectMany(t => t.Names)], data.Evaluate);

    public static ShownParameter Of<T>(string name, Setting<T> setting, Func<T, object?> show) =>
        new(name, setting.Written, [.. setting.Templates.SelectMany(t => t.Names)], scope => show(setting.Get(scope)));
}
