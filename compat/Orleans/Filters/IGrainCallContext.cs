using System.Reflection;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans;

/// <summary>One call as a filter sees it.</summary>
public interface IGrainCallContext
{
    /// <summary>The method and its arguments.</summary>
    IInvokable Request { get; }
    /// <summary>The grain instance (incoming) or the reference (outgoing).</summary>
    object Grain { get; }
    /// <summary>The calling grain; null for a client.</summary>
    GrainId? SourceId { get; }
    /// <summary>The called grain.</summary>
    GrainId TargetId { get; }
    /// <summary>Full name of the interface.</summary>
    string InterfaceName { get; }
    /// <summary>Name of the method.</summary>
    string MethodName { get; }
    /// <summary>The interface method.</summary>
    MethodInfo InterfaceMethod { get; }
    /// <summary>The result; may be replaced after <see cref="Invoke"/>.</summary>
    object? Result { get; set; }
    /// <summary>Runs the rest of the chain.</summary>
    Task Invoke();
}
