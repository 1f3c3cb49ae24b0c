using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Playbooks.Templating;

namespace Playbooks.Loading.Ansible;

/// <summary>Reads a text as Python's `ast.literal_eval` does (docs.python.org, "ast" and "Lexical analysis"): that is how Ansible types the values of INI files. What is no literal stays text.</summary>
internal sealed partial class PythonLiteral
{
    /// <summary>Python's own limits: of brackets, and of the digits of a whole number.</summary>
    private const int Deepest = 200, MostDigits = 4300;

    /// <summary>Stand for a literal that has no place among our values: a set or an ellipsis; a complex number.</summary>
    private static readonly object Strange = new(), Complex = new();

    private readonly string text;
    private int at;
    private int depth;

    private PythonLiteral(string text) => this.text = text;

    private sealed class NotLiteralException : Exception;

    /// <param name="text">What stands behind the `=`.</param>
    /// <param name="isStrange">It is a literal of Python that this program has no value for.</param>
    public static object? Read(string text, out bool isStrange)
    {
        isStrange = false;
        // Most values are plain words, and an exception for each would take long.
        if (text.Length == 0 || Plain().IsMatch(text)) return text;
        try
        {
            var value = new PythonLiteral(text).Whole();
            isStrange = IsStrange(value);
            return value;
        }
        catch (NotLiteralException)
        {
            return text;
        }
    }

    private static bool IsStrange(object? value) => ReferenceEquals(value, Strange) || ReferenceEquals(value, Complex) || value is DataMap map && map.Values.Any(IsStrange) || value is List<object?> list && list.Any(IsStrange);

    private object? Whole()
    {
        var value = Items('\0') is var (items, isTuple) && isTuple ? items : items[0];
        Blanks();
        return at < text.Length && text[at] != '#' ? throw new NotLiteralException() : value;
    }

    /// <summary>Values with commas between, up to the bracket that closes them or the end of the text.</summary>
    private (List<object?> Items, bool HasComma) Items(char close)
    {
        var (items, comma) = (new List<object?>(), false);
        while (!IsEnd(close))
        {
            if (items.Count > 0 && !comma) throw new NotLiteralException();
            items.Add(Value());
            comma = Take(',');
        }
        return items.Count == 0 && close == '\0' ? throw new NotLiteralException() : (items, comma || items.Count > 1);
    }

    private bool IsEnd(char close)
    {
        Blanks();
        if (at >= text.Length || text[at] == '#') return close == '\0' ? true : throw new NotLiteralException();
        return close != '\0' && text[at] == close;
    }

    private object? Value()
    {
        if (++depth > Deepest) throw new NotLiteralException();
        Blanks();
        var value = Signed();
        Blanks();
        // `1+2j` is the one sum that counts as a literal.
        if (at < text.Length && text[at] is '+' or '-' && value is long or double && Signed() is var other)
            value = ReferenceEquals(other, Complex) ? Complex : throw new NotLiteralException();
        depth--;
        return value;
    }

    private object? Signed()
    {
        if (at >= text.Length || text[at] is not ('+' or '-')) return One() is var one && one is Big large ? large.Digits : one;
        var minus = text[at++] == '-';
        Blanks();
        return One() switch
        {
            long whole => minus ? -whole : whole,
            double real => minus ? -real : real,
            Big { Digits: "9223372036854775808" } when minus => long.MinValue,
            Big big => minus ? "-" + big.Digits : big.Digits,
            var other when ReferenceEquals(other, Complex) => Complex,
            _ => throw new NotLiteralException(),
        };
    }

    /// <summary>A whole number of more than 64 bits: it stays text, as one of JSON does.</summary>
    private sealed record Big(string Digits);

    private object? One()
    {
        if (at >= text.Length) throw new NotLiteralException();
        var c = text[at];
        if (c is '(' or '[' or '{') return Bracket();
        if (Number().Match(text, at) is { Success: true, Index: var index } number && index == at) return NumberOf(number);
        if (Quoted().Match(text, at) is { Success: true, Index: var begin } && begin == at) return Texts();
        var word = Word().Match(text, at);
        if (!word.Success || word.Index != at) return text.AsSpan(at).StartsWith("...") ? Skip(3, Strange) : throw new NotLiteralException();
        return word.Value switch
        {
            "True" => Skip(4, true),
            "False" => Skip(5, false),
            "None" => Skip(4, null),
            "set" when Empty().Match(text, at + 3) is { Success: true } call && call.Index == at + 3 => Skip(3 + call.Length, Strange),
            _ => throw new NotLiteralException(),
        };
    }

    private object? Skip(int length, object? value)
    {
        at += length;
        return value;
    }

    private object? Bracket()
    {
        var open = text[at++];
        if (open == '{') return Braces();
        var (items, isTuple) = Items(open == '(' ? ')' : ']');
        at++;
        return open == '[' || isTuple || items.Count == 0 ? items : items[0];
    }

    /// <summary>A map, or a set.</summary>
    private object? Braces()
    {
        var entries = new List<KeyValuePair<string, object?>>();
        while (!IsEnd('}'))
        {
            var key = Value();
            if (!Take(':'))
            {
                if (entries.Count > 0) throw new NotLiteralException();
                if (Take(',')) Items('}');
                if (!IsEnd('}')) throw new NotLiteralException();
                return Skip(1, Strange);
            }
            entries.Add(new(KeyOf(key), Value()));
            if (!Take(',') && !IsEnd('}')) throw new NotLiteralException();
        }
        return Skip(1, new DataMap(entries));
    }

