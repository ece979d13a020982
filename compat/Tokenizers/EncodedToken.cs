namespace Microsoft.ML.Tokenizers;

/// <summary>One token of an encoded text.</summary>
/// <param name="id">Its id in the vocabulary.</param>
/// <param name="value">Its text as the vocabulary spells it: with a byte-level tokenizer a space reads 'Ġ'.</param>
/// <param name="offset">UTF-16 units of the normalized text. A character outside the basic plane ends one unit short, as in the package.</param>
public readonly struct EncodedToken(int id, string value, Range offset)
{
    /// <summary>The id in the vocabulary.</summary>
    public int Id { get; } = id;
    /// <summary>The text as the vocabulary spells it.</summary>
    public string Value { get; } = value;
    /// <summary>Where the token stands in the normalized text.</summary>
    public Range Offset { get; } = offset;
}
