using System.Diagnostics;
using System.Text;
using CsCheck;
using Playbooks.Templating;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Templating;

/// <summary>The law of `shell`: whatever the value and wherever it may stand, a real shell sees exactly that value, and nothing of it is ever run.</summary>
public sealed class ShellQuotingTests : IDisposable
{
    private const int Batch = 100;

    private static readonly Gen<string> Value = Gen.OneOf(
        CommandTests.Text,
        OneOf("", "-", "--help", "-n", "~", "~root", "*", "/*", "$(id)", "`id`", "${IFS}", "!!", "#", "\\", "'", "\"", "\n", "\n\n", " ", "a\\", "'\\''", "E", "\nE\n", "{a,b}", "$'a'", "=", "a=b", ")", "&&", "\u0001", "\u007f", "\u0081\u0088", "한글", "🙂", "\ufeff", "]]", "esac"),
        Gen.Select(CommandTests.Text, Gen.Int[1, 400], (text, times) => string.Concat(Enumerable.Repeat(text, times))));

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("quoting");

    public static TheoryData<string> Shells => ["dash", "bash", "busybox sh"];

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>A piece of a text for a shell, and what the shell should make of it.</summary>
    private sealed record Piece(string Text, string Means)
    {
        public static Piece Join(IEnumerable<Piece> pieces) => pieces.Aggregate(new Piece("", ""), (a, b) => new Piece(a.Text + b.Text, a.Means + b.Means));
    }

