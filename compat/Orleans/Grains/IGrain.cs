using Orleans.Runtime;

namespace Orleans;

/// <summary>Root of every grain interface.</summary>
public interface IGrain : IAddressable;
