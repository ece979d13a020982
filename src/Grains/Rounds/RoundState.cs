namespace Orleans.Dpo.Grains.Rounds;

/// <summary>States of a round (design: Planned → Queued → Training → Evaluating → AwaitingJudgments → an end).</summary>
public enum RoundState
{
    /// <summary>Settings are fixed; its version is being cut.</summary>
    Planned,

    /// <summary>Its training job waits for a worker.</summary>
    Queued,

    /// <summary>A worker trains.</summary>
    Training,

    /// <summary>The candidate is sampled on held-out prompts.</summary>
    Evaluating,

    /// <summary>Head-to-head pairs wait for judgments (strict only).</summary>
    AwaitingJudgments,

    /// <summary>The candidate is active.</summary>
    Promoted,

    /// <summary>The gate said no, or an operator did.</summary>
    Rejected,

    /// <summary>Judgments did not come in time.</summary>
    Expired,

    /// <summary>It could not be finished; the reason is kept.</summary>
    Failed,

    /// <summary>An operator ended it.</summary>
    Cancelled,
}
