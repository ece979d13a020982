namespace Orleans.Runtime.Messaging;

/// <summary>No silo can be reached.</summary>
[GenerateSerializer]
public sealed class ConnectionFailedException : OrleansException
{
    /// <summary>Without a message.</summary>
    public ConnectionFailedException()
    {
    }

    /// <summary>With a message.</summary>
    public ConnectionFailedException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public ConnectionFailedException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
