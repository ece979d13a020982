namespace Orleans.Runtime;

/// <summary>A message was refused.</summary>
[GenerateSerializer]
public class OrleansMessageRejectionException : OrleansException
{
    /// <summary>Without a message.</summary>
    public OrleansMessageRejectionException()
    {
    }

    /// <summary>With a message.</summary>
    public OrleansMessageRejectionException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public OrleansMessageRejectionException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
