namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>The shape of a decoder, as its config.json gives it.</summary>
internal sealed record DecoderConfig
{
    public required string ModelType { get; init; }

    public required int VocabularySize { get; init; }

    public required int HiddenSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    /// <summary>Heads of keys and values; each serves Heads / KeyValueHeads query heads.</summary>
    public required int KeyValueHeads { get; init; }

    public required int HeadSize { get; init; }

    public required int MaxPositions { get; init; }

    /// <summary>Base of the rotary frequencies; unused where positions are learned.</summary>
    public double RotaryBase { get; init; } = 10_000;

    /// <summary>Scaling of the rotary frequencies, or null.</summary>
    public RotaryScaling? RotaryScaling { get; init; }

    public required double NormEpsilon { get; init; }

    public required bool TiedEmbeddings { get; init; }

    /// <summary>Whether queries, keys and values have biases.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether attention's output has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether the feed-forward matrices have biases.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>Whether each head's query and key are normed before they turn.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>How many positions a token sees, its own included; null: all before it.</summary>
    public int? SlidingWindow { get; init; }
}