    /// <summary>As JSON writes it.</summary>
    private static string KeyOf(object? key) => key switch
    {
        null => "null",
        DataMap or List<object?> => throw new NotLiteralException(),
        _ when IsStrange(key) => throw new NotLiteralException(),
        _ => Data.ToText(key),
    };

    private object NumberOf(Match number)
    {
        at += number.Length;
        if (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.')) throw new NotLiteralException();
        if (number.Length > MostDigits) throw new NotLiteralException();
        var digits = number.Value.Replace("_", "", StringComparison.Ordinal);
        if (digits[^1] is 'j' or 'J') return Complex;
        if (number.Groups["radix"].Success)
            return BigOrLong(digits.AsSpan(2).TrimStart('0').ToString() is { Length: > 0 } significant ? Whole(significant, digits[1] switch { 'x' or 'X' => 16, 'o' or 'O' => 8, _ => 2 }) : 0);
        if (number.Groups["real"].Success) return double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture) is var real && double.IsFinite(real) ? real : Strange;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole : new Big(digits);

        static System.Numerics.BigInteger Whole(string digits, int radix) => digits.Aggregate(System.Numerics.BigInteger.Zero, (sum, digit) => sum * radix + Convert.ToInt32(digit.ToString(), 16));
        static object BigOrLong(System.Numerics.BigInteger number) => number <= long.MaxValue ? (long)number : new Big(number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Texts that stand one behind the other are one.</summary>
    private string Texts()
    {
        var whole = new StringBuilder();
        var isBytes = (bool?)null;
        while (Quoted().Match(text, at) is { Success: true, Index: var begin } quoted && begin == at)
        {
            at += quoted.Length;
            var prefix = quoted.Groups["prefix"].Value.ToLowerInvariant();
            var bytes = prefix.Contains('b', StringComparison.Ordinal);
            if (isBytes is { } before && before != bytes) throw new NotLiteralException();
            isBytes = bytes;
            var inside = quoted.Groups["long"].Success ? quoted.Groups["long"].Value : quoted.Groups["short"].Value;
            if (bytes && inside.Any(c => c > 127)) throw new NotLiteralException();
            whole.Append(prefix.Contains('r', StringComparison.Ordinal) ? inside : Unescaped(inside, bytes));
            Blanks();
        }
        return whole.ToString();
    }

    private static string Unescaped(string inside, bool bytes) => Escape().Replace(inside, escape =>
    {
        var rest = escape.Value[1..];
        if (bytes && rest[0] is 'u' or 'U' or 'N') return escape.Value;
        return rest[0] switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            '\\' or '\'' or '"' => rest,
            >= '0' and <= '7' => ((char)Convert.ToInt32(rest, 8)).ToString(),
            'x' => rest.Length == 3 ? ((char)Convert.ToInt32(rest[1..], 16)).ToString() : throw new NotLiteralException(),
            'u' or 'U' => rest.Length is 5 or 9 && Convert.ToInt64(rest[1..], 16) is < 0x110000 and not (>= 0xd800 and < 0xe000) and var code ? char.ConvertFromUtf32((int)code) : throw new NotLiteralException(),
            'N' => throw new NotLiteralException(),
            // Python leaves what it does not know, and so is what was meant.
            _ => escape.Value,
        };
    });

    private bool Take(char wanted)
    {
        Blanks();
        if (at >= text.Length || text[at] != wanted) return false;
        at++;
        return true;
    }

    private void Blanks()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\f') at++;
    }

    /// <summary>Surely no literal: a word that is none of Python's own, with nothing of its signs behind it.</summary>
    [GeneratedRegex(@"^(?!True|False|None|set)[\p{L}_][^'""]*\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"\G(?>[\p{L}_]\w*)")]
    private static partial Regex Word();

    [GeneratedRegex(@"\G\s*\(\s*\)")]
    private static partial Regex Empty();

    [GeneratedRegex(@"\G((?<radix>0[xX](_?[0-9a-fA-F])+|0[oO](_?[0-7])+|0[bB](_?[01])+)|(?<real>([0-9](_?[0-9])*)?\.[0-9](_?[0-9])*([eE][-+]?[0-9](_?[0-9])*)?|[0-9](_?[0-9])*\.([eE][-+]?[0-9](_?[0-9])*)?|[0-9](_?[0-9])*[eE][-+]?[0-9](_?[0-9])*)[jJ]?|[0-9](_?[0-9])*[jJ]|0(_?0)*(?![0-9_])|[1-9](_?[0-9])*)")]
    private static partial Regex Number();

    [GeneratedRegex(@"\G(?<prefix>[rR]|[bB]|[uU]|[bB][rR]|[rR][bB])?('''(?<long>([^\\]|\\.)*?)'''|""""""(?<long>([^\\]|\\.)*?)""""""|'(?!'')(?<short>([^'\\]|\\.)*)'|""(?!"""")(?<short>([^""\\]|\\.)*)"")")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\\([0-7]{1,3}|x[0-9a-fA-F]{0,2}|u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8}|.)")]
    private static partial Regex Escape();
}
