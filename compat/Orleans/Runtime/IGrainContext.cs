namespace Orleans.Runtime;

/// <summary>One activation.</summary>
public interface IGrainContext
{
    /// <summary>A reference to the grain.</summary>
    GrainReference GrainReference { get; }
    /// <summary>The grain's id.</summary>
    GrainId GrainId { get; }
    /// <summary>The instance; null before construction and after the end.</summary>
    object? GrainInstance { get; }
    /// <summary>The activation's service scope.</summary>
    IServiceProvider ActivationServices { get; }
    /// <summary>The activation's lifecycle.</summary>
    IGrainLifecycle ObservableLifecycle { get; }
    /// <summary>Completes when the activation has ended.</summary>
    Task Deactivated { get; }
    internal IActivationControl Control { get; }
    /// <summary>Begins the end: new requests go to a next activation, running ones finish first.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}
