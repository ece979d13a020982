namespace Orleans.Runtime.Messaging;

/// <summary>No silo can be reached.</summary>
[GenerateSerializer]
public sealed class ConnectionFailedException(string message, Exception? innerException = null) : OrleansException(message, innerException!);
