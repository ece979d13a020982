using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Retractions;

/// <summary>The retractions of a project. Key: the project. Recording one is this grain's; the shards are asked by the silo's runner, which can be run again at any time.</summary>
[Alias("orleans.dpo.retractions")]
public interface IRetractionsGrain : IGrainWithStringKey
{
    /// <summary>Records a retraction; for the same key always the same one.</summary>
    [Alias("retract")]
    Task<Outcome<RetractionView>> RetractAsync(Retract wish, CancellationToken cancellationToken);

    /// <summary>Records that one is taken back.</summary>
    [Alias("reinstate")]
    Task<Outcome<RetractionView>> ReinstateAsync(string name, string reason, string by, CancellationToken cancellationToken);

    /// <summary>The shards have done their part of the state named.</summary>
    [Alias("carried-out")]
    Task<RetractionView> CarriedOutAsync(string name, RetractionState state, int judgments, ImmutableArray<TouchedThing> touched, CancellationToken cancellationToken);

    /// <summary>One, or null.</summary>
    [ReadOnly, Alias("get")]
    Task<RetractionView?> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>All, oldest first.</summary>
    [ReadOnly, Alias("list")]
    Task<ImmutableArray<RetractionView>> ListAsync(CancellationToken cancellationToken);
}
