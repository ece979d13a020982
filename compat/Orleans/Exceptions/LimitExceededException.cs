namespace Orleans.Runtime;

/// <summary>A configured limit was reached.</summary>
[GenerateSerializer]
public class LimitExceededException : OrleansException
{
    /// <summary>Without a message.</summary>
    public LimitExceededException()
    {
    }

    /// <summary>With a message.</summary>
    public LimitExceededException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public LimitExceededException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
