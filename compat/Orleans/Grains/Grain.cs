using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Usual base of grain classes.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>Binds the instance to the activation that is being created on this thread.</summary>
    protected Grain()
    {
        GrainContext = RuntimeContext.Current
            ?? throw new InvalidOperationException($"The grain class {GetType().FullName} was constructed outside of a grain activation.");
    }

    /// <summary>Binds the instance to a given activation.</summary>
    protected Grain(IGrainContext grainContext) => GrainContext = grainContext;
    /// <inheritdoc/>
    public IGrainContext GrainContext { get; }
    /// <summary>A reference to this grain.</summary>
    public GrainReference GrainReference => GrainContext.GrainReference;
    /// <summary>Makes references to other grains.</summary>
    protected IGrainFactory GrainFactory => ServiceProvider.GetRequiredService<IGrainFactory>();
    /// <summary>The activation's service scope.</summary>
    protected IServiceProvider ServiceProvider => GrainContext.ActivationServices;
    /// <summary>The grain id as text.</summary>
    public string IdentityString => GrainContext.GrainId.ToString();
    /// <inheritdoc/>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    /// <inheritdoc/>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;
    /// <summary>Ends this activation after the requests that are running now.</summary>
    protected void DeactivateOnIdle() => GrainBaseExtensions.DeactivateOnIdle(this);
    /// <summary>Keeps this activation from idle collection for a time; a negative time takes that back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => GrainContext.Control.DelayDeactivation(timeSpan);
}
