namespace Microsoft.ML.Tokenizers;

/// <summary>What an encode call found.</summary>
/// <typeparam name="T">An id or a token.</typeparam>
public struct EncodeResults<T>
{
    /// <summary>The tokens in order of the text.</summary>
    public IReadOnlyList<T> Tokens { get; set; }
    /// <summary>The text that was cut into tokens when a normalizer ran, otherwise null.</summary>
    public string? NormalizedText { get; set; }
    /// <summary>UTF-16 units of the normalized text that the tokens cover.</summary>
    public int CharsConsumed { get; set; }
}