    private static Gen<T> OneOf<T>(params T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    private static Gen<Piece> Pieces(params (string Text, string Means)[] pieces) => OneOf([.. pieces.Select(p => new Piece(p.Text, p.Means))]);

    private static Gen<Piece> Word(string[] values, int depth)
    {
        var hole = Gen.Int[0, values.Length - 1].Select(i => new Piece($"{{{{ v{i} }}}}", values[i]));
        var plain = Pieces(("`echo b`", "b"), ("a", "a"), ("--x=", "--x="), ("/b.c", "/b.c"), ("\\$", "$"), ("\\\"", "\""), ("\\'", "'"), ("x#y", "x#y"), ("${unset:-q}", "q"), ("${unset-'it}'}", "it}"), ("$((2 * (1 + 2)))", "6"), ("a\\\nb", "ab"), ("{x", "{x"), ("%", "%"));
        var literal = Pieces(("`echo b`", "b"), ("a b", "a b"), ("'", "'"), ("\\\"", "\""), ("\\$x", "$x"), ("\\\\", "\\"), ("\\`", "`"), ("#", "#"), ("\n", "\n"), ("( [", "( ["), ("${unset:-q}", "q"), ("$((1<<2))", "4"), (" $ ", " $ "), ("<<E", "<<E"));
        var single = Pieces(("a b", "a b"), ("\"", "\""), ("\\", "\\"), ("$(x", "$(x"), ("`", "`"), ("# ", "# "), ("\n", "\n"), ("${x", "${x"));
        var inDouble = depth == 0 ? Gen.OneOf(hole, hole, literal) : Gen.OneOf(hole, literal, Command(values, depth - 1).Select(c => new Piece($"$({c.Text})", c.Means)));
        return Gen.OneOf(
            hole, plain,
            inDouble.List[0, 4].Select(Piece.Join).Where(p => !p.Text.Contains("${{", StringComparison.Ordinal) && !p.Text.Contains("$$", StringComparison.Ordinal)).Select(p => new Piece($"\"{p.Text}\"", p.Means)),
            Gen.OneOf(hole, single).List[0, 4].Select(Piece.Join).Select(p => new Piece($"'{p.Text}'", p.Means))).List[1, 4].Select(Piece.Join)
            .Where(p => !p.Text.Contains("\"$\"'", StringComparison.Ordinal));
    }

    private static Gen<Piece> Command(string[] values, int depth) => Gen.Select(
        OneOf("", ": 'x\"';", "true && ", "if true; then :; fi\n", "# a comment\n", " ( : a )\n", ":<<E\nb\nE\n", "! : ", "[ 1 -eq 1 ];"),
        Word(values, depth), (before, word) => new Piece($"{before.Replace("! : ", "! false; ", StringComparison.Ordinal)}printf '%s.' {word.Text}", word.Means + "."));

    private static Gen<Piece> Statement(string[] values) => Gen.Select(
        OneOf("", "# it's a \"comment\n", "cat <<E >/dev/null\nit's $(echo x) ${y} \\` \"\nE\n", "cat <<-'E' >/dev/null; :\n\t`$(\n\tE\n", "case a in (a) : 'x)';; b) :;; esac\n", ": `echo a` \n", ": $(echo ')' \"$(echo '(')\")\n", "x='a\nb'; ", "( : ) ; ", ": $'a\"' $\"b\"\n"),
        Word(values, 2), Word(values, 2), (before, one, two) => new Piece($"{before}printf '%s\\0' {one.Text} {two.Text}", $"{one.Means}\0{two.Means}\0"));

    private static readonly Gen<(string[] Values, Piece Piece)> Case = Value.Array[3].SelectMany(values => Statement(values).Select(piece => (values, piece)));

    [Theory, MemberData(nameof(Shells))]
    public void A_shell_sees_exactly_the_value(string shell) => Law(shell, 1);

    [Theory, MemberData(nameof(Shells)), Trait("Category", "Long")]
    public void A_shell_sees_exactly_the_value_a_hundred_thousand_times(string shell) => Law(shell, 100_000 / 3 / Batch + 1);

    [Theory, MemberData(nameof(Shells))]
    public void Nothing_of_a_value_is_run_whatever_text_it_stands_in(string shell) => Safety(shell, 1);

    [Theory, MemberData(nameof(Shells)), Trait("Category", "Long")]
    public void Nothing_of_a_value_is_run_in_a_hundred_thousand_texts(string shell) => Safety(shell, 100_000 / Batch);

    private void Law(string shell, long batches) => Case.Array[Batch].Sample(cases =>
    {
        var script = string.Join('\n', cases.Select(c => Fill(c.Piece.Text, c.Values) ?? throw new InvalidOperationException($"refused: {c.Piece.Text}")));
        if (Run(shell, script) == string.Concat(cases.Select(c => c.Piece.Means))) return;
        foreach (var (values, piece) in cases)
            if (Run(shell, Fill(piece.Text, values)!) is var printed && printed != piece.Means) Assert.Fail($"{piece.Text}\nwith {Data.Show(values, 500)}\nprinted {Data.Show(printed, 500)}");
        Assert.Fail("together they mean something else than one by one");
    }, iter: batches, threads: 1, print: _ => "see below");

    /// <summary>Everything that moves a shell from one way of reading to another, thrown together; a value that gets out of its quotes anywhere leaves a file.</summary>
    private void Safety(string shell, long batches)
    {
        const string Hostile = "\n>GOT\n\"\n>GOT\n'\n>GOT\n\"`>GOT`$(>GOT)\n}\n>GOT\n)\n>GOT\nE\n>GOT\n'\"\n>GOT\n;;esac\n>GOT\n))]]\n>GOT\n#";
        var soup = OneOf("{{ v }}", "{{ v }}", "{{ v }}", "'", "'", "\"", "\"", "`", "$(", ")", "${x:-", "${x#", "}", "$((", "))", "(", "<<E", "<<-E", "<<'E'", "\n", "\n", "\nE\n", "E", "#", " #", "\\", " ", " ", "a", ";", "case x in ", "x)", ";;", " esac", "$'", "$\"", "[[ ", " ]]", " -eq ", "$", "|", "[", "]", "<", ": ", "echo ", "x=", "1", "&&", "{ ", "; }", "<(", "<<<", "!", "@(").Array[1, 14].Select(string.Concat);
        soup.Array[Batch].Sample(texts =>
        {
            var kept = texts.Select(text => (text, Filled: Fill(text, [Hostile]))).Where(t => t.Filled is not null).ToList();
            if (!Got(kept.Select(t => t.Filled!))) return;
            foreach (var (text, filled) in kept) Assert.False(Got([filled!]), $"a value was run in: {text}");
        }, iter: batches, threads: 1, print: _ => "see below");

        bool Got(IEnumerable<string> texts)
        {
            Run(shell, string.Join('\n', texts.Select(text => $"( eval '{text.Replace("'", "'\\''", StringComparison.Ordinal)}' ) </dev/null >/dev/null 2>&1")));
            var path = Path.Combine(folder.FullName, "GOT");
            if (!File.Exists(path)) return false;
            File.Delete(path);
            return true;
        }
    }

    private static string? Fill(string text, string[] values)
    {
        var scope = values.Select((value, i) => KeyValuePair.Create(values.Length == 1 ? "v" : $"v{i}", (object?)value));
        return ShellPlaceTests.Read(text, out _)?.Fill(Scope.Empty.With(scope));
    }

    private string Run(string shell, string script)
    {
        var path = Path.Combine(folder.FullName, "script");
        File.WriteAllText(path, script);
        var words = shell.Split(' ');
        using var process = Process.Start(new ProcessStartInfo(words[0], [.. words[1..], path]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = folder.FullName })!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var stdout = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(stdout);
        process.WaitForExit();
        return Encoding.UTF8.GetString(stdout.ToArray()) + (errors.Result.Length > 0 ? $" stderr: {errors.Result}" : "");
    }
}
