using Orleans.Runtime;

namespace Orleans;

/// <summary>A call on its way out of a grain or client.</summary>
public interface IOutgoingGrainCallContext : IGrainCallContext
{
    /// <summary>The activation that calls; null for a client.</summary>
    IGrainContext? SourceContext { get; }
}
