using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.References;

/// <summary>What the policy is compared with.</summary>
internal sealed record ReferenceOptions
{
    /// <summary>Folder of the reference, or null for the starting policy with the adapter it started with.</summary>
    public string? Folder { get; init; }

    /// <summary>Run the reference in every step in place of keeping its log-probabilities.</summary>
    public bool Online { get; init; }

    /// <summary>Updates between two synchronisations with the policy; 0: the reference is frozen.</summary>
    public int SyncEverySteps { get; init; }

    /// <summary>a in (0, 1]: the policy's share at a synchronisation.</summary>
    public double SyncShare { get; init; } = 0.6;

    /// <summary>Refuses combinations that cannot be.</summary>
    public ReferenceOptions Checked(bool withAdapters, bool cacheAskedFor = false)
    {
        var wrong = this switch
        {
            { SyncEverySteps: < 0 } => "The steps between synchronisations of the reference must be 0 or more.",
            { SyncEverySteps: > 0, SyncShare: not (> 0 and <= 1) } => $"The share of a synchronisation is {SyncShare}; it must be above 0 and at most 1.",
            { SyncEverySteps: > 0 } when cacheAskedFor => "A reference that follows the policy has no values to cache; leave --reference-values out or make it online.",
            { SyncEverySteps: > 0 } when withAdapters => "A reference cannot follow a policy of which only adapters are trained; leave --reference-sync-steps out or train all weights.",
            _ => null,
        };
        return wrong is null ? this : throw TrainerException.BadInput(wrong);
    }
}
