using Orleans.Runtime;

namespace Orleans;

/// <summary>What a grain class implements; <see cref="Grain"/> is the usual way.</summary>
public interface IGrainBase
{
    /// <summary>The activation that this instance lives in.</summary>
    IGrainContext GrainContext { get; }
    /// <summary>Runs once before the first request; throwing fails the pending call and drops the activation.</summary>
    Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    /// <summary>Runs once after the last request; not on a crash.</summary>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;
}
