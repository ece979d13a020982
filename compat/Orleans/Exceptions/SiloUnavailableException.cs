namespace Orleans.Runtime;

/// <summary>The silo stops or is gone.</summary>
[GenerateSerializer]
public class SiloUnavailableException : OrleansMessageRejectionException
{
    /// <summary>Without a message.</summary>
    public SiloUnavailableException()
    {
    }

    /// <summary>With a message.</summary>
    public SiloUnavailableException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public SiloUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
