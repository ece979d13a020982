namespace Orleans.Dpo.Trainer.Tokenization;

/// <summary>A text that is one token wherever it stands.</summary>
/// <remarks>A special one is left out when a text is decoded for a reader; a normalized one is looked for after normalization, not before.</remarks>
internal sealed record AddedToken(int Id, string Content, bool Special, bool Normalized);
