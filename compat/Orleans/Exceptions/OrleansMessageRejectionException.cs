namespace Orleans.Runtime;

/// <summary>A message was refused.</summary>
[GenerateSerializer]
public class OrleansMessageRejectionException(string message, Exception? innerException = null) : OrleansException(message, innerException!);
