using Playbooks.Templating.Evaluating;

namespace Playbooks.Templating.Functions;

/// <summary>Scriban's `math` functions without chance. floor, ceil and round give whole numbers.</summary>
internal static class NumberFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("math.abs(number)", "Without its sign.", "math.abs(-3) → 3", x => x.Number(0) switch
        {
            long.MinValue => throw x.Fail("the result is too large for a whole number"),
            // As object each: the two together would become a double.
            long whole => (object)Math.Abs(whole),
            var real => (object)Math.Abs((double)real),
        }),
        new("math.ceil(number)", "The next whole number above.", "math.ceil(1.2) → 2", x => Whole(x, Math.Ceiling)),
        new("math.floor(number)", "The next whole number below.", "math.floor(1.8) → 1", x => Whole(x, Math.Floor)),
        new("math.round(number[, digits])", "Rounded, a half away from zero.", "math.round(2.345, 2) → 2.35", Round),
        new("math.is_number(value)", "Whether it is a number, and not a text of digits.", "math.is_number('5') → false", x => x[0] is long or double),
    ];

    private static object Whole(Arguments x, Func<double, double> round)
    {
        if (x.Number(0) is long whole) return whole;
        var real = round((double)x.Number(0));
        return real is >= -9223372036854775808.0 and < 9223372036854775808.0 ? (long)real : throw x.Fail("the result is too large for a whole number");
    }

    private static object Round(Arguments x)
    {
        if (!x.Has(1) || x.Whole(1) == 0) return Whole(x, real => Math.Round(real, MidpointRounding.AwayFromZero));
        if (x.Whole(1) is < 0 or > 15) throw x.Fail(1, "so many digits are 0 to 15");
        return x.Number(0) is double real ? Math.Round(real, x.Whole(1), MidpointRounding.AwayFromZero) : x.Number(0);
    }
}
