namespace Orleans.Dpo.Grains.Rounds;

/// <summary>Kinds of <see cref="RoundEvent"/>.</summary>
public enum RoundEventKind
{
    /// <summary>Its dataset version is published.</summary>
    VersionReady,

    /// <summary>A worker claimed the training job.</summary>
    TrainingStarted,

    /// <summary>The candidate policy is registered.</summary>
    Trained,

    /// <summary>Guards are measured.</summary>
    Evaluated,

    /// <summary>Head-to-head pairs are in the ledger.</summary>
    HeadToHeadMade,

    /// <summary>The gate has decided; promotes or rejects.</summary>
    Decided,

    /// <summary>An operator promotes against or before the gate.</summary>
    PromotedByHand,

    /// <summary>An operator rejects.</summary>
    RejectedByHand,

    /// <summary>Cancel.</summary>
    Cancelled,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>Judgments did not come in time.</summary>
    Expired,

    /// <summary>The round has ended and its head-to-head pairs want no more votes.</summary>
    PairsClosed,
}
