namespace Orleans.Configuration;

/// <summary>Names of the deployment.</summary>
public sealed class ClusterOptions
{
    /// <summary>The cluster.</summary>
    public string ClusterId { get; set; } = "default";
    /// <summary>The service; stores may use it in keys.</summary>
    public string ServiceId { get; set; } = "default";
}
