namespace Orleans.Runtime;

/// <summary>The silo cannot start as configured.</summary>
[GenerateSerializer]
public sealed class OrleansConfigurationException : Exception
{
    /// <summary>Without a message.</summary>
    public OrleansConfigurationException()
    {
    }

    /// <summary>With a message.</summary>
    public OrleansConfigurationException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public OrleansConfigurationException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
