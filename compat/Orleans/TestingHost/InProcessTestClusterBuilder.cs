using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>Describes a test cluster.</summary>
public sealed class InProcessTestClusterBuilder
{
    /// <summary>As in the real package: two silos, which the stand-in refuses to build.</summary>
    public InProcessTestClusterBuilder() : this(2)
    {
    }

    /// <summary>A number of silos.</summary>
    public InProcessTestClusterBuilder(short initialSilosCount) => Options.InitialSilosCount = initialSilosCount;
    /// <summary>The cluster's options.</summary>
    public InProcessTestClusterOptions Options { get; } = new();
    internal List<Action<InProcessTestSiloSpecificOptions, ISiloBuilder>> SiloActions { get; } = [];

    /// <summary>Configures every silo.</summary>
    public InProcessTestClusterBuilder ConfigureSilo(Action<InProcessTestSiloSpecificOptions, ISiloBuilder> configureSiloDelegate)
    {
        SiloActions.Add(configureSiloDelegate);
        return this;
    }

    /// <summary>The cluster, not started. NotSupportedException for more than one silo.</summary>
    public InProcessTestCluster Build() => Options.InitialSilosCount is 1
        ? new(this)
        : throw new NotSupportedException($"The stand-in for Orleans is one silo, not {Options.InitialSilosCount}: use new InProcessTestClusterBuilder(1).");
}
