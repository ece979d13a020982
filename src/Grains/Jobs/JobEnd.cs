namespace Orleans.Dpo.Grains.Jobs;

/// <summary>What an ended claim means for the job.</summary>
/// <param name="Final">False: it is queued again.</param>
/// <param name="AttemptsLeft">Attempts left.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.job-end")]
public sealed record JobEnd(bool Final, int AttemptsLeft);
