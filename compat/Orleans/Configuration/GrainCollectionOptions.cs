namespace Orleans.Configuration;

/// <summary>How idle activations are collected.</summary>
public sealed class GrainCollectionOptions
{
    /// <summary>How often idle ones are looked for; 1 minute. Must be less than every age.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);
    /// <summary>How long an activation may be idle; 15 minutes.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);
    /// <summary>Ages by full class name.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];
    /// <summary>How long an activation may take to start; 30 s.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
    /// <summary>How long an activation may take to end; 30 s.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
