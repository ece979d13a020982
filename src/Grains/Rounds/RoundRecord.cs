namespace Orleans.Dpo.Grains.Rounds;

/// <summary>What is stored of one round.</summary>
public sealed record RoundRecord
{
    /// <summary>Key of the wish.</summary>
    public required string Key { get; init; }

    /// <summary>As it stands.</summary>
    public required RoundView View { get; init; }
}
