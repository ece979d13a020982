using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>One request to an activation: a method, its arguments, and somewhere for the answer.</summary>
internal abstract class GrainCall(GrainId targetId, GrainMethod method, object?[] arguments) : IInvokable
{
    public GrainId TargetId { get; } = targetId;
    public GrainMethod Method { get; } = method;
    public object?[] Arguments { get; } = arguments;
    public GrainId? SourceId { get; init; }
    public Dictionary<string, object>? Context { get; init; }
    public int Forwards { get; set; }
    public virtual bool AlwaysInterleave => Method.AlwaysInterleave;
    /// <summary>Whether running it counts as use of the activation.</summary>
    public virtual bool KeepsAlive => true;
    /// <summary>Whether nobody waits any more, so that it need not start.</summary>
    public virtual bool IsOver => false;
    /// <summary>Whether it goes to the next activation when this one ends.</summary>
    public virtual bool Survives => true;
    public Guid ReentrancyId { get; init; }
    public virtual object Receiver(object grain) => grain;
    public abstract void Complete(object? result);
    public abstract void Fail(Exception exception);
    public int GetArgumentCount() => Arguments.Length;
    public object? GetArgument(int index) => Arguments[index];
    public string GetMethodName() => Method.Info.Name;
    public string GetInterfaceName() => GetInterfaceType().FullName!;
    public MethodInfo GetMethod() => Method.Info;
    public Type GetInterfaceType() => Method.Info.DeclaringType!;
    public void Dispose()
    {
    }

    public override string ToString() => $"Request [{SourceId?.ToString() ?? "client"}]->[{TargetId}] {Method}({string.Join(", ", Arguments)})";
}
