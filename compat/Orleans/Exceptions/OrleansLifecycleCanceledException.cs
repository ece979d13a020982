namespace Orleans.Runtime;

/// <summary>A start was cancelled by a stop.</summary>
[GenerateSerializer]
public sealed class OrleansLifecycleCanceledException : OrleansException
{
    /// <summary>Without a message.</summary>
    public OrleansLifecycleCanceledException()
    {
    }

    /// <summary>With a message.</summary>
    public OrleansLifecycleCanceledException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public OrleansLifecycleCanceledException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
