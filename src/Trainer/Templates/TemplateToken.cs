namespace Orleans.Dpo.Trainer.Templates;

internal enum TokenKind
{
    Text,
    PrintBegin,
    PrintEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Real,
    Operator,
    End,
}

/// <summary>A piece of a template: text to copy, or a word inside a tag.</summary>
internal readonly record struct TemplateToken(TokenKind Kind, string Text, int Line)
{
    public bool Is(TokenKind kind, string text) => Kind == kind && Text == text;

    public override string ToString() => Kind is TokenKind.End ? "the end of the template" : Kind is TokenKind.BlockEnd or TokenKind.PrintEnd ? "the end of the tag" : $"'{Text}'";
}
