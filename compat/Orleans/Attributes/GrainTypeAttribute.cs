using Orleans.Runtime;

namespace Orleans;

/// <summary>Fixes the type part of a class's grain ids.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class GrainTypeAttribute(string grainType) : Attribute
{
    /// <summary>The type part.</summary>
    public GrainType GrainType { get; } = GrainType.Create(grainType);
}
