using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Playbooks.Problems;
using Playbooks.Reporting.Files.Html;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Reporting.Files;

/// <summary>The page of a run: what it says, that nothing a host or a file says becomes more than text, and that it stays small.</summary>
public sealed class HtmlReportTests
{
    private const int MostBytes = 5_000_000;

    [Fact]
    public Task It_reads_from_the_verdict_to_the_evidence() => Verifier.Verify(Html.Outline(Html.Of(MadeRuns.Small())));

    [Fact]
    public Task A_run_where_all_is_well_is_short() => Verifier.Verify(Html.Outline(Html.Of(MadeRuns.Good())));

    [Fact]
    public void A_run_with_itself_has_not_changed() => Assert.Contains("nothing has changed", Html.Outline(Html.Of(Two(Outcome.Passed).Reported(Two(Outcome.Passed)))), StringComparison.Ordinal);

    [Fact]
    public void A_run_that_has_not_ended_says_so()
    {
        var outline = new RunOutline { Hosts = [new("web1", "web1")], Steps = [MadeRun.Step("steps/0", "Long", 1)] };
        var run = new MadeRun("r", DateTimeOffset.UnixEpoch).Start("Long", outline).Add(1, new RunEvent.StepStarted("", new("steps/0"), "Long", null, [], ["web1"])).Add(1, new RunEvent.HostStarted(new Address("", new("steps/0"), "web1"), "play", null, false));
        var said = Html.Outline(Html.Of(run.Reported()));
        Assert.Contains("# ■ it has not ended", said, StringComparison.Ordinal);
        Assert.Contains("web1 ¦ … ¦", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_whose_results_look_the_same_stand_together()
    {
        var said = Html.Outline(Html.Of(Two(Outcome.Passed).Reported()));
        Assert.Contains("✓ passed web1, web2 ", said, StringComparison.Ordinal);
        Assert.Contains("✗ failed web2", Html.Outline(Html.Of(Two(Outcome.Failed).Reported())), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_a_host_or_a_file_says_is_markup()
    {
        var page = Html.Of(MadeRuns.Hostile());
        string[] elements = "html head meta title style body main header section form input select option button output h1 h2 h3 h4 p ul li dl dt dd div span bdi b a pre ins del details summary table thead tbody tr th td svg g path rect use text title script !DOCTYPE".Split(' ');
        string[] attributes = "lang charset http-equiv content name class id href title type value placeholder hidden open role tabindex scope autocomplete aria-label aria-labelledby aria-hidden aria-live data-bad data-new width height viewBox preserveAspectRatio x y d text-anchor html".Split(' ');
        foreach (var (_, tag) in Html.Pieces(page))
        {
            Assert.Contains(tag.Name, elements);
            Assert.All(tag.Attributes.Keys, name => Assert.Contains(name, attributes));
            if (tag.Attributes.TryGetValue("href", out var link)) Assert.Matches("^#(back|s[0-9]+)$", link);
        }
        Assert.Single(Html.Pieces(page), piece => piece.Tag is { Name: "script", IsEnd: false });
        Assert.All(page.EnumerateRunes(), rune => Assert.True(rune.Value is '\n' || Rune.GetUnicodeCategory(rune) is not (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.Surrogate), $"U+{rune.Value:x4}"));
        // It came through as data, everywhere.
        Assert.True(page.Split("&lt;script&gt;window.pwned=1").Length > 100);
    }

    [Fact]
    public void Only_its_own_style_and_script_are_on_the_list_of_what_may_run()
    {
        var page = Html.Of(MadeRuns.Small());
        var policy = Html.Pieces(page).Single(piece => piece.Tag.Attributes.GetValueOrDefault("http-equiv") == "Content-Security-Policy").Tag.Attributes["content"];
        Assert.Equal($"default-src 'none'; style-src '{Hash("style")}'; script-src '{Hash("script")}'; base-uri 'none'; form-action 'none'", policy);

        string Hash(string element) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Html.Inside(page, element))))}";
    }

    [Fact]
    public void Every_text_is_escaped_and_can_be_read_back() =>
        Gen.String[Gen.Char, 0, 100].Sample(text =>
        {
            using var to = new StringWriter();
            new Markup(to).Add("p", text, ("title", text));
            var written = to.ToString();
            var piece = Assert.Single(Html.Pieces(written), piece => piece.Tag.IsEnd);
            return piece.Before == DisplayText.Safe(text, keepLineEnds: true) && Html.Pieces(written).First().Tag.Attributes.GetValueOrDefault("title", "") == DisplayText.Safe(text);
        });

    [Theory]
    [InlineData("onclick", "x")]
    [InlineData("style", "x")]
    [InlineData("a b", "x")]
    [InlineData("href", "javascript:x")]
    [InlineData("href", "https://www.example.com/")]
    public void An_attribute_that_could_do_something_cannot_be_written(string name, string value) => Assert.Throws<ArgumentException>(() => new Markup(TextWriter.Null).Add("a", "", (name, value)));

    [Fact]
    public void A_hundred_hosts_and_fifty_steps_that_print_a_lot_stay_small()
    {
        var page = Html.Of(MadeRuns.Big());
        Assert.InRange(Encoding.UTF8.GetByteCount(page), 1_000_000, MostBytes);
        Assert.Contains("characters more", page, StringComparison.Ordinal);
    }

    /// <summary>Nothing but escapes, the longest of them.</summary>
    [Fact]
    public void However_much_has_to_be_escaped_it_stays_small()
    {
        var names = Enumerable.Range(0, 100).Select(host => $"h{host}").ToList();
        var outline = new RunOutline { Hosts = [.. names.Select(host => new OutlineHost(host, host))], Steps = [.. Enumerable.Range(0, 50).Select(step => MadeRun.Step($"steps/{step}", $"s{step}", 1))] };
        var run = new MadeRun("r", DateTimeOffset.UnixEpoch).Start("p", outline);
        foreach (var step in Enumerable.Range(0, 50))
            run.Run($"steps/{step}", step, step + 1, [.. names.Select(host => (host, MadeRun.Bad(Outcome.Failed, new Failure(MadeRun.At(1), $"{host} {step} {new string('\u202e', 16_000)}")) with { Fields = MadeRun.Fields(("stdout", $"{host}{step}{new string('<', 64_000)}")) }))]);
        Assert.InRange(Encoding.UTF8.GetByteCount(Html.Of(run.End(60, ExitCode.Failed).Reported())), 1, MostBytes);
    }

    [Trait("Category", "Long")]
    [Fact]
    public void Ten_times_the_hosts_stay_small_too() => Assert.InRange(Encoding.UTF8.GetByteCount(Html.Of(MadeRuns.Big(1_000, 60))), 1, MostBytes);

    private static MadeRun Two(Outcome second)
    {
        var outline = new RunOutline { Hosts = [new("web1", "web1"), new("web2", "web2")], Steps = [MadeRun.Step("steps/0", "Look", 1)] };
        return new MadeRun("r", DateTimeOffset.UnixEpoch).Start("Two", outline).Run("steps/0", 0, 1, ("web1", Ended(Outcome.Passed)), ("web2", Ended(second))).End(1, ExitCode.Passed);

        static HostResult Ended(Outcome outcome) => new() { Outcome = outcome, Did = "command look", Fields = MadeRun.Fields(("stdout", "same")) };
    }
}
