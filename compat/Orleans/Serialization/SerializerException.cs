namespace Orleans.Serialization;

/// <summary>A value could not be copied or serialised.</summary>
[GenerateSerializer]
public class SerializerException(string message, Exception? innerException = null) : Exception(message, innerException);
