namespace Orleans.Runtime;

/// <summary>A call that may time out.</summary>
internal interface IPendingCall
{
    TimeSpan Timeout { get; }

    long SentAt { get; }

    void Expire();
}
