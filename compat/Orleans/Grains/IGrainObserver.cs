using Orleans.Runtime;

namespace Orleans;

/// <summary>Root of observer interfaces; accepted for source compatibility, the stand-in creates no observer references.</summary>
public interface IGrainObserver : IAddressable;
