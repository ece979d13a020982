using Microsoft.Extensions.Hosting;

namespace Orleans.TestingHost;

/// <summary>A silo in this process.</summary>
public sealed class InProcessSiloHandle : SiloHandle
{
    internal InProcessSiloHandle(string name, IHost host) => (Name, SiloHost) = (name, host);
    /// <summary>The silo's host.</summary>
    public IHost SiloHost { get; }
    /// <summary>The silo's services.</summary>
    public IServiceProvider ServiceProvider => SiloHost.Services;
    /// <inheritdoc/>
    public override string Name { get; }
    /// <inheritdoc/>
    public override bool IsActive => Active;
    internal bool Active { get; set; } = true;
}
