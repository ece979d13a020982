namespace Orleans.TestingHost;

/// <summary>Options of a test cluster.</summary>
public sealed class InProcessTestClusterOptions
{
    /// <summary>The cluster's id.</summary>
    public string ClusterId { get; set; } = $"test-{Guid.NewGuid():N}";
    /// <summary>The service's id.</summary>
    public string ServiceId { get; set; } = $"test-{Guid.NewGuid():N}";
    /// <summary>How many silos; the stand-in runs one.</summary>
    public short InitialSilosCount { get; set; }
}
