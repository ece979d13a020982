namespace Orleans.Dpo.Grains.Retractions;

/// <summary>How far a retraction is.</summary>
public enum RetractionState
{
    /// <summary>The shards are carrying it out.</summary>
    Retracting,

    /// <summary>Its judgments are out.</summary>
    Retracted,

    /// <summary>The shards are bringing its judgments back.</summary>
    Reinstating,

    /// <summary>Taken back.</summary>
    Reinstated,
}
