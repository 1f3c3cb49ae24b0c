namespace Playbooks.Templating.Evaluating;

/// <summary>What one expression may use up, so that a typing error or a hostile host cannot hold the program.</summary>
internal static class Limits
{
    /// <summary>Items a list may have that an expression makes.</summary>
    public const int Items = 100_000;

    /// <summary>Characters a text may have that an expression or a template makes: 16 MiB.</summary>
    public const int Text = 16 << 20;

    /// <summary>The time one regex may take: they meet what hosts print.</summary>
    public static readonly TimeSpan Pattern = TimeSpan.FromSeconds(0.5);
}
