namespace Orleans.Dpo.Grains.Retractions;

/// <summary>What is stored of one retraction.</summary>
public sealed record RetractionRecord
{
    /// <summary>Key of the wish.</summary>
    public required string Key { get; init; }

    /// <summary>As it stands.</summary>
    public required RetractionView View { get; init; }
}
