using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Jobs;

/// <summary>What <see cref="JobQueueRules"/> decides on.</summary>
public sealed record JobQueueState
{
    /// <summary>The last epoch given to any claim; epochs of one job rise because this does.</summary>
    public int Epoch { get; init; }

    /// <summary>Jobs in the order they were queued.</summary>
    public ImmutableArray<JobView> Jobs { get; init; } = [];
}
