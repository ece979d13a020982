namespace Orleans.Runtime;

/// <summary>A reminder could not be stored or removed.</summary>
[GenerateSerializer]
public sealed class ReminderException(string message, Exception? innerException = null) : OrleansException(message, innerException!);
