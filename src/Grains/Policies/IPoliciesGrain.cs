using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Policies;

/// <summary>A project's policies and which one is active. Key: the project. Files are under <c>projects/p/policies/p4/</c>, in Hugging Face layout.</summary>
[Alias("orleans.dpo.policies")]
public interface IPoliciesGrain : IGrainWithStringKey
{
    /// <summary>Registers a policy whose files are all written. The first one becomes active and is π0.</summary>
    [Alias("add")]
    Task<Outcome<PolicyView>> AddAsync(NewPolicy policy, CancellationToken cancellationToken);

    /// <summary>The next free name, such as <c>p4</c>, for the same key always the same.</summary>
    [Alias("reserve")]
    Task<string> ReserveAsync(string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Makes a policy active (promotion by gate or hand, or roll back); appends <c>policy.activated</c>.</summary>
    [Alias("activate")]
    Task<Outcome<PolicyView>> ActivateAsync(string policy, string reason, CancellationToken cancellationToken);

    /// <summary>One policy, or null.</summary>
    [AlwaysInterleave, Alias("get")]
    Task<PolicyView?> GetAsync(string policy, CancellationToken cancellationToken);

    /// <summary>All, oldest first.</summary>
    [AlwaysInterleave, Alias("list")]
    Task<ImmutableArray<PolicyView>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The active policy and π0; null before the first policy.</summary>
    [AlwaysInterleave, Alias("active")]
    Task<ActivePolicy?> GetActiveAsync(CancellationToken cancellationToken);
}
