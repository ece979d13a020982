namespace Orleans.TestingHost;

/// <summary>One silo of a test cluster.</summary>
public abstract class SiloHandle
{
    /// <summary>Its name.</summary>
    public abstract string Name { get; }
    /// <summary>Whether it runs.</summary>
    public abstract bool IsActive { get; }
}
