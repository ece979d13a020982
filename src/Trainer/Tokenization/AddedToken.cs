namespace Orleans.Dpo.Trainer.Tokenization;

/// <summary>A text that is one token wherever it stands.</summary>
/// <remarks>A special one is left out when a text is decoded for a reader; a normalized one is looked for after normalization, not before.</remarks>
internal sealed record AddedToken(int Id, string Content, bool Special, bool Normalized)
{
    /// <summary>Whether white space before it belongs to it.</summary>
    public bool TakesSpaceBefore { get; init; }

    /// <summary>Whether white space behind it belongs to it.</summary>
    public bool TakesSpaceBehind { get; init; }

    /// <summary>Whether it counts only where no letter, digit or underscore touches it.</summary>
    public bool WordOnly { get; init; }
}
