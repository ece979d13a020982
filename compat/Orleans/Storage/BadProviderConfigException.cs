using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>A grain names a provider that is not registered.</summary>
public sealed class BadProviderConfigException(string message) : OrleansException(message);
