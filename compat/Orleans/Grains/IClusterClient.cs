namespace Orleans;

/// <summary>An <see cref="IGrainFactory"/> with the services behind it.</summary>
public interface IClusterClient : IGrainFactory
{
    /// <summary>The client's services.</summary>
    IServiceProvider ServiceProvider { get; }
}
