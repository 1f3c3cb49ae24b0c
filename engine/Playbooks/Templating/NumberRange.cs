namespace Playbooks.Templating;

/// <summary>How large a number that is always there may be.</summary>
public readonly record struct NumberRange(double Least, double Most)
{
    /// <summary>A value that is always there and is no number.</summary>
    public static NumberRange NoNumber { get; } = new(double.NaN, double.NaN);
}
