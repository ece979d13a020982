namespace Orleans.Runtime;

/// <summary>The silo cannot start as configured.</summary>
[GenerateSerializer]
public sealed class OrleansConfigurationException(string message, Exception? innerException = null) : Exception(message, innerException!);
