namespace Playbooks.Reporting.Files.Html;

/// <summary>What evidence may take of a page, in bytes: enough for a mail and a phone, however much the hosts printed. What failed has a purse of its own.</summary>
internal sealed class Purse(int all, int results, int most)
{
    /// <summary>So much of each is shown when nothing is left, and then nothing.</summary>
    private const int Least = 200;

    private long left = all;

    /// <summary>For one result: each has the same, and no fewer than a few lines.</summary>
    public int Allowance => left > 0 ? Math.Clamp(all / Math.Max(1, results), Least, most) : left > -all / 4 ? Least : 0;

    public void Pay(int weight) => left -= weight;
}
