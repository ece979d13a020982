namespace Microsoft.ML.Tokenizers;

/// <summary>What a <see cref="BpeTokenizer"/> is made of.</summary>
/// <param name="vocabulary">Token texts and their ids; both must be distinct.</param>
public sealed class BpeOptions(IEnumerable<KeyValuePair<string, int>> vocabulary)
{
    /// <summary>Token texts and their ids.</summary>
    public IEnumerable<KeyValuePair<string, int>> Vocabulary { get; } = vocabulary ?? throw new ArgumentNullException(nameof(vocabulary));
    /// <summary>Merges, each "left right" with one space, the first one first.</summary>
    public IEnumerable<string>? Merges { get; set; }
    /// <summary>Texts that are one token each. The pre-tokenizer must be told them too, or it cuts them like any text.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; set; }
    /// <summary>Rewrites the text first.</summary>
    public Normalizer? Normalizer { get; set; }
    /// <summary>Cuts the text. Null means <see cref="PreTokenizer.CreateWordOrNonWord"/>, which drops whitespace.</summary>
    public PreTokenizer? PreTokenizer { get; set; }
    /// <summary>The token of what the vocabulary lacks. Null: such characters vanish.</summary>
    public string? UnknownToken { get; set; }
    /// <summary>Whether neighbouring unknowns become one token.</summary>
    public bool FuseUnknownTokens { get; set; }
    /// <summary>Whether the vocabulary spells the bytes of UTF-8, in GPT-2's alphabet of printable characters.</summary>
    public bool ByteLevel { get; set; }
    /// <summary>The token put before every text that is not empty.</summary>
    public string? BeginningOfSentenceToken { get; set; }
    /// <summary>The token put after every text that is not empty.</summary>
    public string? EndOfSentenceToken { get; set; }
}
