namespace Orleans.Dpo.Grains.Jobs;

/// <summary>A claim.</summary>
/// <param name="Job">The job.</param>
/// <param name="Epoch">Number of this claim.</param>
/// <param name="HeartbeatSeconds">Interval of heartbeats; after four missed ones the claim is lost.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.job-claim")]
public sealed record JobClaim(QueuedJob Job, int Epoch, int HeartbeatSeconds);
