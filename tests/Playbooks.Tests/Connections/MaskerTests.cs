using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connections;
using Playbooks.Problems;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Connections;

public sealed class MaskerTests
{
    private const string Odd = "it's \"50%\" of $HOME\\n & <ü> a/b?c+d=";

    private static Masker Of(params string[] secrets)
    {
        var masker = new Masker();
        foreach (var secret in secrets) masker.Add(secret);
        return masker;
    }

    /// <summary>The ways in which a secret comes back, with something before and after it.</summary>
    private static readonly (string Name, Func<string, string> Write)[] Ways =
    [
        ("plain", s => $"before {s} after"),
        ("base64", s => Convert.ToBase64String(Encoding.UTF8.GetBytes(s))),
        ("base64 behind one", s => Convert.ToBase64String(Encoding.UTF8.GetBytes("u" + s + ":p"))),
        ("base64 behind two", s => Convert.ToBase64String(Encoding.UTF8.GetBytes("u:" + s + "pp"))),
        ("base64 for URLs", s => Convert.ToBase64String(Encoding.UTF8.GetBytes(s)).Replace('+', '-').Replace('/', '_').TrimEnd('=')),
        ("in a URL", Uri.EscapeDataString),
        ("in a URL, small letters", s => string.Concat(Encoding.UTF8.GetBytes(s).Select(b => char.IsAsciiLetterOrDigit((char)b) ? ((char)b).ToString() : $"%{b:x2}"))),
        ("in a form", s => System.Net.WebUtility.UrlEncode(s)),
        ("a word of a shell", ShellText.Word),
        ("in octal", s => ShellText.Octal($"exec x {ShellText.Word(s)}")),
        ("JSON", s => JsonSerializer.Serialize(s)),
        ("relaxed JSON", s => $"\"{JsonEncodedText.Encode(s, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""),
        ("in a message", s => Data.Show(s)),
        ("safe to show", s => DisplayText.Safe(s)),
        ("HTML", s => System.Net.WebUtility.HtmlEncode(s)),
        ("HTML as Python's", s => s.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&#x27;", StringComparison.Ordinal)),
        ("JSON as Python's", s => string.Concat(JsonEncodedText.Encode(s, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString().Select(c => c > '~' ? $"\\u{(int)c:x4}" : c.ToString()))),
    ];

    public static TheoryData<string> Names => new(Ways.Select(way => way.Name));

    [Theory, MemberData(nameof(Names))]
    public void Nothing_of_it_is_left_however_it_is_written(string name)
    {
        var written = Ways.Single(way => way.Name == name).Write(Odd);
        var masked = Of(Odd).Mask(written);
        Assert.Contains("***", masked, StringComparison.Ordinal);
        // At the edges of base64 a character belongs half to the neighbour.
        Assert.InRange(masked.Replace("before ", "", StringComparison.Ordinal).Replace(" after", "", StringComparison.Ordinal).Length, 3, name == "in octal" ? 25 : 14);
    }

    [Fact]
    public void Thousands_are_added_in_no_time()
    {
        var watch = Stopwatch.StartNew();
        var masker = Of([.. Enumerable.Range(0, 2000).Select(i => $"secret number {i:0000}!")]);
        Assert.Equal("a *** b", masker.Mask("a secret number 1234! b"));
        masker.Add("the last of them");
        Assert.Equal("*** ***", masker.Mask("secret number 0000! the last of them"));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public void Of_several_lines_each_is_hidden_and_short_ones_with_the_whole_only()
    {
        var masker = Of("-----BEGIN KEY-----\r\nabcdefgh\nab\n-----END KEY-----\n");
        Assert.Equal("a ***, ab, ***", masker.Mask("a abcdefgh, ab, -----END KEY-----"));
        Assert.Equal("***!", masker.Mask("-----BEGIN KEY-----\r\nabcdefgh\nab\n-----END KEY-----\n!"));
    }

    [Fact]
    public void Long_base64_is_hidden_also_where_it_is_broken_into_lines()
    {
        var secret = string.Concat(Enumerable.Range(0, 100).Select(i => $"{i * 7919 % 1000:000}"));
        var lines = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret), Base64FormattingOptions.InsertLineBreaks).Split("\r\n");
        foreach (var line in lines[..^1]) Assert.Equal("***", Of(secret).Mask(line));
    }

    [Fact]
    public void The_longest_counts_and_what_overlaps_is_hidden_as_one()
    {
        Assert.Equal("x***x", Of("abcd", "abcdefgh").Mask("xabcdefghx"));
        Assert.Equal("x***x", Of("abcd", "cdefgh").Mask("xabcdefghx"));
        Assert.Equal("***", Of("aaaa").Mask("aaaaaaa"));
        Assert.Equal("*** ***", Of("abcd").Mask("abcd abcd"));
    }

    [Fact]
    public void Where_a_text_was_cut_a_beginning_is_hidden_too()
    {
        var masker = Of("hunter2-hunter2");
        Assert.Equal("it is \"my ***…\", and so on", masker.Mask("it is \"my hunter2-hun…\", and so on"));
        Assert.Equal("no hunter2 here", masker.Mask("no hunter2 here"));
        Assert.Equal("***", masker.Mask("hunter2", isCut: true));
    }

    [Fact]
    public void Without_secrets_and_without_one_in_it_the_text_itself_comes_back()
    {
        var text = new string('x', 100);
        Assert.Same(text, new Masker().Mask(text));
        Assert.Same(text, Of("secret").Mask(text));
    }

    [Theory]
    [InlineData("hunter2-hunter2", "--password=hunter2-hunter2", true)]
    [InlineData("tomcat", "/opt/tomcat/bin/run", false)]
    [InlineData("tomcat", "tomcat", true)]
    [InlineData("tomcat", "-ptomcat", false)]
    [InlineData("tomcat", "user:tomcat", true)]
    [InlineData("hunter2-hunter2", "Basic aHVudGVyMi1odW50ZXIy", true)]
    [InlineData("hunter2-hunter2", "hunter2", false)]
    public void A_short_secret_is_not_seen_in_every_word(string secret, string word, bool expected) => Assert.Equal(expected, Of(secret).IsInWord(word));

    [Fact]
    public void A_secret_that_was_filled_into_a_text_for_a_shell_is_found()
    {
        Assert.True(Of("it's me!!").IsInScript(@"login 'it'\''s me!!'"));
        Assert.True(Of("tomcat").IsInScript("login 'tomcat'"));
        Assert.False(Of("tomcat").IsInScript("systemctl stop tomcat"));
    }

    /// <summary>In any of its forms, in any surroundings, however the stream is cut: those who watch never see it, not even in two pieces.</summary>
    [Fact]
    public void No_watcher_sees_a_secret_however_it_is_written_and_cut() =>
        Gen.Select(Gen.String[Gen.Char["aB3+/ '\"\\$%&=-ü한\n"], 4, 30].Where(s => s.Trim('\n').Length >= 4), Gen.Int[0, Ways.Length - 1], Gen.String[Gen.Char["xyz \n"], 0, 20], Gen.Int[1, 9].List[1, 20], Gen.Bool).Sample((secret, way, around, pieces, pauses) =>
        {
            var (clock, told) = (new FakeTimeProvider(), new List<PrintedLine>());
            var lines = new OutputLines(Encoding.UTF8, clock, all: true, line =>
            {
                told.Add(line);
                return true;
            }, Of(secret));
            var written = Ways[way].Write(secret);
            var bytes = Encoding.UTF8.GetBytes(around + written + around);
            for (int at = 0, i = 0; at < bytes.Length; i++)
            {
                var length = Math.Min(pieces[i % pieces.Count], bytes.Length - at);
                lines.Add(false, bytes.AsSpan(at, length));
                at += length;
                if (pauses) clock.Advance(TimeSpan.FromMilliseconds(400));
                lines.Pulse();
            }
            lines.End();
            var seen = string.Concat(told.Select(line => (line.Continues ? "" : "\n") + line.Text));
            foreach (var form in SecretForms.Of(secret).Where(form => !form.Contains('\n', StringComparison.Ordinal) && written.Contains(form, StringComparison.Ordinal)))
                Assert.DoesNotContain(form, seen, StringComparison.Ordinal);
        }, iter: 2000);

    [Fact]
    public void A_megabyte_is_looked_through_in_a_moment()
    {
        var masker = Of([.. Enumerable.Range(0, 20).Select(i => $"secret number {i} with 'quotes' and ü")]);
        var text = string.Concat(Enumerable.Range(0, 16_000).Select(i => $"line {i}: nothing to be seen in here, secret or not; dGhpcyBpcyBubyBzZWNyZXQ=\n"));
        masker.Mask(text);
        var began = Stopwatch.GetTimestamp();
        Assert.Same(text, masker.Mask(text));
        var took = Stopwatch.GetElapsedTime(began);
        TestContext.Current.TestOutputHelper?.WriteLine($"{text.Length} characters in {took.TotalMilliseconds} ms");
        Assert.InRange(took.TotalSeconds, 0, 1);
        // Full of beginnings and of cuts, it takes no more than its length allows.
        foreach (var hostile in (string[])[string.Concat(Enumerable.Repeat("secret number ", 75_000)), new string('…', 1_000_000), string.Concat(Enumerable.Repeat("s…", 500_000)), new string('s', 1_000_000)])
        {
            began = Stopwatch.GetTimestamp();
            masker.Mask(hostile);
            Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 5);
        }
    }
}
