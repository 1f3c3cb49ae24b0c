using Playbooks.Model;
using Playbooks.Templating;

namespace Playbooks.Reporting.Plans;

/// <summary>A host that a step is about and an item of its loop, with the names that are known there.</summary>
/// <param name="Host">Null: the step is about no host.</param>
/// <param name="Names">What expressions see.</param>
/// <param name="Index">Which item of the innermost loop; null: there is none, or its items are not known.</param>
/// <param name="Item">The item itself.</param>
internal sealed record Case(Host? Host, Scope Names, int? Index = null, object? Item = null);
