namespace Orleans.Runtime;

/// <summary>A reminder could not be stored.</summary>
[GenerateSerializer]
public sealed class ReminderException : OrleansException
{
    /// <summary>Without a message.</summary>
    public ReminderException()
    {
    }

    /// <summary>With a message.</summary>
    public ReminderException(string message) : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public ReminderException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
