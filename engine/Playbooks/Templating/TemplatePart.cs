using Playbooks.Problems;

namespace Playbooks.Templating;

/// <summary>A piece of a template: text that stays as it is, or an expression to be filled in.</summary>
public abstract record TemplatePart
{
    private protected TemplatePart() { }

    public abstract Position At { get; }

    /// <summary>Text of the template, with the place of each of its characters.</summary>
    public sealed record Literal(PlacedText Text) : TemplatePart
    {
        public override Position At => Text.Start;
    }

    /// <summary>A `{{ … }}`, with the place of the whole of it.</summary>
    public sealed record Hole(Expression Expression, Position Place) : TemplatePart
    {
        public override Position At => Place;
    }
}
