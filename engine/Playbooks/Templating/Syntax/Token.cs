namespace Playbooks.Templating.Syntax;

internal enum TokenKind { Word, Number, Text, Open, Close, Operator }

/// <summary>A piece of an expression, as far as it must be understood to say what is wrong with it.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, string Text)
{
    public int End => Start + Text.Length;

    public bool Is(string text) => Kind != TokenKind.Text && Text == text;

    public bool EndsOperand => Kind is TokenKind.Word or TokenKind.Number or TokenKind.Text or TokenKind.Close;

    public bool BeginsOperand => Kind is TokenKind.Word or TokenKind.Number or TokenKind.Text or TokenKind.Open;
}
