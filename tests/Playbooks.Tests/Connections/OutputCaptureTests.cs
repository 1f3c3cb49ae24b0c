using System.Text;
using CsCheck;
using Playbooks.Connections;
using Xunit;

namespace Playbooks.Tests.Connections;

public sealed class OutputCaptureTests
{
    [Fact]
    public void However_it_is_cut_into_pieces_the_same_is_kept() =>
        Gen.Select(Gen.Int[1, 12].List[1, 20], Gen.Int[0, 30], Gen.String[Gen.Char["abm\n "], 0, 10]).Sample((pieces, keep, noise) =>
        {
            var all = Encoding.UTF8.GetBytes(noise + "mark 4711\nwhat mark 3\nit printed");
            var capture = new OutputCapture(keep, "mark");
            var at = 0;
            for (var i = 0; at < all.Length; i++)
            {
                var length = Math.Min(pieces[i % pieces.Count], all.Length - at);
                capture.Add(all.AsSpan(at, length));
                at += length;
            }

            var output = "what mark 3\nit printed";
            Assert.Equal(("4711", noise.Length, output.Length), (capture.Announced, (int)capture.Noise, (int)capture.Total));
            Assert.Equal(output[..Math.Min(keep, output.Length)], Encoding.UTF8.GetString(capture.Kept.Span));
        });

    [Fact]
    public void A_login_that_never_stops_printing_does_not_fill_the_memory()
    {
        var capture = new OutputCapture(10, "mark");
        for (var i = 0; i < 100; i++) capture.Add(new byte[50_000]);
        Assert.False(capture.Started);
        Assert.InRange(capture.BeforeMark.Length, 1, 64 * 1024);
        Assert.Equal(5_000_000, capture.Noise + capture.BeforeMark.Length);
    }
}
