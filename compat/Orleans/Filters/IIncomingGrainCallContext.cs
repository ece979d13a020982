using System.Reflection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>A call on its way into a grain.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext
{
    /// <summary>The activation that is called.</summary>
    IGrainContext TargetContext { get; }
    /// <summary>The method of the grain class.</summary>
    MethodInfo ImplementationMethod { get; }
}
