namespace Microsoft.ML.Tokenizers;

/// <summary>How one call encodes.</summary>
public struct EncodeSettings
{
    /// <summary>Everything on, no limit.</summary>
    public EncodeSettings()
    {
    }

    /// <summary>Whether the normalizer runs first.</summary>
    public bool ConsiderNormalization { get; set; } = true;
    /// <summary>Whether the text is cut into pieces first; otherwise it is one piece.</summary>
    public bool ConsiderPreTokenization { get; set; } = true;
    /// <summary>The most tokens to return.</summary>
    public int MaxTokenCount { get; set; } = int.MaxValue;
}
