namespace Orleans.Dpo.Grains.Generations;

/// <summary>States of a generation.</summary>
public enum GenerationState
{
    /// <summary>Planned; its job is being written.</summary>
    Planned,

    /// <summary>Waits for a worker.</summary>
    Queued,

    /// <summary>A worker samples.</summary>
    Running,

    /// <summary>Responses are uploaded; pairs are being made.</summary>
    Pairing,

    /// <summary>Its pairs are in the queue.</summary>
    Done,

    /// <summary>It could not be finished.</summary>
    Failed,
}
