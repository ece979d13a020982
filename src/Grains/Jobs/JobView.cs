namespace Orleans.Dpo.Grains.Jobs;

/// <summary>A job in the queue.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.job-view")]
public sealed record JobView
{
    /// <summary>Job.</summary>
    [Id(0)] public required QueuedJob Job { get; init; }

    /// <summary>Epoch of the last claim; 0 before the first.</summary>
    [Id(1)] public int Epoch { get; init; }

    /// <summary>Worker that holds it, or null while it is queued.</summary>
    [Id(2)] public string? Worker { get; init; }

    /// <summary>Last heartbeat.</summary>
    [Id(3)] public DateTimeOffset? Heartbeat { get; init; }

    /// <summary>Cancellation was asked for.</summary>
    [Id(4)] public bool Cancelling { get; init; }

    /// <summary>When it was queued.</summary>
    [Id(5)] public DateTimeOffset Queued { get; init; }

    /// <summary>Attempts left. 0 and no worker: every attempt was lost; the loop ends its round or generation.</summary>
    [Id(6)] public int AttemptsLeft { get; init; }
}
