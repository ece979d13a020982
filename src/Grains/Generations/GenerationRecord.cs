namespace Orleans.Dpo.Grains.Generations;

/// <summary>What is stored of one generation.</summary>
public sealed record GenerationRecord
{
    /// <summary>Key of the wish.</summary>
    public required string Key { get; init; }

    /// <summary>As it stands.</summary>
    public required GenerationView View { get; init; }
}
