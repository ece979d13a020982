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

    public required double RotaryBase { get; init; }

    public required double NormEpsilon { get; init; }

    public required bool TiedEmbeddings { get; init; }
}
