namespace Orleans.Runtime;

/// <summary>The silo stops or is gone.</summary>
[GenerateSerializer]
public sealed class SiloUnavailableException(string message, Exception? innerException = null) : OrleansMessageRejectionException(message, innerException!);
