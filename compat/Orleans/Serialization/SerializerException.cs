namespace Orleans.Serialization;

/// <summary>A value could not be copied or serialised.</summary>
[GenerateSerializer]
public class SerializerException : Exception
{
    /// <summary>Without a message.</summary>
    public SerializerException()
    {
    }

    /// <summary>With a message.</summary>
    public SerializerException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public SerializerException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
